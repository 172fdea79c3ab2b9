/** How big a document may be, before anything runs: tokens, depth, aliases, static cost (graphql-armor, plugin by plugin). */
import { costLimitPlugin } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import type { Plugin } from 'graphql-yoga';
import { ApiError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

const tooBig = (what: string) => ({
  onReject: [
    () => {
      throw new ApiError('BAD_USER_INPUT', `query: expected ${what}`, { field: 'query', whole: true });
    },
  ],
});

export function useLimits(): Plugin[] {
  return [
    maxTokensPlugin({ n: LIMITS.tokens, ...tooBig(`at most ${LIMITS.tokens} tokens`) }),
    maxDepthPlugin({ n: LIMITS.depth, flattenFragments: true, ...tooBig(`at most ${LIMITS.depth} levels`) }),
    maxAliasesPlugin({ n: LIMITS.aliases, ...tooBig(`at most ${LIMITS.aliases} aliases`) }),
    costLimitPlugin({
      maxCost: LIMITS.cost,
      flattenFragments: true,
      ...tooBig(`a cost of at most ${LIMITS.cost}: ask for fewer fields or shorter pages`),
    }),
  ] as Plugin[];
}

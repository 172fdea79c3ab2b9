/**
 * Asking the schema about itself is cheap to write and dear to answer, and no size of a query counts it. The schema is a text (GET
 * /schema.graphql); by query it is answered in development only, and there once an operation, by no other name.
 */
import type { DocumentNode } from 'graphql';
import { Kind, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ApiError } from '../errors.ts';

const INTROSPECTION = new Set(['__schema', '__type']);

function introspectionOf(document: DocumentNode): { times: number; aliased: boolean } {
  let times = 0;
  let aliased = false;
  visit(document, {
    [Kind.FIELD](node) {
      if (INTROSPECTION.has(node.name.value)) times++;
      if (node.alias) aliased = true;
    },
  });
  return { times, aliased };
}

export function useIntrospection(development: boolean): Plugin {
  return {
    onParse() {
      return ({ result, replaceParseResult }) => {
        if (result === null || result instanceof Error || result.kind !== Kind.DOCUMENT) return;
        const { times, aliased } = introspectionOf(result);
        if (times === 0 || (development && times === 1 && !aliased)) return;
        const expected = development ? 'at most one introspection, without aliases' : 'no introspection: the schema is at /schema.graphql';
        replaceParseResult(new ApiError('BAD_USER_INPUT', `query: expected ${expected}`, { field: 'query', whole: true }));
      };
    },
  };
}

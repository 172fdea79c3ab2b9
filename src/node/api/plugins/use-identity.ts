/**
 * Every operation runs in one transaction as the owner of its session token: queries in a read-only snapshot, mutations in one that writes.
 */
import type { ExecutionResult } from 'graphql';
import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context, Service } from '../context.ts';
import type { ServerContext } from '../http.ts';
import { setCookie, tokenHashOf } from '../http.ts';
import { loadersFor } from '../loaders.ts';
import type { ViewerPool } from '../pool.ts';
import { wholeError } from './use-route.ts';

export function useIdentity({ pool, service }: { pool: ViewerPool; service: Service }): Plugin {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const write = getOperationAST(args.document, args.operationName)?.operation === 'mutation';
      setExecuteFn(async (execution): Promise<ExecutionResult> => {
        const given = execution.contextValue as unknown as ServerContext & { request: Request };
        try {
          const tokenHash = tokenHashOf(given.request);
          return await pool.run(tokenHash, { write }, async (tx) => {
            const own: Context = {
              service,
              tokenHash,
              setCookie: (cookie) => setCookie(given.request, cookie),
              tx,
              client: given.client ?? 'unknown',
              loaders: loadersFor(tx),
            };
            return (await executeFn({ ...execution, contextValue: { ...given, ...own } })) as ExecutionResult;
          });
        } catch (error) {
          return { errors: [wholeError(error, service.log)] };
        }
      });
    },
  };
}

/**
 * Every operation runs in one transaction as the owner of its session token: queries in a read-only snapshot, mutations in one that writes.
 * A subscription has one only to find out who asks, and holds none while it is open.
 */
import type { ExecutionResult } from 'graphql';
import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context, Service } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { ServerContext } from '../http.ts';
import { holderHashOf, pageHashOf, sessionCookie, setCookie, tokenHashOf } from '../http.ts';
import { loadersFor } from '../loaders.ts';
import type { Transaction, ViewerPool } from '../pool.ts';
import { readMetersOf } from '../rows/chain.ts';
import { wholeError } from './use-route.ts';

const noTransaction = (): never => {
  throw new ApiError('INTERNAL', 'a stream asks the database nothing');
};

export function useIdentity({ pool, service }: { pool: ViewerPool; service: Service }): Plugin {
  const contextOf = (given: ServerContext & { request: Request }, tokenHash: Uint8Array | null, tx: Transaction): Context => ({
    service,
    tokenHash,
    pageHash: pageHashOf(given.request),
    holderHash: holderHashOf(given.request),
    setCookie: (cookie) => setCookie(given.request, cookie),
    tx,
    client: given.client ?? 'unknown',
    loaders: loadersFor(tx),
  });
  /** A page cannot drop a cookie whose session is gone, and could not even sign in with it: it is taken back. */
  const refused = (error: unknown, request: Request): ExecutionResult => {
    const known = wholeError(error, service.log);
    if (known.code === 'UNAUTHENTICATED' && request.headers.get('authorization') === null) setCookie(request, sessionCookie('', 0));
    return { errors: [known] };
  };
  return {
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn(async (execution) => {
        const given = execution.contextValue as unknown as ServerContext & { request: Request };
        try {
          const tokenHash = tokenHashOf(given.request);
          const found = await pool.run(tokenHash, {}, async (tx) => ({
            viewer: tx.viewer,
            meters: tx.viewer ? ((await readMetersOf(tx, [tx.viewer.address])).get(tx.viewer.address) ?? []) : [],
          }));
          const own = contextOf(given, tokenHash, { viewer: found.viewer, query: noTransaction });
          return await subscribeFn({ ...execution, contextValue: { ...given, ...own, meters: found.meters } });
        } catch (error) {
          return refused(error, given.request);
        }
      });
    },
    onExecute({ args, executeFn, setExecuteFn }) {
      const write = getOperationAST(args.document, args.operationName)?.operation === 'mutation';
      setExecuteFn(async (execution): Promise<ExecutionResult> => {
        const given = execution.contextValue as unknown as ServerContext & { request: Request };
        try {
          const tokenHash = tokenHashOf(given.request);
          return await pool.run(tokenHash, { write }, async (tx) => {
            const own = contextOf(given, tokenHash, tx);
            return (await executeFn({ ...execution, contextValue: { ...given, ...own } })) as ExecutionResult;
          });
        } catch (error) {
          return refused(error, given.request);
        }
      });
    },
  };
}

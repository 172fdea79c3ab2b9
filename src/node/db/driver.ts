/**
 * The Postgres driver, with two flaws mended as it is loaded.
 *
 * When a connection dies in the middle of a transaction, the driver sends the transaction's `rollback` into a socket that is no longer
 * there, from a callback that nobody can catch: the whole process ends with "Cannot read properties of null (reading 'write')" (its issues
 * 1066, 1154, 1208; mended by its PR 1209, not released yet). And when one dies while it asks for the types of arrays, which it does before
 * its first query, that question's failure is nobody's: the whole process ends with "read ECONNRESET". So a restart of Postgres would take
 * every room with it. With the guards the query fails as the one before it did, and the caller tries again; the next connection asks for
 * the types anew.
 *
 * The guards are put in by a load hook, so node_modules stays as npm made it. A new version of the driver that reads differently is noticed
 * at once: loading fails, and this file is to be looked at again (and, it is to be hoped, deleted).
 */
import { registerHooks } from 'node:module';

const FILE = /\/node_modules\/postgres\/src\/connection\.js(\?|$)/;
const MENDS: readonly (readonly [flaw: string, mended: string])[] = [
  [
    'function nextWrite(fn) {\n    const x = socket.write(chunk, fn)',
    `function nextWrite(fn) {
    if (socket === null) {
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options, socket))
      return false
    }
    const x = socket.write(chunk, fn)`,
  ],
  ['return fetchArrayTypes()\n', 'return fetchArrayTypes().catch(() => {})\n'],
];

const hooks = registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!FILE.test(url) || loaded.source === undefined || loaded.source === null) return loaded;
    let source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    for (const [flaw, mended] of MENDS) {
      if (!source.includes(flaw)) throw new Error('src/node/db/driver.ts: postgres/src/connection.js is not the file that it mends');
      source = source.replace(flaw, mended);
    }
    return { ...loaded, source };
  },
});

const { default: postgres } = await import('postgres');
hooks.deregister();

export default postgres;

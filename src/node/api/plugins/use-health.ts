/** /health: the process answers. /ready: so do the database, at this program's version, and an index that keeps up with the chain. */
import type { Plugin } from 'graphql-yoga';
import { DatabaseError } from '../../db/connect.ts';
import { assertSchemaVersion } from '../../db/migrate.ts';
import { headFaults, readHead } from '../chain-head.ts';
import type { Service } from '../context.ts';
import type { Transaction, ViewerPool } from '../pool.ts';
import { useRoute } from './use-route.ts';

async function faultsOf(pool: ViewerPool, service: Service): Promise<string[]> {
  try {
    return await pool.run(null, {}, async (tx: Transaction) => {
      await tx.query((sql) => assertSchemaVersion(sql).then(() => []));
      return headFaults(await readHead(tx, service.now()), service);
    });
  } catch (error) {
    if (error instanceof DatabaseError) return [error.message];
    service.log.warn({ code: (error as { code?: string }).code }, 'not ready: the database does not answer');
    return ['the database does not answer'];
  }
}

export function useHealth({ pool, service }: { pool: ViewerPool; service: Service }): Plugin[] {
  return [
    useRoute('/health', service.log, () => Response.json({ status: 'alive' })),
    useRoute('/ready', service.log, async () => {
      const reasons = await faultsOf(pool, service);
      return Response.json({ ready: reasons.length === 0, reasons }, { status: reasons.length === 0 ? 200 : 503 });
    }),
  ];
}

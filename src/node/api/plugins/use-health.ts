/**
 * /health: the process answers. /ready: so do the database, at this program's version, and an index that keeps up with the chain. It also
 * tells of every change of the validators' power and of the operator that waits, from its first block on: who has power may veto it. Whose
 * it is, the chain says to those who may ask it (`electra meter changes`, `electra operator show`): strangers learn no address here.
 */
import type { Plugin } from 'graphql-yoga';
import { DatabaseError } from '../../db/connect.ts';
import { missingDays, oddities } from '../../db/index-findings.ts';
import { assertSchemaVersion } from '../../db/migrate.ts';
import { dateOfUnixS, headFaults, readFindings, readHead, readMain } from '../chain-head.ts';
import type { Service } from '../context.ts';
import { fresh } from '../fresh.ts';
import type { Transaction, ViewerPool } from '../pool.ts';
import { readAlarms } from '../rows/alarms.ts';
import { type QueuedRotationRow, readQueuedRotation, readValidatorChanges, type ValidatorChangeRow } from '../rows/chain.ts';
import { useRoute } from './use-route.ts';

const CHANGES_MAX = 100;

interface Readiness {
  reasons: string[];
  queuedChanges: object[];
  /** who is to be the operator after this one */
  queuedRotation: object | null;
  /** odd things in the blocks, and an index of a main chain that is behind: they hold nothing up */
  oddities: string[];
}

/** What goes wrong before anything could be asked. */
const unready = (reason: string): Readiness => ({ reasons: [reason], queuedChanges: [], queuedRotation: null, oddities: [] });

const shown = ({ ends, asked, due_unix_s, vetoed_by }: ValidatorChangeRow): object => ({
  end: ends,
  asked,
  dueAt: dateOfUnixS(Number(due_unix_s)),
  vetoes: vetoed_by.length,
});

const shownRotation = ({ n, due_unix_s, vetoes }: QueuedRotationRow): object => ({ n, dueAt: dateOfUnixS(Number(due_unix_s)), vetoes });

async function readinessOf(pool: ViewerPool, service: Service): Promise<Readiness> {
  try {
    const main = await readMain(service);
    return await pool.run(null, { house: true }, async (tx: Transaction) => {
      await tx.query((sql) => assertSchemaVersion(sql).then(() => []));
      const head = await readHead(tx, service.now());
      const changes = head ? await readValidatorChanges(tx, { after: null, limit: CHANGES_MAX, waiting: true }) : [];
      const rotation = head && (await readQueuedRotation(tx));
      const findings = await readFindings(tx, main);
      const alarms = await readAlarms(tx);
      return {
        reasons: [...headFaults(head, service), ...missingDays(findings), ...alarms],
        queuedChanges: changes.map(shown),
        queuedRotation: rotation && shownRotation(rotation),
        oddities: [...oddities(findings), ...(main?.faults ?? [])],
      };
    });
  } catch (error) {
    if (error instanceof DatabaseError) return unready(error.message);
    service.log.warn({ code: (error as { code?: string }).code }, 'not ready: the database does not answer');
    return unready('the database does not answer');
  }
}

export function useHealth({ pool, service }: { pool: ViewerPool; service: Service }): Plugin[] {
  const readiness = fresh(service.now, () => readinessOf(pool, service));
  return [
    useRoute('/health', service.log, () => Response.json({ status: 'alive' })),
    useRoute('/ready', service.log, async () => {
      const { reasons, ...more } = await readiness();
      const ready = reasons.length === 0;
      const told = Object.fromEntries(Object.entries(more).filter(([, told]) => (Array.isArray(told) ? told.length > 0 : told !== null)));
      return Response.json({ ready, reasons, ...told }, { status: ready ? 200 : 503 });
    }),
  ];
}

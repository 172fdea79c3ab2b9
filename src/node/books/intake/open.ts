/**
 * From sealed boxes on the chain to opened rows. Each box goes to the vault once, in chain order; what comes back is stored, opened or
 * refused with its reason. A statement counts as opened only if it is what the chain shows: its values give the commitment C of its own
 * message, and no slot exceeds the meter's enrolled maximum.
 *
 * Not judged is not refused: while the vault is away nothing is written. A box of an epoch whose key on the chain the vault does not hold
 * is noted as `unknown-epoch` and asked about again, because a restored key may still open it; every other answer is final. The vault's
 * public keys are compared with the chain's first: a vault that stands in the wrong place must not turn everybody's day into a dispute.
 *
 * Statements are billed on, so they wait until the next header vouches for their block's results. Reports are for the eye: they are opened
 * from the newest block at once, signed by the meter and sealed for its slot either way, and shown as provisional until that header is
 * there.
 */
import { commitDay, fieldFromBytes, gridId, meterTag } from '../../../protocol/index.ts';
import type { Statement } from '../../../protocol/meter/statement.ts';
import type { BulkTable, RowOf } from '../../db/bulk.ts';
import { columnTexts, insertRows, selectRows } from '../../db/bulk.ts';
import type { Sql } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import type { OpenedBox, SealedBox, Vault } from '../../vault/client.ts';
import { BooksError } from '../errors.ts';
import { nodeKeysOf, sealedBoxes } from './chain-view.ts';

export type Kind = 'statement' | 'report';
interface SealedRow {
  meter: string;
  at: number;
  key_epoch: number;
  sealed: Buffer;
  commitment: Buffer | null;
  height: number;
  max_wh_per_slot: number | null;
}

// A statement costs some milliseconds of Poseidon, a report none: smaller batches keep the reports fresh.
const BATCH: Record<Kind, number> = { statement: 100, report: 500 };

const sealedRows = (sql: Sql, kind: Kind, after: number, upTo: number) =>
  kind === 'statement'
    ? sql<SealedRow[]>`
    select meter, at, key_epoch, sealed, commitment, height, max_wh_per_slot from ${sealedBoxes(sql, kind, { after, upTo })} s
    where not exists (select from books.statement b where b.meter = s.meter and b.day = s.at)
    order by height, id limit ${BATCH.statement}`
    : sql<SealedRow[]>`
    select meter, at, key_epoch, sealed, commitment, height, max_wh_per_slot from ${sealedBoxes(sql, kind, { after, upTo })} s
    where not exists (select from books.report b where b.meter = s.meter and b.slot = s.at)
    order by height, id limit ${BATCH.report}`;

const unknownRows = (sql: Sql, kind: Kind, upTo: number, epochs: number[]) =>
  kind === 'statement'
    ? sql<SealedRow[]>`
    select s.meter, s.at, s.key_epoch, s.sealed, s.commitment, s.height, s.max_wh_per_slot
    from books.statement b join ${sealedBoxes(sql, kind, { upTo })} s on s.meter = b.meter and s.at = b.day
    where b.reason = 'unknown-epoch' and s.key_epoch = any(${epochs}) limit ${BATCH.statement}`
    : sql<SealedRow[]>`
    select s.meter, s.at, s.key_epoch, s.sealed, s.commitment, s.height, s.max_wh_per_slot
    from books.report b join ${sealedBoxes(sql, kind, { upTo })} s on s.meter = b.meter and s.at = b.slot
    where b.reason = 'unknown-epoch' and s.key_epoch = any(${epochs}) limit ${BATCH.report}`;

/**
 * Opens the next boxes of a kind. Returns how many there were; 0 when all are handled. Throws what the vault or Postgres throw; nothing is
 * half done.
 */
export async function openNext(sql: Sql, vault: Vault, kind: Kind): Promise<number> {
  const head = await chainHead(sql);
  if (!head) return 0;
  const [progress] = await sql<{ height: number }[]>`select height from books.progress where kind = ${kind}`;
  const mark = progress?.height ?? -1;
  const upTo = kind === 'report' ? head.newest : head.height;
  if (upTo <= mark) return 0;
  const rows = await sealedRows(sql, kind, mark, upTo);
  const opened = await judge(
    sql,
    vault,
    rows.map((row) => boxOf(row, kind, head.chainId)),
  );
  const results = rows.map((row, i) => resultRow(row, opened[i], kind, head.chainId));
  const handled = rows.length < BATCH[kind] ? upTo : rows.at(-1)!.height - 1;
  await sql.begin(async (tx) => {
    await insertRows(tx, tableOf(kind), results);
    await tx`
      insert into books.progress (kind, height) values (${kind}, ${handled})
      on conflict (kind) do update set height = greatest(books.progress.height, excluded.height)`;
  });
  return rows.length;
}

/** Asks the vault once more about boxes of epochs it had no key of. Returns how many got an answer. */
export async function reopenUnknown(sql: Sql, vault: Vault, kind: Kind): Promise<number> {
  const head = await chainHead(sql);
  if (!head) return 0;
  // Those of an epoch that is lost for good would fill every batch, and keep those of one that came back from being asked.
  const rows = await unknownRows(sql, kind, head.newest, [...(await usableEpochs(sql, vault, head.chainId))]);
  if (rows.length === 0) return 0;
  const opened = await judge(
    sql,
    vault,
    rows.map((row) => boxOf(row, kind, head.chainId)),
  );
  const results = rows.map((row, i) => resultRow(row, opened[i], kind, head.chainId)).filter((row) => row.reason !== 'unknown-epoch');
  await replaceUnknown(sql, kind, results);
  return results.length;
}

const STATEMENT = {
  name: 'books.statement',
  types: {
    meter: 'text',
    day: 'int4',
    height: 'int4',
    status: 'text',
    reason: 'text',
    import_start_wh: 'int8',
    export_start_wh: 'int8',
    import_wh: 'int4[]',
    export_wh: 'int4[]',
    blinding: 'bytea',
    flags: 'int4',
  },
} as const satisfies BulkTable;

const REPORT = {
  name: 'books.report',
  types: {
    meter: 'text',
    slot: 'int4',
    height: 'int4',
    status: 'text',
    reason: 'text',
    import_register_wh: 'int8',
    export_register_wh: 'int8',
    power_w: 'int4',
    flags: 'int4',
  },
} as const satisfies BulkTable;

type Result = RowOf<typeof STATEMENT> | RowOf<typeof REPORT>;
const tableOf = (kind: Kind): BulkTable => (kind === 'statement' ? STATEMENT : REPORT);

async function replaceUnknown(sql: Sql, kind: Kind, rows: readonly Result[]): Promise<void> {
  if (rows.length === 0) return;
  const answers = `(${selectRows(tableOf(kind))}) n`;
  const statement =
    kind === 'statement'
      ? `update books.statement b set status = n.status, reason = n.reason, import_start_wh = n.import_start_wh,
          export_start_wh = n.export_start_wh, import_wh = n.import_wh, export_wh = n.export_wh, blinding = n.blinding, flags = n.flags
        from ${answers} where b.meter = n.meter and b.day = n.day and b.reason = 'unknown-epoch'`
      : `update books.report b set status = n.status, reason = n.reason, import_register_wh = n.import_register_wh,
          export_register_wh = n.export_register_wh, power_w = n.power_w, flags = n.flags
        from ${answers} where b.meter = n.meter and b.slot = n.slot and b.reason = 'unknown-epoch'`;
  await sql.unsafe(statement, columnTexts(tableOf(kind), rows));
}

/** The epochs whose key the vault has and the chain knows as the same. */
async function usableEpochs(sql: Sql, vault: Vault, indexed: string): Promise<Set<number>> {
  const { chainId, epochs } = await vault.status();
  if (chainId !== indexed) throw new BooksError('wrong-vault', `the vault serves chain ${chainId}, the index is of ${indexed}`);
  const held = new Map(epochs.filter(({ state }) => state !== 'destroyed').map(({ epoch, publicKey }) => [epoch, publicKey]));
  const onChain = await nodeKeysOf(sql);
  return new Set([...onChain].filter(([epoch, { key }]) => held.get(epoch) === key).map(([epoch]) => epoch));
}

async function judge(sql: Sql, vault: Vault, boxes: readonly SealedBox[]): Promise<OpenedBox[]> {
  if (boxes.length === 0) return [];
  const usable = await usableEpochs(sql, vault, boxes[0].chainId);
  const answers = await vault.openBoxes(boxes.filter(({ keyEpoch }) => usable.has(keyEpoch)));
  let next = 0;
  return boxes.map(({ keyEpoch }) => (usable.has(keyEpoch) ? answers[next++] : { ok: false, reason: 'unknown-epoch' }));
}

const boxOf = (row: SealedRow, kind: Kind, chainId: string): SealedBox => ({
  kind,
  chainId,
  meter: row.meter,
  at: row.at,
  keyEpoch: row.key_epoch,
  sealed: row.sealed,
});

function resultRow(row: SealedRow, opened: OpenedBox, kind: Kind, chainId: string): Result {
  return kind === 'statement' ? statementRow(row, opened, chainId) : reportRow(row, opened);
}

function reportRow({ meter, at, height }: SealedRow, opened: OpenedBox): RowOf<typeof REPORT> {
  const report = opened.ok && 'report' in opened ? opened.report : null;
  return {
    meter,
    slot: at,
    height,
    status: report ? 'opened' : 'refused',
    reason: opened.ok ? null : opened.reason,
    import_register_wh: report?.importRegisterWh ?? null,
    export_register_wh: report?.exportRegisterWh ?? null,
    power_w: report?.powerW ?? null,
    flags: report?.flags ?? null,
  };
}

function statementRow(row: SealedRow, opened: OpenedBox, chainId: string): RowOf<typeof STATEMENT> {
  const statement = opened.ok && 'statement' in opened ? opened.statement : null;
  const reason = opened.ok ? statementFault(row, statement!, chainId) : opened.reason;
  const kept = reason === null ? statement : null;
  return {
    meter: row.meter,
    day: row.at,
    height: row.height,
    status: kept ? 'opened' : 'refused',
    reason,
    import_start_wh: kept?.importStartWh ?? null,
    export_start_wh: kept?.exportStartWh ?? null,
    import_wh: kept?.importWh ?? null,
    export_wh: kept?.exportWh ?? null,
    blinding: kept?.blinding ?? null,
    flags: kept?.flags ?? null,
  };
}

/** Why an opened statement does not count, or null. */
export function statementFault(
  row: { meter: string; at: number; commitment: Uint8Array | null; max_wh_per_slot: number | null },
  statement: Statement,
  chainId: string,
): 'commitment-mismatch' | 'above-max-wh' | null {
  const commitment = commitDay({ ...statement, gridId: gridId(chainId), meterTag: meterTag(row.meter), day: row.at });
  if (commitment !== fieldFromBytes(row.commitment!, 'commitment')) return 'commitment-mismatch';
  const maxWh = row.max_wh_per_slot ?? 0;
  return [...statement.importWh, ...statement.exportWh].some((wh) => wh > maxWh) ? 'above-max-wh' : null;
}

/**
 * What whoever installs a meter is shown: of the one meter whose code this browser has used, and of nothing else. The registers are those
 * of its newest report until its first day is over; row-level security holds both, beside the queries.
 */
import type { Transaction } from '../pool.ts';

export interface InstallationRow {
  meter: string;
  expires_at: Date;
  first_slot: number | null;
  last_slot: number | null;
}

/** @returns null: there is no such code of this meter, or it is used, withdrawn or too old */
export async function useCode(tx: Transaction, codeHash: Uint8Array, meter: string, holderHash: Uint8Array): Promise<Date | null> {
  const [used] = await tx.query<{ expires_at: Date }>(
    (sql) => sql`select expires_at from access.use_install_code(${codeHash}, ${meter}, ${holderHash})`,
  );
  return used?.expires_at ?? null;
}

/** Begins the look at a meter; from here on its reports are seen in this transaction, as far as they may be. */
export async function enterInstallation(tx: Transaction, holderHash: Uint8Array): Promise<InstallationRow | null> {
  const [found] = await tx.query<InstallationRow>(
    (sql) => sql`select meter, expires_at, first_slot, last_slot from access.enter_installation(${holderHash})`,
  );
  return found ?? null;
}

export interface RegisterRow {
  slot: number;
  import_register_wh: bigint;
  export_register_wh: bigint;
}

/** Registers of the newest report of the meter whose installation was entered; none after its first day. */
export async function readInstalledRegisters(tx: Transaction, meter: string): Promise<RegisterRow | null> {
  const [row] = await tx.query<RegisterRow>(
    (sql) => sql`
    select slot, import_register_wh, export_register_wh from books.report
    where meter = ${meter} and meter = access.installing() and slot < access.installing_until() and status = 'opened'
    order by slot desc limit 1`,
  );
  return row ?? null;
}

export interface InstallCodeRow {
  meter: string;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
  withdrawn_at: Date | null;
}

/** The newest codes of meters, those that the viewer may know of. */
export const readInstallCodes = (tx: Transaction, meters: readonly string[], each: number): Promise<InstallCodeRow[]> =>
  tx.query<InstallCodeRow>(
    (sql) => sql`
    select c.* from unnest(${[...meters]}::text[]) m (id) cross join lateral (
      select meter, created_at, expires_at, used_at, withdrawn_at from access.install_code where meter = m.id
      order by created_at desc, id limit ${each}) c`,
  );

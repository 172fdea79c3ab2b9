/** The installer's look at one meter: a code is exchanged once for a cookie that shows it, for 48 hours at most. */
import { createHash, randomBytes } from 'node:crypto';
import { SLOT_S } from '../../../protocol/values/time.ts';
import { dateOfUnixS } from '../chain-head.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { installCookie } from '../http.ts';
import { readMeterOnChain } from '../rows/board.ts';
import * as rows from '../rows/installing.ts';
import { hashToken, TOKEN_BYTES } from '../token.ts';
import { limit } from './sign-in.ts';

const CODE_BYTES = 16;

const noCode = () => notFound('this code is unknown, of another meter, used already, withdrawn, or too old: ask the operator for another');

const endOfSlot = (slot: number | null): Date | null => (slot === null ? null : dateOfUnixS((slot + 1) * SLOT_S));

interface Shown extends rows.InstallationRow {
  enrolled: Awaited<ReturnType<typeof readMeterOnChain>>;
}

async function shown(found: rows.InstallationRow, { tx }: Context): Promise<Shown> {
  return { ...found, enrolled: await readMeterOnChain(tx, found.meter) };
}

export async function useInstallCode(_: unknown, { meter, code }: { meter: string; code: string }, context: Context): Promise<Shown> {
  limit(context);
  const bytes = Buffer.from(code, 'base64url');
  if (bytes.length !== CODE_BYTES || bytes.toString('base64url') !== code) throw noCode();
  const holder = randomBytes(TOKEN_BYTES);
  const expiresAt = await rows.useCode(context.tx, createHash('sha256').update(bytes).digest(), meter, hashToken(holder));
  if (!expiresAt) throw noCode();
  context.setCookie(installCookie(holder.toString('base64url'), expiresAt.getTime() - context.service.now()));
  return shown((await rows.enterInstallation(context.tx, hashToken(holder)))!, context);
}

export async function installation(_: unknown, __: unknown, context: Context): Promise<Shown | null> {
  const { holderHash } = context;
  const found = holderHash && (await rows.enterInstallation(context.tx, holderHash));
  return found && shown(found, context);
}

export const Installation = {
  expiresAt: (row: Shown) => row.expires_at,
  enrolled: (row: Shown) => row.enrolled !== null,
  firstDay: (row: Shown) => row.enrolled?.first_day ?? null,
  validator: (row: Shown) => row.enrolled?.validator ?? false,
  powerDueAt: ({ enrolled }: Shown) => (enrolled?.due_unix_s == null ? null : dateOfUnixS(Number(enrolled.due_unix_s))),
  firstReportAt: (row: Shown) => endOfSlot(row.first_slot),
  lastReportAt: (row: Shown) => endOfSlot(row.last_slot),
  registers: (row: Shown, _: unknown, { tx }: Context) => rows.readInstalledRegisters(tx, row.meter),
};

export const InstalledRegisters = {
  at: (row: rows.RegisterRow) => endOfSlot(row.slot),
  importWh: (row: rows.RegisterRow) => row.import_register_wh,
  exportWh: (row: rows.RegisterRow) => row.export_register_wh,
};

export const InstallCode = {
  createdAt: (row: rows.InstallCodeRow) => row.created_at,
  expiresAt: (row: rows.InstallCodeRow) => row.expires_at,
  usedAt: (row: rows.InstallCodeRow) => row.used_at,
  withdrawnAt: (row: rows.InstallCodeRow) => row.withdrawn_at,
};

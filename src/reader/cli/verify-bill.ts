/** The commands of members: a member's own check, and a stranger's check of what a member published. Offline. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import {
  encodeEvidence,
  evidenceName,
  formatEvidence,
  formatOwnVerdict,
  type OwnInputs,
  type OwnVerdict,
  verifyBill,
  verifyEvidence,
} from '../member/index.ts';
import { backendOf } from '../verifier/threads.ts';
import {
  bundleOf,
  CommandError,
  example,
  type Host,
  jsonOption,
  makeFolder,
  readText,
  UNREADABLE,
  withTrust,
  writeWhole,
} from './command.ts';

/** Options of both commands, as parsed. */
interface Common {
  bundle: string;
  developmentKeys?: boolean;
  genesisHash?: string;
  json?: boolean;
}
interface BillOptions extends Common {
  meterExport: string;
  invoice?: string;
  openings?: string;
  quick?: boolean;
  evidence: string;
}

const auditOptions = async ({ developmentKeys = false, genesisHash }: Common, host: Host) => ({
  developmentKeys,
  backend: await backendOf(host.backendModule?.href),
  random: (length: number) => randomBytes(length),
  ...(genesisHash === undefined ? {} : { genesisHash }),
});

const common = (c: Command): Command =>
  withTrust(c.requiredOption('--bundle <path>', 'the audit bundle of the days in question, a folder or a zip file')).addOption(
    jsonOption(),
  );

/** Writes one file per false line; returns their paths. */
function writeEvidence(verdict: OwnVerdict, dir: string): string[] {
  if (verdict.evidence.length > 0) makeFolder('--evidence', dir);
  return verdict.evidence.map((evidence) => {
    const path = join(dir, evidenceName(evidence));
    writeWhole('--evidence', path, encodeEvidence(evidence), 0o600);
    return path;
  });
}

async function inputsOf(o: BillOptions): Promise<OwnInputs> {
  if ((o.invoice === undefined) === (o.openings === undefined))
    throw new CommandError('--invoice or --openings: expected one of them', UNREADABLE);
  return {
    files: await bundleOf('--bundle', o.bundle),
    meterExport: readText('--meter-export', o.meterExport),
    ...(o.openings === undefined ? { invoice: readText('--invoice', o.invoice!) } : { openings: readText('--openings', o.openings) }),
  };
}

/** Makes a command the member's own check. */
export function defineVerifyBill(c: Command, host: Host): Command {
  common(c)
    .description(
      'check a member’s own bills, offline. Exit 0 this is my bill, 1 failed, 2 unreadable, 3 passed with exceptions of this meter, ' +
        '4 passed as far as asked',
    )
    .requiredOption('--meter-export <file>', 'the meter’s own export (electra meter export); it stays on this machine')
    .option('--invoice <file>', 'the signed invoice of the month')
    .option('--openings <file>', 'or unsigned openings, as the API hands them out')
    .option('--quick', 'verify this meter’s proofs alone, not everybody’s')
    .option('--evidence <dir>', 'where to write evidence of a signed line that is false', '.');
  const files = '--bundle bundle --meter-export rural-001.json --invoice invoices/rural-001-2026-11.json';
  example(c, `${host.typed('verify-bill')} ${files} --development-keys`);
  return c.action(async () => {
    const o = c.opts<BillOptions>();
    const verdict = await verifyBill(await inputsOf(o), {
      ...(await auditOptions(o, host)),
      quick: Boolean(o.quick),
      openingsAtUnixS: Math.floor(Date.now() / 1000),
    });
    const evidenceFiles = writeEvidence(verdict, o.evidence);
    const check = (path: string) => `${host.typed('verify-evidence')} ${path} --bundle DIR`;
    const said = evidenceFiles.map((path) => `Evidence: ${path} (anybody checks it with: ${check(path)})`);
    if (o.json) process.stdout.write(`${JSON.stringify({ ...verdict, evidence: evidenceFiles })}\n`);
    else process.stdout.write(`${[formatOwnVerdict(verdict), ...said].join('\n')}\n`);
    process.exitCode = verdict.exitCode;
  });
}

/** Makes a command the check of published evidence. */
export function defineVerifyEvidence(c: Command, host: Host): Command {
  common(c.argument('<file>', 'an evidence file')).description(
    'check published evidence of a false bill. Exit 0 it holds, 1 it does not, 2 unreadable',
  );
  example(c, `${host.typed('verify-evidence')} evidence-2026-11-20-0d8ec2qa.json --bundle bundle`);
  return c.action(async (file: string) => {
    const o = c.opts<Common>();
    const text = readText('file', file);
    const verdict = await verifyEvidence(text, await bundleOf('--bundle', o.bundle), await auditOptions(o, host));
    process.stdout.write(o.json ? `${JSON.stringify(verdict)}\n` : `${formatEvidence(verdict)}\n`);
    process.exitCode = verdict.exitCode;
  });
}

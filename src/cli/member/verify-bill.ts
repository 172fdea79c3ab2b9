/**
 * `electra verify-bill`: a member's own check, offline. `electra verify-evidence`: a stranger's check of what a member published. Neither needs a data folder.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { wasmBackend } from '../../node/proofs/backend-wasm.ts';
import { BundleError, readBundle } from '../../reader/folder.ts';
import { DEVELOPMENT_KEY_HASHES } from '../../reader/verifier/index.ts';
import {
  encodeEvidence,
  evidenceName,
  formatEvidence,
  formatOwnVerdict,
  verifyBill,
  verifyEvidence,
  type OwnVerdict,
} from '../../reader/member/index.ts';
import { writeWhole } from '../../node/processes/data-folder.ts';
import { CliError } from '../errors.ts';
import { example, jsonOption, parseGenesisHash } from '../options.ts';

const UNREADABLE = 2;

function read(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliError(`${option}: ${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`, UNREADABLE);
  }
}

async function bundleOf(dir: string): Promise<Map<string, string>> {
  try {
    return await readBundle(dir);
  } catch (error) {
    throw error instanceof BundleError ? new CliError(`--bundle: ${error.message}`, UNREADABLE) : error;
  }
}

const auditOptions = async (o: Record<string, any>) => ({
  developmentKeys: Boolean(o.developmentKeys),
  developmentKeyHashes: DEVELOPMENT_KEY_HASHES,
  backend: await wasmBackend(),
  random: (length: number) => randomBytes(length),
  ...(o.genesisHash ? { genesisHash: o.genesisHash as string } : {}),
});

const common = (c: Command): Command =>
  c
    .requiredOption('--bundle <dir>', 'the audit bundle of the days in question')
    .option('--development-keys', 'accept the development keys that ship with the project')
    .option('--genesis-hash <hex>', 'hash of the genesis you trust, from a source of your own; any other is refused', parseGenesisHash)
    .addOption(jsonOption());

/** Writes one file per false line; returns their paths. */
function writeEvidence(verdict: OwnVerdict, dir: string): string[] {
  if (verdict.evidence.length > 0) mkdirSync(dir, { recursive: true });
  return verdict.evidence.map((evidence) => {
    const path = join(dir, evidenceName(evidence));
    writeWhole(path, encodeEvidence(evidence));
    return path;
  });
}

function bill(program: Command): void {
  const c = common(program.command('verify-bill'))
    .description(
      'check a member’s own bills, offline. Exit 0 this is my bill, 1 failed, 2 unreadable, 3 passed with exceptions of this meter',
    )
    .requiredOption('--meter-export <file>', 'the meter’s own export (electra meter export); it stays on this machine')
    .option('--invoice <file>', 'the signed invoice of the month')
    .option('--openings <file>', 'or unsigned openings, as the API hands them out')
    .option('--quick', 'verify this meter’s proofs alone, not everybody’s')
    .option('--evidence <dir>', 'where to write evidence of a signed line that is false', '.');
  example(
    c,
    'npx electra verify-bill --bundle bundle --meter-export rural-001.json --invoice invoices/rural-001-2026-11.json --development-keys',
  );
  c.action(async () => {
    const o = c.opts();
    if ((o.invoice === undefined) === (o.openings === undefined))
      throw new CliError('--invoice or --openings: expected one of them', UNREADABLE);
    const inputs = {
      files: await bundleOf(o.bundle),
      meterExport: read('--meter-export', o.meterExport),
      ...(o.invoice === undefined ? { openings: read('--openings', o.openings) } : { invoice: read('--invoice', o.invoice) }),
    };
    const verdict = await verifyBill(inputs, {
      ...(await auditOptions(o)),
      quick: Boolean(o.quick),
      openingsAtUnixS: Math.floor(Date.now() / 1000),
    });
    const evidenceFiles = writeEvidence(verdict, o.evidence);
    if (o.json) process.stdout.write(`${JSON.stringify({ ...verdict, evidence: evidenceFiles })}\n`);
    else
      process.stdout.write(
        `${[formatOwnVerdict(verdict), ...evidenceFiles.map((path) => `Evidence: ${path} (anybody checks it with: npx electra verify-evidence ${path} --bundle DIR)`)].join('\n')}\n`,
      );
    process.exitCode = verdict.exitCode;
  });
}

function evidence(program: Command): void {
  const c = common(program.command('verify-evidence').argument('<file>', 'an evidence file')).description(
    'check published evidence of a false bill. Exit 0 it holds, 1 it does not, 2 unreadable',
  );
  example(c, 'npx electra verify-evidence evidence-2026-11-20-0d8ec2qa.json --bundle bundle');
  c.action(async (file: string) => {
    const o = c.opts();
    const verdict = await verifyEvidence(read('<file>', file), await bundleOf(o.bundle), await auditOptions(o));
    process.stdout.write(o.json ? `${JSON.stringify(verdict)}\n` : `${formatEvidence(verdict)}\n`);
    process.exitCode = verdict.exitCode;
  });
}

export function register(program: Command): void {
  bill(program);
  evidence(program);
}

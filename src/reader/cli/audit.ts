/** The command that verifies a bundle. Offline, without database or secret. */
import { readFileSync } from 'node:fs';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Command } from 'commander';
import { headerHash, type LightBlock } from '../../protocol/comet/index.ts';
import { ProtocolError } from '../../protocol/index.ts';
import { auditFiles, auditPath, type PathOptions } from '../audit/audit-path.ts';
import { type AuditOptions, encodeResume, formatVerdict, parseResume, type Resume, type Verdict } from '../audit/index.ts';
import {
  assertWritable,
  bundleOf,
  CommandError,
  example,
  type Host,
  jsonOption,
  readText,
  UNREADABLE,
  withTrust,
  writeWhole,
} from './command.ts';

/** HEIGHT:HASH, or a file with the header itself, as a node that the reader trusts gives it. */
function readTrusted(text: string): NonNullable<AuditOptions['trustedHeader']> {
  const nowUnixS = Date.now() / 1000;
  const [, height, hash] = /^([1-9][0-9]{0,14}):([0-9a-fA-F]{64})$/.exec(text) ?? [];
  if (hash !== undefined) return { height: Number(height), hash: hash.toLowerCase(), nowUnixS };
  try {
    const block = JSON.parse(readFileSync(text, 'utf8')) as LightBlock;
    const { header } = block.signed_header;
    return { height: Number(header.height), hash: bytesToHex(headerHash(header)), nowUnixS, block };
  } catch (error) {
    const why = error instanceof ProtocolError ? error.message : ((error as { code?: string }).code ?? 'no light block in JSON');
    const form = '{"signed_header":…,"validator_set":{"validators":[…]}}';
    throw new CommandError(
      `--trusted-header: expected HEIGHT:HASH, or a file ${form} as a node's /commit and /validators give them (${why})`,
      UNREADABLE,
    );
  }
}

function readSince(path: string): Resume {
  const text = readText('--since', path);
  try {
    return parseResume(text);
  } catch (error) {
    throw error instanceof ProtocolError ? new CommandError(`--since: ${path}: ${error.message}`, UNREADABLE) : error;
  }
}

function save({ resume, status }: Verdict, path: string, host: Host): void {
  if (resume) {
    writeWhole('--save', path, encodeResume(resume), 0o644);
    return;
  }
  const passed = status === 'passed' || status === 'exceptions';
  const reason = !passed ? 'the audit did not pass as a whole' : 'only an audit from genesis can be gone on from';
  process.stderr.write(`${host.name}: --save: nothing was saved, ${reason}\n`);
}

/** Makes a command the audit. */
export function defineAudit(c: Command, host: Host): Command {
  const of = host.bundleFromNode
    ? c
        .argument('<bundle...>', 'the folder of a bundle, or a zip file of it; with --rpc a day, or the first and the last of a range')
        .option('--rpc <url>', 'a node of the chain, whoever runs it: the bundle of the days is made from its blocks and proofs')
    : c.argument('<bundle>', 'the folder of a bundle, or a zip file of it');
  withTrust(of)
    .description('verify an audit bundle, offline. Exit 0 passed, 1 failed, 2 unreadable, 3 passed with open matters, 4 partial')
    .option(
      '--trusted-header <header>',
      'a recent header of the chain that you trust, HEIGHT:HASH or a file: headers are then believed from there, not from genesis',
    )
    .option('--since <file>', 'what an earlier audit saved: this bundle goes on from there')
    .option('--save <file>', 'where to save what the next audit goes on from, if this one passes')
    .option(
      '--main <bundle>',
      'with the bundle of a community: that of the main chain on which it shares, which must have been shown the same',
    )
    .option('--community <bundle...>', 'with the bundle of a main chain: those of communities, which are audited too')
    .addOption(jsonOption());
  const typed = host.typed('audit');
  example(
    c,
    `${typed} october --save audited.json`,
    `${typed} november --since audited.json --save audited.json`,
    ...(host.bundleFromNode ? [`${typed} --rpc http://127.0.0.1:26657 2026-11-01 2026-11-02`] : []),
  );
  return c.action(async (given: string | string[]) => {
    const o = c.opts();
    const paths = [given].flat();
    if (!o.rpc && paths.length > 1) throw new CommandError('bundle: expected one, the folder or the zip file', UNREADABLE);
    if (o.since && o.trustedHeader)
      throw new CommandError('--since: goes on from a header of its own; not together with --trusted-header', UNREADABLE);
    if (o.save) assertWritable('--save', o.save);
    const options: PathOptions = {
      ...(host.backendModule ? { backendModule: host.backendModule } : {}),
      developmentKeys: Boolean(o.developmentKeys),
      clockUnixS: Date.now() / 1000,
      ...(o.genesisHash ? { genesisHash: o.genesisHash } : {}),
      ...(o.since ? { since: readSince(o.since) } : {}),
      ...(o.trustedHeader ? { trustedHeader: readTrusted(o.trustedHeader) } : {}),
      ...(o.main ? { main: await bundleOf('--main', o.main) } : {}),
      ...(o.community ? { communities: await Promise.all((o.community as string[]).map((path) => bundleOf('--community', path))) } : {}),
    };
    const verdict = o.rpc
      ? await auditFiles(await host.bundleFromNode!(o.rpc, paths, options.since ?? null), options)
      : await auditPath(paths[0], options);
    process.stdout.write(o.json ? `${JSON.stringify(verdict)}\n` : `${formatVerdict(verdict)}\n`);
    if (o.save) save(verdict, o.save, host);
    process.exitCode = verdict.exitCode;
  });
}

/** `electra audit`: verify a bundle. Offline, without database or secret. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { auditPath } from '../../reader/audit/audit-path.ts';
import { WASM_BACKEND_MODULE } from '../../node/proofs/backend-module.ts';
import { encodeResume, formatVerdict, parseResume, type AuditOptions, type Resume } from '../../reader/audit/index.ts';
import type { LightBlock } from '../../reader/light/index.ts';
import { headerHash } from '../../protocol/comet/index.ts';
import { ProtocolError } from '../../protocol/index.ts';
import { writeWhole } from '../../node/processes/data-folder.ts';
import { CliError } from '../errors.ts';
import { example, jsonOption } from '../options.ts';

function parseHash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('expected 32 bytes in lower-case hex.');
  return text;
}

/** HEIGHT:HASH, or a file with the header itself, as a node that the reader trusts gives it. */
function readTrusted(text: string): NonNullable<AuditOptions['trustedHeader']> {
  const nowUnixS = Date.now() / 1000;
  const [, height, hash] = /^([1-9][0-9]{0,14}):([0-9a-fA-F]{64})$/.exec(text) ?? [];
  if (hash !== undefined) return { height: Number(height), hash: hash.toLowerCase(), nowUnixS };
  try {
    const block = JSON.parse(readFileSync(text, 'utf8')) as LightBlock;
    const { header } = block.signed_header;
    return { height: Number(header.height), hash: Buffer.from(headerHash(header)).toString('hex'), nowUnixS, block };
  } catch (error) {
    const why = error instanceof ProtocolError ? error.message : ((error as { code?: string }).code ?? 'no light block in JSON');
    throw new CliError(
      `--trusted-header: expected HEIGHT:HASH, or a file {"signed_header":…,"validator_set":{"validators":[…]}} as a node's /commit and /validators give them (${why})`,
    );
  }
}

function readSince(path: string): Resume {
  try {
    return parseResume(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof ProtocolError) throw new CliError(`--since: ${path}: ${error.message}`);
    throw new CliError(`--since: ${path}: cannot be read (${(error as { code?: string }).code ?? 'unknown error'})`);
  }
}

export function register(program: Command): void {
  const c = program
    .command('audit <bundle>')
    .description('verify an audit bundle, offline. Exit 0 passed, 1 failed, 2 unreadable, 3 passed with disputes, open links or NoBills')
    .option('--development-keys', 'accept the development keys that ship with the project')
    .option('--genesis-hash <hex>', 'hash of the genesis you trust, from a source of your own; any other is refused', parseHash)
    .option(
      '--trusted-header <header>',
      'a recent header of the chain that you trust, HEIGHT:HASH or a file: headers are then believed from there, not from genesis',
    )
    .option('--since <file>', 'what an earlier audit saved: this bundle goes on from there')
    .option('--save <file>', 'where to save what the next audit goes on from, if this one passes')
    .addOption(jsonOption());
  example(c, 'npx electra audit october --save audited.json', 'npx electra audit november --since audited.json --save audited.json');
  c.action(async (dir: string) => {
    const o = c.opts();
    if (o.since && o.trustedHeader) throw new CliError('--since: goes on from a header of its own; not together with --trusted-header');
    const verdict = await auditPath(dir, {
      backendModule: WASM_BACKEND_MODULE,
      developmentKeys: Boolean(o.developmentKeys),
      ...(o.genesisHash ? { genesisHash: o.genesisHash } : {}),
      ...(o.since ? { since: readSince(o.since) } : {}),
      ...(o.trustedHeader ? { trustedHeader: readTrusted(o.trustedHeader) } : {}),
    });
    process.stdout.write(o.json ? `${JSON.stringify(verdict)}\n` : `${formatVerdict(verdict)}\n`);
    if (o.save && verdict.resume) writeWhole(o.save, encodeResume(verdict.resume), 0o644);
    else if (o.save)
      process.stderr.write(
        `electra: --save: nothing was saved, ${verdict.status === 'failed' || verdict.status === 'unreadable' ? 'the audit did not pass' : 'only an audit from genesis can be gone on from'}\n`,
      );
    process.exitCode = verdict.exitCode;
  });
}

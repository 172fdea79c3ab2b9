/** `electra audit`: verify a bundle. Offline, without database or secret. */
import { type Command, InvalidArgumentError } from 'commander';
import { audit, formatVerdict } from '../audit/audit.ts';
import { example, jsonOption } from './options.ts';

function parseHash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('expected 32 bytes in lower-case hex.');
  return text;
}

export function register(program: Command): void {
  const c = program.command('audit <bundle>').description('verify an audit bundle, offline. Exit 0 passed, 1 failed, 2 unreadable, 3 passed with disputes, open links or NoBills')
    .option('--development-keys', 'accept the development keys that ship with the project')
    .option('--genesis-hash <hex>', 'hash of the genesis you trust, from a source of your own; any other is refused', parseHash)
    .addOption(jsonOption());
  example(c, 'npx electra audit bundle --development-keys');
  c.action(async (dir: string) => {
    const o = c.opts();
    const verdict = await audit(dir, { developmentKeys: Boolean(o.developmentKeys), ...(o.genesisHash ? { genesisHash: o.genesisHash } : {}) });
    process.stdout.write(o.json ? `${JSON.stringify(verdict)}\n` : `${formatVerdict(verdict)}\n`);
    process.exitCode = verdict.exitCode;
  });
}

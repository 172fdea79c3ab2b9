/** A real vault in a process of its own: `startVaultProcess(options)` runs this very file as the child. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSecret } from '../../src/node/db/secrets.ts';
import { initVault, runVault } from '../../src/node/vault/index.ts';

/** Argon2id's cheapest setting: tests only. */
export const TEST_COST = { ops: 1, memBytes: 8 << 20 };

interface Options {
  dir: string;
  passphraseFile: string;
  socketPath: string;
  chainId: string;
  signerSocket?: string;
  rotateCheckMs?: number;
}
export interface VaultFolder {
  root: string;
  dir: string;
  passphraseFile: string;
  socketPath: string;
  operatorAddress: string;
  epoch1PublicKey: string;
  remove(): void;
}
export interface VaultProcess {
  pid: number;
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** A temporary folder with an operator key and epoch 1. */
export function vaultFolder({ nowUnixS }: { nowUnixS?: number } = {}): VaultFolder {
  const root = mkdtempSync(join(tmpdir(), 'electra-vault-'));
  const dir = join(root, 'vault');
  const passphraseFile = join(root, 'passphrase');
  writeSecret(passphraseFile, 'a passphrase for tests');
  const made = initVault({ dir, passphraseFile, nowUnixS, cost: TEST_COST });
  return {
    root,
    dir,
    passphraseFile,
    socketPath: join(root, 'run/vault.sock'),
    ...made,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Starts the child; resolves when it answers. Rejects with its error's message when it refuses to start. */
export async function startVaultProcess(options: Options): Promise<VaultProcess> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await started(child, exited);
  return {
    pid: child.pid!,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function started(child: ChildProcess, exited: Promise<number | null>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: { ready?: true; error?: string; code?: string }) =>
      message.ready ? resolve() : reject(Object.assign(new Error(message.error), { code: message.code })),
    );
    void exited.then((code) => reject(new Error(`the vault process ended with ${code ?? child.signalCode}`)));
  });
}

async function child(options: Options): Promise<void> {
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  process.on('disconnect', () => stop.abort()); // the test ended
  const quiet = () => {};
  const log = {
    info: (_: object, message: string) => {
      if (message === 'vault opens boxes') process.send!({ ready: true });
    },
    warn: quiet,
    error: quiet,
  };
  try {
    await runVault({ ...options, signal: stop.signal, log });
    process.exit(0);
  } catch (error) {
    process.send!({ error: (error as Error).message, code: (error as { code?: string }).code }, () => process.exit(1));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send) await child(JSON.parse(process.argv[2]));

/**
 * The vault's process: the one that holds private epoch keys. It answers `open` and `status` on its socket and nothing else; no answer
 * contains a key, and no log line a reading. It opens key files with the passphrase once, takes up new ones that a rotation adds, and drops
 * destroyed ones. Before the newest key grows old it draws and publishes the next by itself (rotation.ts).
 */
import { strict } from '../../protocol/values/strict.ts';
import { readSecret } from '../db/secrets.ts';
import type { Log } from '../shared/log.ts';
import { sleep } from '../shared/wait.ts';
import type { VaultStatus } from './client.ts';
import { BOXES_PER_REQUEST_MAX } from './client.ts';
import { VaultError } from './errors.ts';
import { finishDestroying, listEpochs, openEpoch } from './keys/epochs.ts';
import { Unlocker } from './keys/keystore.ts';
import type { RawBox, RawOpened } from './open.ts';
import { openRawBox } from './open.ts';
import { keepRotating } from './rotation.ts';
import type { BoxKey } from './unseal.ts';
import { boxKey } from './unseal.ts';
import { serveLines } from './wire/line-server.ts';

const LINE_MAX_BYTES = 1 << 20;
const RESCAN_MS = 1_000;
const BREATHE_EVERY = 32;
/** How long a rotation under way may take to end when the vault is stopped. */
const ROTATION_END_MS = 2_000;

export interface VaultOptions {
  /** The folder with the keys. */
  dir: string;
  passphraseFile: string;
  socketPath: string;
  chainId: string;
  /** Where to publish a new key; without it the vault never rotates by itself. */
  signerSocket?: string;
  signal: AbortSignal;
  log: Log;
  /** How often the keys' age is looked at, at most (rotation.ts). */
  rotateCheckMs?: number;
}

/** Runs until `signal` aborts. Throws VaultError bad-passphrase, bad-keystore, bad-mode, in-use before it listens. */
export async function runVault(options: VaultOptions): Promise<void> {
  const { dir, passphraseFile, socketPath, signerSocket, chainId, signal, log, rotateCheckMs } = options;
  const unlocker = new Unlocker(readSecret(passphraseFile));
  finishDestroying(dir);
  const keys = keyRing(dir, unlocker, log);
  if (keys.size === 0) throw new VaultError('unknown-epoch', `${dir}: expected at least one epoch key`);
  const foreign: number[] = [];
  const door = await serveLines({
    path: socketPath,
    lineMaxBytes: LINE_MAX_BYTES,
    log,
    name: 'vault',
    handle: (method, params) => handle(method, params, { dir, chainId, keys, foreign }),
  });
  log.info({ epochs: keys.size }, 'vault opens boxes');
  const onForeign = (epochs: number[]): void => {
    const known = foreign.length;
    foreign.splice(0, known, ...epochs);
    if (epochs.length > known)
      log.error({ epochs }, 'ALARM: the chain has a sealing key that is not this vault’s: whoever holds it reads what meters seal to it');
  };
  const rotation = signerSocket && keepRotating({ dir, passphraseFile, signerSocket, signal, log, checkMsMax: rotateCheckMs, onForeign });
  try {
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    await Promise.race([rotation, sleep(ROTATION_END_MS)]); // a publication under way is found again at the next start
    await door.close();
    keys.forget();
    unlocker.forget();
  }
}

interface KeyRing {
  get(epoch: number): BoxKey | undefined;
  readonly size: number;
  forget(): void;
}

// The folder is looked at again when an unknown epoch is asked for, and once a minute for destroyed ones.
function keyRing(dir: string, unlocker: Unlocker, log: Log): KeyRing {
  const keys = new Map<number, BoxKey>();
  let scannedMs = 0;
  const scan = () => {
    scannedMs = Date.now();
    for (const { epoch, state } of listEpochs(dir)) {
      if (state === 'destroyed') {
        keys.get(epoch)?.secretKey.fill(0);
        keys.delete(epoch);
      } else if (!keys.has(epoch)) keys.set(epoch, boxKey(openEpoch(dir, epoch, unlocker)!));
    }
  };
  scan();
  return {
    get(epoch) {
      if ((!keys.has(epoch) && Date.now() - scannedMs > RESCAN_MS) || Date.now() - scannedMs > 60_000) {
        try {
          scan();
        } catch (error) {
          log.error({ code: (error as { code?: string }).code }, 'vault: a key file cannot be used');
        }
      }
      return keys.get(epoch);
    },
    get size() {
      return keys.size;
    },
    forget() {
      for (const key of keys.values()) key.secretKey.fill(0);
      keys.clear();
    },
  };
}

async function handle(
  method: string,
  params: unknown,
  vault: { dir: string; chainId: string; keys: KeyRing; foreign: number[] },
): Promise<unknown> {
  if (method === 'status') return { ...status(vault.dir, vault.chainId), foreign: vault.foreign };
  if (method !== 'open') throw new VaultError('bad-request', 'method: expected "open" or "status"');
  const boxes = checkBoxes(params);
  // Not a refusal of the boxes: a vault of another chain is set up wrongly and judges nothing.
  const stranger = boxes.find((box) => box.chainId !== vault.chainId);
  if (stranger) throw new VaultError('wrong-chain', `this vault serves chain ${vault.chainId}, the boxes are of ${stranger.chainId}`);
  const answers: RawOpened[] = [];
  for (const box of boxes) {
    answers.push(openRawBox(box, vault.chainId, (epoch) => vault.keys.get(epoch)));
    if (answers.length % BREATHE_EVERY === 0) await new Promise((resolve) => setImmediate(resolve)); // others may ask too
  }
  return { boxes: answers };
}

function status(dir: string, chainId: string): Omit<VaultStatus, 'foreign'> {
  const epochs = listEpochs(dir).map(({ epoch, createdUnixS, publishedUnixS, publicKey, state }) => ({
    epoch,
    createdUnixS,
    publishedUnixS,
    publicKey,
    state,
  }));
  return { chainId, epochs, newest: epochs.at(-1)?.epoch ?? 0 };
}

const read = strict((field, expected) => new VaultError('bad-request', `${field}: expected ${expected}`));

function checkBoxes(params: unknown): RawBox[] {
  const boxes = read.array(read.record(params, 'params').boxes, 'params.boxes');
  if (boxes.length > BOXES_PER_REQUEST_MAX)
    throw new VaultError('bad-request', `params.boxes: expected at most ${BOXES_PER_REQUEST_MAX} boxes`);
  return boxes.map((value, i): RawBox => {
    const field = `params.boxes[${i}]`;
    const box = read.record(value, field);
    const kind = read.oneOf(box.kind, `${field}.kind`, ['report', 'statement'] as const);
    for (const key of ['chainId', 'meter', 'sealed']) read.text(box[key], `${field}.${key}`);
    for (const key of ['at', 'keyEpoch']) read.u32(box[key], `${field}.${key}`);
    return { ...box, kind } as RawBox;
  });
}

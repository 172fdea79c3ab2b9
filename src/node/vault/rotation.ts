/**
 * Before the newest key grows old the vault draws and publishes the next one by itself.
 *
 * Its age and what counts as old are the chain's (`keyMaxAge` of the genesis, the chain's clock, which may run faster than the machine's),
 * asked of the signer: the vault itself reaches no network. While the chain is away no key can be published, so nothing is lost by not
 * knowing its time.
 */
import type { Log } from '../shared/log.ts';
import { sleep } from '../shared/wait.ts';
import type { KeyAge, KeySigner } from '../signer/client.ts';
import { connectSigner } from '../signer/client.ts';
import { listEpochs } from './keys/epochs.ts';
import { rotateKey } from './keys/rotate.ts';

/** Rotation starts when this share of the maximum age has passed: three days before the end of 31. */
const ROTATE_AT = 0.9;
const FIRST_CHECK_MS = 1_000;
const CHECK_MS_MIN = 100;
const CHECK_MS_MAX = 60_000;

export interface RotationOptions {
  dir: string;
  passphraseFile: string;
  signerSocket: string;
  signal: AbortSignal;
  log: Log;
  /** how often the age is looked at, at most; more often where the chain's clock runs so fast that a key would grow old in between */
  checkMsMax?: number;
  /** Told the epochs of the chain whose key is not this vault's, whenever it looked. */
  onForeign?: (epochs: number[]) => void;
}

/** Runs until the signal aborts. Nothing that fails ends it: it is said once, and tried again. */
export async function keepRotating(options: RotationOptions): Promise<void> {
  const { signerSocket, signal, log, checkMsMax = CHECK_MS_MAX } = options;
  const signer = connectSigner(signerSocket);
  let failures = 0;
  for (let pauseMs = Math.min(FIRST_CHECK_MS, checkMsMax); await pause(pauseMs, signal); ) {
    try {
      pauseMs = Math.min(checkMsMax, await check(signer, options));
      failures = 0;
    } catch (error) {
      if (failures++ === 0)
        log.warn({ code: (error as { code?: string }).code }, `the sealing key’s age waits: ${(error as Error).message}`);
      pauseMs = checkMsMax;
    }
  }
  signer.close();
}

/** Whether the time passed without a stop. */
const pause = (ms: number, signal: AbortSignal): Promise<boolean> => sleep(ms, signal).then(() => !signal.aborted);

/** Rotates if it is time. Returns when to look again. */
async function check(signer: KeySigner, { dir, passphraseFile, signerSocket, log, onForeign }: RotationOptions): Promise<number> {
  onForeign?.(foreignEpochs(await signer.nodeKeys(), listEpochs(dir)));
  const age = await signer.keyAge();
  if (listEpochs(dir).at(-1)?.state === 'prepared' || isOld(age) || age.signed === false) {
    const { epoch } = await rotateKey({ dir, passphraseFile, signerSocket });
    log.info(
      { epoch },
      'a new sealing key is published: the last one was growing old, never reached the chain, or was signed by another operator',
    );
  }
  return checkAgainMs(age);
}

/** Epochs of the chain whose key the vault does not have, or has as another. */
const foreignEpochs = (chain: readonly { epoch: number; key: string }[], own: readonly { epoch: number; publicKey: string }[]): number[] =>
  chain.filter(({ epoch, key }) => own.find((mine) => mine.epoch === epoch)?.publicKey !== key).map(({ epoch }) => epoch);

export const isOld = ({ ageS, maxAgeS }: KeyAge): boolean => ageS >= maxAgeS * ROTATE_AT;

/** A quarter of what is left between the rotation and the maximum age, by the machine's clock. */
export const checkAgainMs = ({ maxAgeS, rate }: KeyAge): number =>
  Math.max(CHECK_MS_MIN, Math.min(CHECK_MS_MAX, ((maxAgeS * (1 - ROTATE_AT)) / 4 / rate) * 1000));

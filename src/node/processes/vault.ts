/** `electra vault`: the one process that holds the sealing keys. */
import { runVault } from '../vault/index.ts';
import { readSettings, type DataFolder } from './data-folder.ts';
import type { ProcessContext } from './process.ts';

/** An epoch should last at most this (protocol §3). */
const KEY_MAX_AGE_S = 31 * 86_400;

export const vaultProcess = (data: DataFolder, { signal, log }: ProcessContext): Promise<void> =>
  runVault({
    dir: data.vault,
    passphraseFile: data.passphrase,
    socketPath: data.vaultSocket,
    signerSocket: data.signerSocket,
    chainId: readSettings(data).chainId,
    keyMaxAgeS: KEY_MAX_AGE_S,
    signal,
    log,
  });

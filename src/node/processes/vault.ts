/** `electra vault`: the one process that holds the sealing keys. */
import { runVault } from '../vault/index.ts';
import { type DataFolder, readSettings } from './data-folder.ts';
import type { ProcessContext } from './process.ts';

export const vaultProcess = (data: DataFolder, { signal, log }: ProcessContext): Promise<void> =>
  runVault({
    dir: data.vault,
    passphraseFile: data.passphrase,
    socketPath: data.vaultSocket,
    signerSocket: data.signerSocket,
    chainId: readSettings(data).chainId,
    signal,
    log,
  });

/** `electra vault`: the one process that holds the sealing keys. */
import { runVault } from '../vault/index.ts';
import { type DataFolder, readSettings } from './data-folder.ts';
import type { PassphraseOption, ProcessContext } from './process.ts';

export const vaultProcess = (
  data: DataFolder,
  { signal, log }: ProcessContext,
  { passphraseFile = data.passphrase }: PassphraseOption = {},
): Promise<void> =>
  runVault({
    dir: data.vault,
    passphraseFile,
    socketPath: data.vaultSocket,
    signerSocket: data.signerSockets.vault,
    chainId: readSettings(data).chainId,
    signal,
    log,
  });

/** `electra sign`: the one process that holds the operator's chain key. */
import { runSigner } from '../signer/index.ts';
import { type DataFolder, readSettings, rpcUrls } from './data-folder.ts';
import type { ProcessContext } from './process.ts';

export const signProcess = (data: DataFolder, { signal, log }: ProcessContext): Promise<void> =>
  runSigner({
    dir: data.vault,
    passphraseFile: data.passphrase,
    socketPath: data.signerSocket,
    rpcUrls: rpcUrls(data),
    chainId: readSettings(data).chainId,
    signal,
    log,
  });

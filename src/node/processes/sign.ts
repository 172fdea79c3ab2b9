/** `electra sign`: the one process that holds the operator's chain key. */
import { runSigner } from '../signer/index.ts';
import { type DataFolder, readSettings, rpcUrls } from './data-folder.ts';
import type { PassphraseOption, ProcessContext } from './process.ts';

export const signProcess = (
  data: DataFolder,
  { signal, log }: ProcessContext,
  { passphraseFile = data.signerPassphrase }: PassphraseOption = {},
): Promise<void> =>
  runSigner({
    dir: data.signer,
    passphraseFile,
    sockets: data.signerSockets,
    rpcUrls: rpcUrls(data),
    chainId: readSettings(data).chainId,
    signal,
    log,
  });

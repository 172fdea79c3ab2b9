/** A real chain with the operator's signer before it, on a data folder of its own: what the operator's commands need, and no more. */
import { readSecret, writeSecret } from '../../src/node/db/secrets.ts';
import { type DataFolder, dataFolder, makeFolders } from '../../src/node/processes/data-folder.ts';
import { createCredential } from '../../src/node/signer/credential.ts';
import { runSigner } from '../../src/node/signer/run.ts';
import { Unlocker } from '../../src/node/vault/keys/keystore.ts';
import { storeOperator } from '../../src/node/vault/keys/operator.ts';
import { startTestChain, type TestChain, type TestChainOptions } from './chain.ts';
import { electra, scratch } from './electra.ts';
import { until } from './until.ts';
import { TEST_COST } from './vault-process.ts';

export interface SignedChain {
  chain: TestChain;
  data: DataFolder;
  stop: () => Promise<void>;
}

/** Resolves when the signer answers. */
export async function startSignedChain(name: string, options: TestChainOptions): Promise<SignedChain> {
  const { dir, remove } = scratch(name);
  const data = dataFolder(dir);
  const chain = await startTestChain(options);
  makeFolders(data);
  writeSecret(data.signerPassphrase, 'for tests');
  createCredential({ file: data.operatorCredential, dir: data.signer });
  const unlocker = new Unlocker(readSecret(data.signerPassphrase));
  storeOperator(data.signer, { secretKey: chain.operator.privateKey, createdUnixS: 0 }, unlocker, TEST_COST);
  const end = new AbortController();
  const signer = runSigner({
    dir: data.signer,
    passphraseFile: data.signerPassphrase,
    sockets: data.signerSockets,
    rpcUrls: chain.rpcUrls,
    chainId: chain.chainId,
    signal: end.signal,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  const stop = async (): Promise<void> => {
    end.abort();
    await signer;
    await chain.stop();
    remove();
  };
  const asked = ['meter', 'retire', chain.operator.address, '--last-day', '2000-01-01', '--data', dir];
  try {
    // Refused, by the chain: so there is a signer, and a chain behind it.
    await until(async () => (await electra(...asked)).err.includes('the chain refused it'), 30_000, 'the signer');
  } catch (error) {
    await stop();
    throw error;
  }
  return { chain, data, stop };
}

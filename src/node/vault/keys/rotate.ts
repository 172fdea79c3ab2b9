/**
 * Rotation: draw the key of the next epoch, store it, publish it. In this order, so that a crash at any point leaves either nothing or a
 * key that the next attempt publishes. The chain counts epochs (epoch = last + 1), so what it has is asked first: a publication whose
 * answer was lost is recognised by its key and not repeated.
 */
import { readSecret } from '../../db/secrets.ts';
import type { KeySigner } from '../../signer/client.ts';
import { connectSigner } from '../../signer/client.ts';
import { VaultError } from '../errors.ts';
import { boxKey, unseal } from '../unseal.ts';
import type { Epoch } from './epochs.ts';
import { createEpoch, listEpochs, markPublished, openEpoch } from './epochs.ts';
import { Unlocker } from './keystore.ts';

/** Publishes the next epoch's key; returns it once the chain has it. Safe to repeat and to run twice at once. */
export async function rotateKey({
  dir,
  passphraseFile,
  signerSocket,
  nowUnixS = () => Date.now() / 1000,
}: {
  dir: string;
  passphraseFile: string;
  signerSocket: string;
  nowUnixS?: () => number;
}): Promise<{ epoch: number; publicKey: string }> {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  const signer = connectSigner(signerSocket);
  try {
    const chain = await signer.nodeKeys();
    noteWhatTheChainHas(dir, chain, nowUnixS());
    const next = nextKey(dir, chain.at(-1)?.epoch ?? 0, unlocker, nowUnixS());
    await publish(signer, next, { dir, unlocker });
    markPublished(dir, next.epoch, nowUnixS());
    return { epoch: next.epoch, publicKey: next.publicKey };
  } finally {
    signer.close();
    unlocker.forget();
  }
}

interface ChainKey {
  epoch: number;
  key: string;
}

function noteWhatTheChainHas(dir: string, chain: readonly ChainKey[], nowUnixS: number): void {
  for (const own of listEpochs(dir)) {
    const there = chain.find((entry) => entry.epoch === own.epoch);
    if (there && there.key !== own.publicKey)
      throw new VaultError(
        'behind-chain',
        `epoch ${own.epoch} on the chain has another key than this vault: is this the vault of another chain, or an old copy?`,
      );
    if (there && own.state === 'prepared') markPublished(dir, own.epoch, nowUnixS);
  }
}

// A key that was prepared and never published is used before a new one is drawn; an epoch that the chain has and we do not is skipped.
function nextKey(dir: string, chainEpoch: number, unlocker: Unlocker, nowUnixS: number): Epoch {
  const epoch = chainEpoch + 1;
  const find = () => listEpochs(dir).find((entry) => entry.epoch === epoch);
  const prepared = find();
  if (prepared) return prepared;
  try {
    return createEpoch(dir, epoch, unlocker, nowUnixS);
  } catch (error) {
    const other = find(); // another rotation was faster: publish its key
    if (error instanceof VaultError && error.code === 'exists' && other) return other;
    throw error;
  }
}

async function publish(
  signer: KeySigner,
  { epoch, publicKey }: Epoch,
  { dir, unlocker }: { dir: string; unlocker: Unlocker },
): Promise<void> {
  const key = openEpoch(dir, epoch, unlocker);
  if (!key) throw new VaultError('unknown-epoch', `epoch ${epoch}: the vault holds no such key`);
  const answer = await signer.publishNodeKey(epoch, publicKey, (box) => unseal(box, boxKey(key)));
  if (answer.code === 0) return;
  const there = (await signer.nodeKeys()).find((entry) => entry.epoch === epoch);
  if (there?.key !== publicKey)
    throw new VaultError('refused', `the chain refused the key of epoch ${epoch} (code ${answer.code}): ${answer.log}`);
}

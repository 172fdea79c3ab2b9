/** Sealed boxes opened per second: through the vault's socket as the books do, beside libsodium's own opener in this process. */
import { randomBytes } from 'node:crypto';
import { toBech32 } from '@cosmjs/encoding';
import sodium from 'libsodium-wrappers';
import { boxPublicKey, encodeReport, openBox, sealBox } from '../sdk/ts/src/index.ts';
import { BOXES_PER_REQUEST_MAX, connectVault, type SealedBox } from '../src/node/vault/client.ts';
import { firstSlot } from '../src/protocol/values/time.ts';
import { startVaultProcess, type VaultFolder, vaultFolder } from '../test/kit/vault-process.ts';
import type { Figure } from './frame.ts';

const BOXES = 20_000;
const CHAIN = 'electra-bench-00000001';

export async function benchVault(): Promise<Figure[]> {
  await sodium.ready;
  const folder = vaultFolder();
  const nodeKey = Uint8Array.from(Buffer.from(folder.epoch1PublicKey, 'hex'));
  const meters = Array.from({ length: 100 }, () => toBech32('electra', Uint8Array.from(randomBytes(20))));
  const boxes: SealedBox[] = Array.from({ length: BOXES }, (_, i) => {
    const [meter, at] = [meters[i % meters.length], firstSlot(20_000) + i];
    const report = { slot: at, importRegisterWh: BigInt(i), exportRegisterWh: 0n, powerW: 100, flags: 0 };
    return {
      kind: 'report',
      chainId: CHAIN,
      meter,
      at,
      keyEpoch: 1,
      sealed: sealBox(encodeReport(report, { chainId: CHAIN, meter, keyEpoch: 1 }), nodeKey, Uint8Array.from(randomBytes(32))),
    };
  });
  try {
    return await opened(folder, boxes);
  } finally {
    folder.remove();
  }
}

async function opened({ dir, passphraseFile, socketPath }: VaultFolder, boxes: readonly SealedBox[]): Promise<Figure[]> {
  const vault = await startVaultProcess({ dir, passphraseFile, socketPath, chainId: CHAIN });
  const client = connectVault(socketPath);
  try {
    await client.openBoxes(boxes.slice(0, BOXES_PER_REQUEST_MAX));
    const startMs = performance.now();
    let count = 0;
    for (let i = 0; i < boxes.length; i += BOXES_PER_REQUEST_MAX)
      count += (await client.openBoxes(boxes.slice(i, i + BOXES_PER_REQUEST_MAX))).filter((b) => b.ok).length;
    if (count !== boxes.length) throw new Error(`only ${count} of ${boxes.length} boxes opened`);
    const ours = boxes.length / ((performance.now() - startMs) / 1000);
    return [
      {
        name: 'sealed reports opened through the vault',
        value: ours,
        unit: 'boxes/s',
        aim: { atLeast: 4000 },
        rival: { name: 'libsodium in WASM, same process, no checks', value: rival() },
      },
    ];
  } finally {
    client.close();
    await vault.stop();
  }
}

function rival(): number {
  const secret = Uint8Array.from(randomBytes(32));
  const key = boxPublicKey(secret);
  const sealed = Array.from({ length: 2_000 }, () => sealBox(Uint8Array.from(randomBytes(64)), key, Uint8Array.from(randomBytes(32))));
  openBox(sealed[0], key, secret);
  const startMs = performance.now();
  for (const box of sealed) sodium.crypto_box_seal_open(box, key, secret);
  return sealed.length / ((performance.now() - startMs) / 1000);
}

/**
 * A validator's place taken by another: the new key goes into the stopped node of the one that leaves, so that a set changes without a
 * process more.
 */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ConsensusKey {
  publicKey: Buffer;
  seed: Buffer;
}

export function consensusKey(): ConsensusKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'),
    seed: Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url'),
  };
}

/** Gives a stopped node a validator's key. */
export function installKey(home: string, { publicKey, seed }: ConsensusKey): void {
  const address = createHash('sha256').update(publicKey).digest().subarray(0, 20).toString('hex').toUpperCase();
  writeFileSync(
    join(home, 'config', 'priv_validator_key.json'),
    JSON.stringify({
      address,
      pub_key: { type: 'tendermint/PubKeyEd25519', value: publicKey.toString('base64') },
      priv_key: { type: 'tendermint/PrivKeyEd25519', value: Buffer.concat([seed, publicKey]).toString('base64') },
    }),
  );
  writeFileSync(join(home, 'data', 'priv_validator_state.json'), JSON.stringify({ height: '0', round: 0, step: 0 }));
}

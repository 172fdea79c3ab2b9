import { describe, expect, test } from 'vitest';
import { makeKey, signerOf } from './key-signer.ts';
import { readPasted } from './pasted.ts';

const given = await signerOf(makeKey()).sign('a text');
const key = { type: 'tendermint/PubKeySecp256k1', value: given.pubKey };
const text = JSON.stringify({ pub_key: key, signature: given.signature });

describe('a signature that was made elsewhere', () => {
  test('is read as wallets give it, with space around', () => {
    expect(readPasted(`\n ${text} `)).toEqual(given);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'signature'],
    ['null', 'null'],
    ['a key alone', JSON.stringify({ pub_key: key })],
    ['a key that is too long', JSON.stringify({ pub_key: { value: `${given.pubKey}AA==` }, signature: given.signature })],
    ['a signature in hex', JSON.stringify({ pub_key: key, signature: 'ab'.repeat(64) })],
  ])('is none where there is %s', (_what, pasted) => {
    expect(readPasted(pasted)).toBeNull();
  });
});

/** The people of the API's tests: wallets and meters with keys that are no secret to anybody. */
import { createHash } from 'node:crypto';
import { toBech32 } from '@cosmjs/encoding';
import { addressOfKey, signText } from '../../../src/node/api/adr36.ts';

export interface Wallet {
  privKey: Uint8Array;
  address: string;
}

export function walletOf(name: string): Wallet {
  const privKey = createHash('sha256').update(`electra api test ${name}`).digest();
  return { privKey, address: addressOfKey(privKey) };
}

export const meterOf = (name: string): string =>
  toBech32('electra', createHash('sha256').update(`electra api test meter ${name}`).digest().subarray(0, 20));

/** The clerk is an auditor too: for sign-ins by the dozen, which end the oldest sessions of an address. */
export const people = {
  alice: walletOf('alice'),
  bob: walletOf('bob'),
  auditor: walletOf('auditor'),
  clerk: walletOf('clerk'),
  operator: walletOf('operator'),
  stranger: walletOf('stranger'),
};
export type Person = keyof typeof people;

/** What a wallet's extension answers when it is asked to sign a text. */
export function walletAnswer(who: Person, text: string): { pub_key: { value: string }; signature: string } {
  const { publicKey, signature } = signText({ address: people[who].address, privateKey: people[who].privKey, text });
  return { pub_key: { value: Buffer.from(publicKey).toString('base64') }, signature: Buffer.from(signature).toString('base64') };
}

/** Alice has two meters, Bob one. Sorted by address, as everywhere. */
export const meters = { alice1: meterOf('alice1'), alice2: meterOf('alice2'), bob1: meterOf('bob1') };

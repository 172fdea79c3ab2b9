import { readFileSync } from 'node:fs';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { FILE, recordedEvidence, recording } from '../../../test/kit/light/recorded-evidence.ts';
import { readValidatorSet } from '../../protocol/comet/index.ts';
import { Evidence } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { MsgCloseDay } from '../../protocol/messages/messages.ts';
import { checkpointKeys, dayEvidenceKeys, evidenceOf } from './index.ts';

const chain = recording();
const shown = chain.blocks.find(({ header }) => Number(header.height) === chain.state + 1)!;
const validators = readValidatorSet(chain.sets[shown.header.validators_hash]);

test('evidence of the recorded chain is what the vectors have, which Go judges', () => {
  expect(recordedEvidence()).toBe(readFileSync(FILE, 'utf8'));
});

interface Vectors {
  days: { name: string; refused: string; message: string }[];
}
const vectors = JSON.parse(readFileSync(new URL('../../../sdk/vectors/evidence.json', import.meta.url), 'utf8')) as Vectors;

test('evidence that Go made is read, and written again byte for byte', () => {
  const { evidence } = MsgCloseDay.decode(Buffer.from(vectors.days.find(({ name }) => name === 'taken')!.message, 'base64'));
  expect(Buffer.from(Evidence.encode(Evidence.decode(evidence)).finish()).equals(evidence)).toBe(true);
});

test('validators that are trusted are left out where they are those that sign, and shown elsewhere', () => {
  const other = readValidatorSet(Object.values(chain.sets)[0]);
  expect(evidenceOf({ ...shown, validators, trusted: validators }).trustedValidators).toEqual([]);
  expect(evidenceOf({ ...shown, validators, trusted: other }).trustedValidators).toHaveLength(4);
});

test('a header alone has no proofs; proofs of two states are refused, by name', () => {
  const { storeProof, proofs } = evidenceOf({ ...shown, validators });
  expect([storeProof.length, proofs]).toEqual([0, []]);
  const [one, other] = [chain.proofs.params.ops, [chain.proofs.params.ops[0], chain.proofs.params.ops[0]]];
  expect(() => evidenceOf({ ...shown, validators, proofs: [one, other] })).toThrow(/proofs\[1\]: expected a proof of the same state/);
});

test('the keys that evidence proves are those of the chain', () => {
  expect(dayEvidenceKeys(20_635).map(bytesToHex)).toEqual(['220000509b00000001', '270000509b']);
  expect(checkpointKeys().slice(0, 3).map(bytesToHex)).toEqual(['00', '01', '1b']);
  expect(Buffer.from(checkpointKeys()[3]).toString('latin1')).toBe('\x1aclearing');
});

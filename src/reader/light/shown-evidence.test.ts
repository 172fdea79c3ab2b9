/** Evidence that was sent, read back into the forms of a bundle: nothing of it is lost, and nothing else than its one encoding is read. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recording } from '../../../test/kit/light/recorded-evidence.ts';
import { type CommitJson, equalBytes, type HeaderJson, readSignedHeader, readValidatorSet } from '../../protocol/comet/index.ts';
import { canonicalJson, encodeLightFile, type LightValidator, readEvidence, readLightFile } from '../../protocol/index.ts';
import { Evidence } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { encodeEvidence, evidenceOf } from './index.ts';

interface Case {
  name: string;
  kept: { height: string };
  evidence: string;
}
const { cases } = JSON.parse(readFileSync(new URL('../../../sdk/vectors/recorded-evidence.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};
const chain = recording();
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const setOf = (list: readonly LightValidator[]) =>
  readValidatorSet(
    list.map(({ key, power }) => ({ address: '', pub_key: { type: 'tendermint/PubKeyEd25519', value: key }, voting_power: power })),
  );

describe.each(cases)('$name', ({ evidence, kept }) => {
  const bytes = bytesOf(evidence);
  const { shown, announced, store, proofs } = readEvidence(bytes, 'evidence');
  const at = (height: string) => chain.blocks.find(({ header }) => header.height === height)!;

  test('has the header and the commit that the chain’s node showed, and the sets by their hashes', () => {
    const { header, commit } = at(shown.header.height);
    expect(shown.header).toEqual(header);
    expect(shown.commit).toEqual(commit);
    expect(Buffer.from(setOf(shown.validators).hash).toString('hex').toUpperCase()).toBe(header.validators_hash);
    const next = at(kept.height).header.next_validators_hash;
    const hash = announced && Buffer.from(setOf(announced).hash).toString('hex').toUpperCase();
    expect(hash).toBe(next === header.validators_hash ? null : next);
  });

  test('is, sent again, the same bytes, and stands in a light.json', () => {
    const ops = proofs.map((key) => [key, store].map((data) => ({ type: '', key: '', data })));
    const [validators, trusted] = [setOf(shown.validators), setOf(announced ?? shown.validators)];
    expect(equalBytes(encodeEvidence({ ...shown, validators, trusted, proofs: ops }), bytes)).toBe(true);
    const { blocks } = readLightFile(encodeLightFile([shown]));
    expect(canonicalJson(blocks[0].signed_header as never)).toBe(canonicalJson({ header: shown.header, commit: shown.commit } as never));
  });
});

/** Of the first case, with another set that was announced. */
const honest = Evidence.decode(bytesOf(cases.find(({ name }) => name.startsWith('another set, more'))!.evidence));
const altered = (change: Partial<Evidence>): Uint8Array => Evidence.encode({ ...honest, ...change }).finish();
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

describe('is refused by name', () => {
  const [first, ...rest] = honest.validators;
  test.each<[string, Uint8Array, string]>([
    ['what is no message', Uint8Array.of(0xff), 'evidence: '],
    ['bytes that are cut off', altered({}).subarray(0, -1), 'evidence: '],
    ['a field that nobody knows', joined(altered({}), Uint8Array.of(0x32, 0)), 'evidence: '],
    ['no header', altered({ signedHeader: new Uint8Array(0) }), 'evidence.signedHeader: '],
    ['a header that is cut off', altered({ signedHeader: honest.signedHeader.subarray(0, -1) }), 'evidence.signedHeader: '],
    [
      'a header with something behind it',
      altered({ signedHeader: joined(honest.signedHeader, Uint8Array.of(0x1a, 0)) }),
      'evidence.signedHeader: ',
    ],
    ['another set than the header names', altered({ validators: rest }), 'evidence.validators: '],
    ['a key that is none', altered({ validators: [{ ...first, key: first.key.subarray(1) }, ...rest] }), 'validators[0].pub_key.value: '],
    ['a power of nothing', altered({ validators: [{ ...first, power: 0n }, ...rest] }), 'validators[0].voting_power: '],
    ['the header’s own set as one announced', altered({ trustedValidators: honest.validators }), 'evidence.trustedValidators: '],
  ])('%s', (_, bytes, field) => {
    expect(() => readEvidence(bytes, 'evidence')).toThrow(field);
  });
});

describe('a header', () => {
  const block = chain.blocks[0];
  interface Block {
    header: HeaderJson;
    commit: CommitJson;
  }
  const sent = (change: (block: Block) => void): Uint8Array => {
    const copy = structuredClone(block) as Block;
    change(copy);
    return evidenceOf({ ...copy, validators: setOf([]) }).signedHeader;
  };

  test.each<[string, (block: Block) => void]>([
    ['of a version of the application', ({ header }) => (header.version.app = '7')],
    ['of a time without a fraction', ({ header }) => (header.time = '2026-07-01T00:00:00Z')],
    ['of a time to the nanosecond', ({ header }) => (header.time = '2026-07-01T00:00:00.00000001Z')],
    ['of a later round', ({ commit }) => (commit.round = 3)],
    [
      'with a vote that is absent',
      ({ commit }) =>
        (commit.signatures[0] = { block_id_flag: 1, validator_address: '', timestamp: '0001-01-01T00:00:00Z', signature: null }),
    ],
    ['that is the chain’s first', ({ header }) => (header.last_block_id = { hash: '', parts: { total: 0, hash: '' } })],
  ])('%s is read as it was', (_, change) => {
    const copy = structuredClone(block) as Block;
    change(copy);
    expect(readSignedHeader(sent(change), 'shown')).toEqual({ header: copy.header, commit: copy.commit });
  });

  test.each<[string, Uint8Array, string]>([
    ['with a number where a message stands', Uint8Array.of(0x08, 1), 'shown.header'],
    ['of a fixed number', Uint8Array.of(0x09, 1, 2, 3, 4, 5, 6, 7, 8), 'shown: '],
  ])('%s is refused by name', (_, bytes, field) => {
    expect(() => readSignedHeader(bytes, 'shown')).toThrow(field);
  });
});

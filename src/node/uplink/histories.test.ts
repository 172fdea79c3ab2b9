/** Two histories of this community's chain, seen by its own uplink. */
import { beforeEach, expect, test, vi } from 'vitest';
import { forge, hashOfBlock, named, type Plan, setOf } from '../../../test/kit/light/forge.ts';
import { readEvidence } from '../../protocol/index.ts';
import { Evidence } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { register } from '../../protocol/messages/main-messages.ts';
import { encodeEvidence, type LightBlock } from '../../reader/light/index.ts';
import { compareHistories } from './histories.ts';

const CHAIN_ID = 'electra-rural-00000001';
const UPLINK = 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl';
const SET = named('abcd');
const block = (salt: string, over: Partial<Plan> = {}): LightBlock => forge({ height: 8, set: SET, chainId: CHAIN_ID, salt, ...over });
const shownAs = ({ signed_header }: LightBlock, trusted = named('abcd')): Uint8Array =>
  encodeEvidence({ ...signed_header, validators: setOf(SET), trusted: setOf(trusted) });

const sent: register.MsgConflict[] = [];
const said: string[] = [];
beforeEach(() => {
  sent.length = 0;
  said.length = 0;
});
const say = (_: object, words: string): void => void said.push(words);
const compare = (shown: Uint8Array, own: LightBlock[], looked = new Set<number>()) =>
  compareHistories(
    {
      ...{ chainId: CHAIN_ID, uplink: UPLINK, log: { warn: say, error: say } },
      view: { shown: async () => [shown] },
      ownBlocks: async () => own,
      main: {
        send: vi.fn(async ([{ value }]) => {
          sent.push(register.MsgConflict.decode(value));
          return { txHash: '', height: 9, code: 0, codespace: '', log: '' };
        }),
      },
    },
    looked,
  );

test('the main chain is told of another header than the own nodes have, with the validators that it judges both from', async () => {
  const [shown, own] = [block('shown'), block('own')];
  const known = named('abce');
  expect(await compare(shownAs(shown, known), [block('shown'), own])).toBe(1);
  const [{ sender, uplink, one, other }] = sent;
  expect([sender, uplink]).toEqual([UPLINK, UPLINK]);
  const read = [one, other].map((evidence) => readEvidence(Evidence.encode(evidence!).finish(), 'evidence'));
  expect(read.map(({ proofs }) => proofs)).toEqual([[], []]);
  expect(read.map(({ announced }) => announced)).toEqual(Array(2).fill(setOf(known).validators.map(() => expect.anything())));
  const hashes = read.map(({ shown: { header, commit } }) => hashOfBlock({ ...own, signed_header: { header, commit } }));
  expect(hashes).toEqual([hashOfBlock(shown), hashOfBlock(own)]);
  expect(said).toEqual([expect.stringContaining('two histories')]);
});

test('nothing is said of the same header, of one that no majority signed, or twice of one height', async () => {
  expect(await compare(shownAs(block('same')), [block('same')])).toBe(0);
  const unsigned = block('own', { votes: (name) => (name < 'c' ? 'block' : 'absent') });
  expect(await compare(shownAs(block('shown')), [unsigned])).toBe(0);
  expect(said).toEqual([expect.stringContaining('not signed')]);
  const looked = new Set<number>();
  expect(await compare(shownAs(block('shown')), [], looked)).toBe(0); // no own node answers: it is looked at again
  expect(await compare(shownAs(block('shown')), [block('own')], looked)).toBe(1);
  expect(await compare(shownAs(block('shown')), [block('own')], looked)).toBe(0);
  expect(sent).toHaveLength(1);
});

/** Two histories of this community's chain, seen by its own uplink. */
import { beforeEach, expect, test, vi } from 'vitest';
import { forge, hashOfBlock, named, type Plan, setOf } from '../../../test/kit/light/forge.ts';
import { readEvidence } from '../../protocol/index.ts';
import { Evidence } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { register } from '../../protocol/messages/main-messages.ts';
import { encodeEvidence, type LightBlock } from '../../reader/light/index.ts';
import { compareHistories, type Looked } from './histories.ts';

const CHAIN_ID = 'electra-rural-00000001';
const UPLINK = 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl';
const SET = named('abcd');
const block = (salt: string, over: Partial<Plan> = {}): LightBlock => forge({ height: 8, set: SET, chainId: CHAIN_ID, salt, ...over });
const shownAs = ({ signed_header }: LightBlock, trusted = named('abcd')): Uint8Array =>
  encodeEvidence({ ...signed_header, validators: setOf(SET), trusted: setOf(trusted) });

const sent: register.MsgConflict[] = [];
const said: string[] = [];
const leave = vi.fn();
let refusal = '';
beforeEach(() => {
  sent.length = 0;
  said.length = 0;
  leave.mockClear();
  refusal = '';
});
const say = (_: object, words: string): void => void said.push(words);
const compare = (shown: Uint8Array, own: LightBlock[], looked: Looked = new Map()) =>
  compareHistories(
    {
      ...{ chainId: CHAIN_ID, uplink: UPLINK, log: { warn: say, error: say } },
      view: { shown: async () => [shown] },
      ownBlocks: async () => own,
      main: {
        leave,
        send: vi.fn(async ([{ value }]) => {
          sent.push(register.MsgConflict.decode(value));
          return { txHash: '', height: 9, code: refusal === '' ? 0 : 8, codespace: 'register', log: refusal };
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

test('nothing is said of the same header, or of one that no majority signed', async () => {
  expect(await compare(shownAs(block('same')), [block('same')])).toBe(0);
  const unsigned = block('own', { votes: (name) => (name < 'c' ? 'block' : 'absent') });
  expect(await compare(shownAs(block('shown')), [unsigned])).toBe(0);
  expect(said).toEqual([expect.stringContaining('not signed')]);
  expect(sent).toEqual([]);
});

test('a header is looked at until an own node has answered for its height, and another one of that height too', async () => {
  const looked: Looked = new Map();
  const [shown, own] = [shownAs(block('shown')), block('own')];
  expect(await compare(shown, [], looked)).toBe(0);
  expect(await compare(shown, [own], looked)).toBe(1);
  const same: Looked = new Map();
  expect(await compare(shownAs(own), [own], same)).toBe(0);
  expect(await compare(shown, [own], same)).toBe(1);
  expect(sent).toHaveLength(2);
});

test('a conflict is told again, to another node, whether one has refused it or says that it was taken', async () => {
  const looked: Looked = new Map();
  const again = () => compare(shownAs(block('shown')), [block('own')], looked);
  refusal = 'a header that cannot be gone on to';
  expect([await again(), leave.mock.calls.length]).toEqual([0, 0]);
  expect([await again(), leave.mock.calls.length]).toEqual([0, 1]);
  expect(said).toEqual([expect.stringContaining('two histories'), expect.stringContaining(`register 8: ${refusal}`)]); // once
  refusal = '';
  expect([await again(), await again()]).toEqual([1, 1]);
  expect([sent.length, leave.mock.calls.length, said.length]).toEqual([4, 3, 2]);
});

/** What the main chain's own messages and events become: rows, or a reason why they have no place. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeRoster, rosterDigest } from '../src/protocol/day/roster.ts';
import { readSharedGenesis } from '../src/protocol/genesis/index.ts';
import { Evidence } from '../src/protocol/messages/generated/electra/meter/v1/types.ts';
import { MemoryStore, meterAddress, setClock } from '../test/kit/memory-store.ts';
import * as mappings from './index.ts';
import type { CosmosEvent, CosmosMessage } from './types.ts';

const START_UNIX_S = 1_782_864_000;
const DELAY_S = 604_800;
const HASH = new Uint8Array(32).fill(9);
const HEX = `0x${'09'.repeat(32)}`;
const [UPLINK, METER, TREASURY, MEMBER, OTHER] = [1, 2, 3, 4, 5].map(meterAddress);

type Handler = (message: CosmosMessage<never>, store: MemoryStore) => Promise<void>;
type EventHandler = (event: CosmosEvent, store: MemoryStore) => Promise<void>;

const blockAt = (height: number) => ({
  header: { chainId: 'electra-main-5eed0002', height, time: Object.assign(new Date((START_UNIX_S + height) * 1000), { nanoseconds: 0 }) },
});

/** A store, and what is said to it at heights; chain time is START_UNIX_S and the height. */
async function chain(rule: string | null = 'shared/1') {
  const store = new MemoryStore();
  await setClock(store, START_UNIX_S, DELAY_S);
  await store.set('Clock', 'clock', { ...(await store.get('Clock', 'clock'))!, rule });
  let idx = 0;
  const say = (height: number, name: string, decodedMsg: object) =>
    (mappings as unknown as Record<string, Handler>)[`handle${name}`](
      {
        idx: idx++,
        block: blockAt(height),
        tx: { idx: 0, hash: 'AB', tx: { code: 0 } },
        msg: { typeUrl: '', decodedMsg: decodedMsg as never },
      },
      store,
    );
  const tell = (height: number, name: string, type: string, said: Record<string, string>) => {
    const attributes = Object.entries({ unix_s: String(START_UNIX_S + height), ...said }).map(([key, value]) => ({ key, value }));
    return (mappings as unknown as Record<string, EventHandler>)[`handle${name}`](
      { block: blockAt(height), event: { type, attributes } },
      store,
    );
  };
  const bad = () => store.all('BadTransaction').map(({ reason }) => reason);
  return { store, say, tell, bad };
}

describe('ELECTRA', () => {
  test('is what was minted less what was confirmed; redemptions are numbered as the chain numbers them', async () => {
    const { store, say, bad } = await chain();
    await say(1, 'Mint', { issuer: OTHER, to: TREASURY, amountNel: 100n });
    await say(2, 'Redeem', { holder: TREASURY, amountNel: 30n, reference: 'a' });
    await say(2, 'Redeem', { holder: TREASURY, amountNel: 20n, reference: 'b' });
    await say(3, 'ConfirmRedemption', { issuer: OTHER, id: 1n, paymentHash: HASH });
    await say(3, 'RejectRedemption', { issuer: OTHER, id: 2n, reason: 'legal-order' });
    expect(store.all('Electra')).toEqual([{ id: 'electra', mintedNel: 100n, confirmedNel: 30n, redemptions: 2, paused: false }]);
    expect(store.all('Redemption')).toEqual([
      expect.objectContaining({ number: 1, state: 'confirmed', paymentHash: HEX, closedHeight: 3, closedUnixS: BigInt(START_UNIX_S + 3) }),
      expect.objectContaining({ number: 2, state: 'rejected', reason: 'legal-order', paymentHash: null }),
    ]);
    expect(bad()).toEqual([]);
  });

  test('a redemption that is over, or that there is not, is confirmed by nobody', async () => {
    const { store, say, bad } = await chain();
    await say(1, 'Redeem', { holder: TREASURY, amountNel: 30n, reference: 'a' });
    for (const id of [1n, 1n, 2n]) await say(2, 'ConfirmRedemption', { issuer: OTHER, id, paymentHash: HASH });
    expect(bad()).toEqual(['not-open', 'not-open']);
    expect(store.all('Electra')[0].confirmedNel).toBe(30n);
  });

  test('moves between accounts, out of a treasury with a counter', async () => {
    const { store, say, bad } = await chain();
    await say(1, 'Send', { fromAddress: TREASURY, toAddress: MEMBER, amount: [{ denom: 'nelectra', amount: '5' }] });
    await say(1, 'PayMember', { treasury: TREASURY, member: MEMBER, counter: 7n, amountNel: 6n });
    await say(1, 'Send', { fromAddress: TREASURY, toAddress: MEMBER, amount: [] });
    const from = { sender: TREASURY, receiver: MEMBER, height: 1 };
    expect(store.all('Transfer')).toMatchObject([
      { ...from, amountNel: 5n, counter: null },
      { ...from, amountNel: 6n, counter: 7n },
    ]);
    expect(bad()).toEqual(['out-of-range']);
  });

  test('an account is frozen and let go, the chain paused and let go', async () => {
    const { store, say, bad } = await chain();
    await say(1, 'RegisterAccount', { registrar: OTHER, address: MEMBER, kind: 'member' });
    await say(2, 'Freeze', { guardian: OTHER, account: MEMBER, reasonHash: HASH });
    await say(2, 'Pause', { guardian: OTHER });
    expect([store.all('ElectraAccount')[0].reasonHash, store.all('Electra')[0].paused]).toEqual([HEX, true]);
    await say(3, 'Unfreeze', { guardian: OTHER, account: MEMBER, reasonHash: HASH });
    await say(3, 'Unpause', { guardian: OTHER });
    await say(3, 'Freeze', { guardian: OTHER, account: OTHER, reasonHash: HASH });
    expect([store.all('ElectraAccount')[0].reasonHash, store.all('Electra')[0].paused]).toEqual([null, false]);
    expect(bad()).toEqual(['not-open']);
  });
});

describe('a role', () => {
  const rotated = { role: 'issuer', address: OTHER, fate: 'applied', voted: 'false' };

  test('changes hands when its rotation is due', async () => {
    const { store, say, tell, bad } = await chain();
    await say(1, 'RotateRole', { holder: MEMBER, role: 'issuer', address: OTHER });
    await tell(DELAY_S + 1, 'RoleRotated', 'electra.role_rotated', rotated);
    expect(store.all('ElectraRole')).toEqual([{ id: 'issuer', address: OTHER, height: DELAY_S + 1 }]);
    expect(store.all('RoleChange')).toMatchObject([{ fate: 'applied', settledHeight: DELAY_S + 1 }]);
    expect(bad()).toEqual([]);
  });

  test.each([
    ['before it is due', DELAY_S, rotated],
    ['to another address', DELAY_S + 1, { ...rotated, address: MEMBER }],
    ['by votes that nobody gave', DELAY_S + 1, { ...rotated, voted: 'true' }],
    ['at another time', DELAY_S + 1, { ...rotated, unix_s: '5' }],
  ])('is not taken for changed %s, whatever a node tells', async (_, height, said) => {
    const { store, say, tell, bad } = await chain();
    await say(1, 'RotateRole', { holder: MEMBER, role: 'issuer', address: OTHER });
    await tell(height, 'RoleRotated', 'electra.role_rotated', said);
    expect([store.all('ElectraRole'), bad()]).toEqual([[], ['role-mismatch']]);
  });

  test('is voted to another, which ends what waited; one that is called off never comes', async () => {
    const { store, say, tell, bad } = await chain();
    await say(1, 'RotateRole', { holder: MEMBER, role: 'issuer', address: MEMBER });
    await say(2, 'ReplaceRole', { meter: METER, role: 'issuer', address: OTHER });
    await tell(2, 'RoleRotated', 'electra.role_rotated', { ...rotated, voted: 'true' });
    expect(store.all('RoleChange').map(({ voted, fate }) => [voted, fate])).toEqual([
      [false, 'moot'],
      [true, 'applied'],
    ]);
    await say(3, 'RotateRole', { holder: OTHER, role: 'issuer', address: MEMBER });
    await say(4, 'CancelRotation', { guardian: OTHER, role: 'issuer' });
    await say(5, 'CancelRotation', { guardian: OTHER, role: 'issuer' });
    expect([store.all('RoleChange')[2].fate, bad()]).toEqual(['cancelled', ['not-open']]);
  });
});

describe('a community', () => {
  const terms = { operator: OTHER, uplink: UPLINK, chainId: 'electra-rural-00000001', genesisHash: HASH, creditNel: 5n, members: 3 };
  const decided = { id: '1', uplink: UPLINK, what: 'register', fate: 'applied' };

  async function registered() {
    const all = await chain();
    const uplink = { meter: UPLINK, member: TREASURY, firstDay: 30_000, maxWhPerSlot: 9, consensusKey: new Uint8Array() };
    await all.say(0, 'EnrolMeter', uplink);
    await all.say(1, 'RegisterCommunity', terms);
    await all.tell(DELAY_S + 1, 'RegisterDecided', 'electra.register_decided', decided);
    return all;
  }

  test('is there once its registration is due and nobody said no', async () => {
    const { store, bad } = await registered();
    const said = { chainId: terms.chainId, genesisHash: HEX, creditNel: 5n, members: 3 };
    expect(store.all('Community')).toEqual([{ id: UPLINK, ...said, height: DELAY_S + 1, suspended: null, suspendedHeight: null }]);
    expect(store.all('RegisterChange')).toMatchObject([{ fate: 'applied', treasury: TREASURY }]);
    expect(bad()).toEqual([]);
  });

  test('shows a newer header of its chain, which is kept as it was shown', async () => {
    const { store, say } = await registered();
    const evidence = { signedHeader: HASH, validators: [], trustedValidators: [], storeProof: HASH, proofs: [] };
    await say(DELAY_S + 2, 'UpdateClient', { uplink: UPLINK, evidence });
    const bytes = `0x${Buffer.from(Evidence.encode(evidence).finish()).toString('hex')}`;
    expect(store.all('ClientUpdate')).toMatchObject([{ uplink: UPLINK, evidence: bytes, height: DELAY_S + 2 }]);
  });

  test('is not there for a veto, or where a node tells it too soon or of another', async () => {
    for (const [height, said] of [
      [DELAY_S + 1, { ...decided, fate: 'vetoed' }],
      [DELAY_S, decided],
      [DELAY_S + 1, { ...decided, uplink: METER }],
      [DELAY_S + 1, { ...decided, what: 'resume' }],
    ] as const) {
      const { store, say, tell, bad } = await chain();
      await say(1, 'RegisterCommunity', terms);
      await say(2, 'Veto', { meter: METER, id: 1n });
      await say(2, 'Veto', { meter: METER, id: 2n });
      await tell(height, 'RegisterDecided', 'electra.register_decided', said);
      expect([store.all('Community'), store.all('RegisterVeto').length]).toEqual([[], 1]);
      expect(bad()).toEqual(said.fate === 'vetoed' ? ['not-open'] : ['not-open', 'register-mismatch']);
    }
  });

  test('stops for a conflict that was shown in the block, and goes on by a checkpoint', async () => {
    const { store, say, tell, bad } = await registered();
    const at = DELAY_S + 5;
    await tell(at, 'Suspended', 'electra.suspended', { uplink: UPLINK, why: 'conflict' }); // nobody showed one
    await say(at, 'Conflict', { sender: OTHER, uplink: UPLINK });
    await tell(at, 'Suspended', 'electra.suspended', { uplink: UPLINK, why: 'conflict' });
    expect(store.all('Community')).toMatchObject([{ suspended: 'conflict', suspendedHeight: at }]);
    await say(at + 1, 'Resume', { operator: OTHER, uplink: UPLINK });
    await tell(at + 1 + DELAY_S, 'RegisterDecided', 'electra.register_decided', { ...decided, id: '2', what: 'resume' });
    expect(store.all('Community')).toMatchObject([{ suspended: null }]);
    expect(bad()).toEqual(['register-mismatch']);
  });

  test('has another treasury as soon as that is in force', async () => {
    const { store, say, tell } = await registered();
    await say(2, 'EnrolMeter', { meter: UPLINK, member: TREASURY, firstDay: 9, maxWhPerSlot: 9, consensusKey: new Uint8Array(0) });
    await say(3, 'ReplaceTreasury', { operator: OTHER, uplink: UPLINK, treasury: OTHER });
    expect(store.all('Meter')[0].member).toBe(TREASURY);
    await tell(DELAY_S + 3, 'RegisterDecided', 'electra.register_decided', { ...decided, id: '2', what: 'treasury' });
    expect(store.all('Meter')[0].member).toBe(OTHER);
  });

  test('states a day with what its chain shows of it, says where it shares, and settles', async () => {
    const { store, say, bad } = await chain();
    const closing = { meter: UPLINK, day: 9, keyEpoch: 1, commitment: HASH, sealed: HASH };
    await say(1, 'CloseDay', { ...closing, evidence: HASH, netProof: HASH });
    await say(1, 'CloseDay', { ...closing, day: 10, evidence: new Uint8Array(0), netProof: new Uint8Array(0) });
    expect(store.all('DayEvidence')).toEqual([{ id: `${UPLINK}-9`, meter: UPLINK, day: 9, evidence: HEX, netProof: HEX, height: 1 }]);
    await say(2, 'SetUplink', {
      operator: OTHER,
      fromDay: 12,
      mainChainId: 'electra-main-5eed0002',
      mainGenesisHash: HASH,
      uplink: UPLINK,
    });
    await say(3, 'SetUplink', { operator: OTHER, fromDay: 20, mainChainId: '', mainGenesisHash: new Uint8Array(0), uplink: '' });
    expect(store.all('Uplink').map(({ id, uplink, mainGenesisHash }) => [id, uplink, mainGenesisHash])).toEqual([
      ['12-2', UPLINK, HEX],
      ['20-3', null, null],
    ]);
    const entries = [{ uplink: UPLINK, amountNel: -5n, sumProof: HASH }];
    await say(4, 'Settle', { sender: OTHER, fromDay: 9, entries });
    await say(5, 'Deposit', { treasury: TREASURY, uplink: UPLINK, amountNel: 8n });
    await say(5, 'Withdraw', { treasury: TREASURY, uplink: UPLINK, amountNel: 3n });
    expect(store.all('SettlementEntry')).toMatchObject([{ id: `9-${UPLINK}`, amountNel: -5n, sumProof: HEX, sender: OTHER, height: 4 }]);
    expect(store.all('EscrowMove').map(({ amountNel }) => amountNel)).toEqual([8n, -3n]);
    expect(bad()).toEqual([]);
  });
});

describe('the roster of a day', () => {
  const DAY = Math.floor(START_UNIX_S / 86_400);
  const height = 86_400;

  /** Two that are there from the first day on, of whom one has stated it, and one that comes later. */
  async function frozen(rule: string | null, late: boolean, listed: readonly string[]) {
    const { store, say, tell, bad } = await chain(rule);
    for (const [meter, firstDay] of [
      [UPLINK, DAY],
      [METER, DAY - 3],
      [OTHER, DAY + 1],
    ] as const)
      await say(1, 'EnrolMeter', { meter, member: TREASURY, firstDay, maxWhPerSlot: 9, consensusKey: new Uint8Array(0) });
    const nothing = new Uint8Array(0);
    const commitment = new Uint8Array(32).fill(7, 31);
    await say(2, 'CloseDay', { meter: UPLINK, day: DAY, keyEpoch: 1, commitment, sealed: HASH, evidence: nothing, netProof: nothing });
    const meters = listed.map((meter) => ({ meter, commitment: meter === UPLINK ? 7n : null }));
    const encoded = encodeRoster({ day: DAY, meters });
    const said = { day: String(DAY), late: String(late), digest: rosterDigest(encoded), encoded: Buffer.from(encoded).toString('base64') };
    await tell(height, 'RosterFrozen', 'electra.roster_frozen', said);
    return { rosters: store.all('Roster').length, services: store.all('Meter').map(({ serviceDay }) => serviceDay), bad: bad() };
  }

  test('lists every community from its first day on, silent or not, and begins no service', async () => {
    expect(await frozen('shared/1', false, [UPLINK, METER])).toEqual({ rosters: 1, services: [null, null, null], bad: [] });
  });

  test('lists no silent one of them as little as one that comes later', async () => {
    for (const listed of [[UPLINK], [UPLINK, METER, OTHER]])
      expect(await frozen('shared/1', false, listed)).toMatchObject({ rosters: 0, bad: ['roster-mismatch'] });
  });

  test('lists on a community’s chain whoever has stated a day, as ever', async () => {
    expect(await frozen(null, false, [UPLINK])).toEqual({ rosters: 1, services: [DAY, null, null], bad: [] });
    expect(await frozen(null, false, [UPLINK, METER])).toMatchObject({ rosters: 0, bad: ['roster-mismatch'] });
  });

  test('is never late where communities share', async () => {
    expect(await frozen('shared/1', true, [UPLINK, METER])).toMatchObject({ rosters: 0, bad: ['roster-mismatch'] });
  });
});

test('what a main chain goes on from is there before its first block: money, communities, what waits', async () => {
  const { geneses } = JSON.parse(readFileSync(new URL('../sdk/vectors/main-genesis.json', import.meta.url), 'utf8'));
  const genesis = readSharedGenesis(geneses.find(({ name }: { name: string }) => name === 'lived').document);
  const store = new MemoryStore();
  await mappings.handleGenesis(genesis, store);
  const { electra, bank } = genesis.main!;
  expect(store.all('Clock')).toMatchObject([{ rule: 'shared/1' }]);
  const [{ mintedNel, confirmedNel, redemptions, paused }] = store.all('Electra');
  expect([mintedNel - confirmedNel, redemptions, paused]).toEqual([bank.supplyNel, 2, true]);
  expect(store.all('ElectraAccount').map(({ id, reasonHash }) => [id, reasonHash])).toEqual(
    electra.accounts.map(({ address, kind }) => [address, kind === 'member' ? HEX : null]),
  );
  expect(store.all('Redemption').map(({ number, state }) => [number, state])).toEqual([
    [1, 'confirmed'],
    [2, 'open'],
  ]);
  expect(store.all('Community')).toMatchObject([{ chainId: 'electra-rural-00000001', suspended: 'vote', creditNel: 1000n }]);
  expect(store.all('RegisterChange')).toMatchObject([{ number: 3, what: 'resume', fate: null }]);
  expect([store.all('Register')[0].nextNumber, store.all('RegisterVeto').length, store.all('ElectraRole').length]).toEqual([5, 1, 3]);
});

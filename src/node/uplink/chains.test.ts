/** The uplink between two real chains: its checkpoint registers the community, and what it says of both is what they have. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { mainMessage, message, startTestChain, type TestChain } from '../../../test/kit/chain.ts';
import { checkpointKeys, evidenceOf } from '../../reader/light/index.ts';
import { askEvidence } from './evidence.ts';
import { type JoinedMain, mainChain, provenMain } from './main-chain.ts';
import { clientOf, standing } from './standing.ts';
import { treasuryOf } from './treasury.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let community: TestChain;
let main: TestChain;
const signal = new AbortController().signal;
beforeAll(async () => {
  community = await startTestChain({ timeoutCommit: '100ms' });
  main = await startTestChain({ main: {}, lightMeters: 1, timeoutCommit: '100ms' });
});
afterAll(async () => {
  await community?.stop();
  await main?.stop();
});

const uplink = () => main.meters[1];
const joined = (): JoinedMain => ({
  ...{ chainId: main.chainId, genesisHash: main.genesisHash, rpcUrls: main.rpcUrls },
  operator: { n: 0, address: main.operator.address },
});
const chainOf = (over: Partial<JoinedMain> = {}) => mainChain({ ...joined(), ...over }, uplink().address, { signer: null, signal });
const evidence = (asked: { keys?: readonly Uint8Array[]; kept: null }) =>
  askEvidence({ rpcUrls: community.rpcUrls, chainId: community.chainId, ...asked, signal });
const day = () => Math.floor(community.nowMs() / 86_400_000) + 8;
const asked = (over: object = {}) => ({
  ...{ main: chainOf(), mainChainId: main.chainId, uplink: uplink().address, treasury: uplink().member.address, day: day(), evidence },
  trustPeriodS: 1_209_600,
  graceS: 60 * 3600,
  ...over,
});
const found = (over: object = {}) => standing(asked(over));

test('before anything was said, the status names what is missing', async () => {
  const { enrolled, registered, shares, missing } = await found();
  expect([enrolled?.treasury, registered, shares.main]).toEqual([uplink().member.address, null, null]);
  expect(missing).toEqual([expect.stringContaining('registers the community'), expect.stringContaining('does not say that it shares')]);
});

test('the status says where another account than the treasury is paid, or is about to be', async () => {
  const own = uplink().member.address;
  const { missing } = await found({ treasury: main.operator.address });
  expect(missing).toContainEqual(expect.stringContaining(`pays ${own} there, not the treasury ${main.operator.address} of electra.json`));
  const waiting = { id: 3n, uplink: uplink().address, treasury: main.operator.address, dueUnixS: 1n, height: 1n, vetoedBy: [] };
  const later = await found({ main: { ...chainOf(), pending: async () => [waiting] } });
  expect(later.missing).toContainEqual(expect.stringMatching(new RegExp(`is to pay ${main.operator.address} .* number 3 vetoed`)));
  expect(later.missing).toContainEqual(expect.stringContaining('registers the community'));
});

test('the status says when the main chain’s view of this one runs out, and what to do once it has', () => {
  const of = (ageDays: number) => clientOf(Date.now() / 1000 - ageDays * 86_400, { trustPeriodS: 14 * 86_400, mainChainId: 'main-1' });
  expect(of(6)).toEqual([]);
  expect(of(8)).toEqual([
    expect.stringMatching(/^main-1’s view of this community’s chain runs out \S+Z: does `electra uplink run` run\?$/),
  ]);
  expect(of(14)).toEqual([expect.stringMatching(/ran out \S+Z: run `electra uplink join` again .*`electra exchange resume`/)]);
});

test('SetUplink is shown by proof, from its day on and not before', async () => {
  const { genesisHash, chainId } = main;
  const value = { fromDay: day(), mainChainId: chainId, mainGenesisHash: genesisHash, uplink: uplink().address };
  await community.send(community.operator, [message('SetUplink', { operator: community.operator.address, ...value })]);
  await vi.waitFor(
    async () => expect((await found()).shares).toMatchObject({ fromDay: day(), main: { chainId, uplink: uplink().address } }),
    10_000,
  );
  const before = await found({ day: day() - 1 });
  expect(before.shares.main).toBeNull();
});

test('a real main chain registers the community by the checkpoint that is asked of its nodes, and then it waits', async () => {
  const checkpoint = evidenceOf(await evidence({ keys: checkpointKeys(), kept: null }));
  const registration = {
    ...{ operator: main.operator.address, uplink: uplink().address, chainId: community.chainId, genesisHash: community.genesisHash },
    ...{ checkpoint, creditNel: 1000n, members: 1 },
  };
  const other = { ...registration, checkpoint: { ...checkpoint, proofs: checkpoint.proofs.slice(1) } };
  const refused = await main.send(main.operator, [mainMessage('RegisterCommunity', other)], 'any');
  expect(refused.code).not.toBe(0);
  // A node looks at one failing proof of a signer between two blocks.
  await vi.waitFor(() => main.send(main.operator, [mainMessage('RegisterCommunity', registration)]), { timeout: 90_000, interval: 300 });
  const { pending, missing, tooLate, shares } = await found();
  expect(tooLate).toBeNull(); // in force in seven days, and shared from the eighth on
  const [dueDay, { fromDay: from }] = [Math.floor(pending[0].dueUnixS / 86_400), shares];
  expect((await found({ graceS: -3 * 86_400 })).tooLate).toEqual({ from, to: dueDay + 2, inForceUnixS: pending[0].dueUnixS });
  const halted = async (atUnixS: number) => (atUnixS === pending[0].dueUnixS ? from : null);
  expect((await found({ graceS: -3 * 86_400, frozenTo: halted })).tooLate).toMatchObject({ from, to: from });
  expect(pending).toEqual([{ id: '1', what: 'register', treasury: null, dueUnixS: expect.any(Number), vetoedBy: 0 }]);
  expect(missing).toEqual([expect.stringContaining('waits for its time')]);
});

test('the state of the main chain is proven from its genesis, and refused from another one', async () => {
  // The state of a block stands in the header after it.
  const state = await vi.waitFor(async () => {
    const proven = await provenMain(joined(), signal);
    expect(proven.state.register.pending.map((one) => one.uplink)).toEqual([uplink().address]);
    return proven.state;
  }, 10_000);
  const found = treasuryOf(state, { uplink: uplink().address, treasury: uplink().member.address });
  expect([found.totalNel, found.settled]).toEqual([0n, []]);
  const stranger = provenMain({ ...joined(), genesisHash: community.genesisHash }, signal);
  await expect(stranger).rejects.toMatchObject({ code: 'main-unreachable', message: expect.stringContaining('expected the genesis') });
});

test('a key is sealed to only where the operator that was joined with has signed it', async () => {
  expect(await chainOf().sealingKey()).toEqual({ epoch: 1, key: new Uint8Array(main.nodeKey.publicKey) });
  const stranger = chainOf({ operator: { n: 0, address: community.operator.address } });
  await expect(stranger.sealingKey()).rejects.toMatchObject({ code: 'main-lies' });
});

test('evidence of another chain than one’s own is refused by name', async () => {
  await expect(askEvidence({ rpcUrls: main.rpcUrls, chainId: community.chainId, kept: null, signal })).rejects.toMatchObject({
    code: 'wrong-main',
  });
});

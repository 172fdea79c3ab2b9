/**
 * What happens to a main chain, and to its view of a community: all its validators are killed, and it stands still for more than a day in
 * which a day of the community ended; nothing is shown of a community until the main chain's client of it has run out.
 */

import { askEvidence, mainChain, standing } from '../src/node/uplink/index.ts';
import { checkpointKeys, evidenceOf } from '../src/reader/light/index.ts';
import { mainMessage, type TestChain } from '../test/kit/chain.ts';
import { frozenDays } from '../test/kit/indexer/lived-chain.ts';
import { joinMain, shownBy } from '../test/kit/main-day/community.ts';
import { until } from '../test/kit/until.ts';
import { expectThat, type Fault } from './fault.ts';
import { DAY, DAY_MS, type Uplinked, type UplinkRun, withUplink } from './uplinked.ts';

const DAY_S = 86_400;
const LONG_MS = 90_000;
/** A halt's blocks count anew: so many have to come after it before a day freezes, a quarter of a second each. */
const GRACE_BLOCKS = 50;
/** Real seconds, as headers are: a registration takes a header of half of it. */
const TRUST_PERIOD_S = 40;
/** Nothing freezes meanwhile. */
const LONG_GRACE_S = 400 * DAY_S;

const unixSOf = async (chain: TestChain): Promise<number> => (await chain.chain.status()).chainUnixS;

async function isRegistered({ main, uplink }: Uplinked): Promise<boolean> {
  const asked = mainChain({ ...joined(main) }, uplink.address, { signer: null, signal: AbortSignal.timeout(LONG_MS) });
  return (await asked.community()) !== undefined;
}

const joined = (main: TestChain) => ({
  ...{ chainId: main.chainId, genesisHash: main.genesisHash, rpcUrls: main.rpcUrls },
  operator: { n: 0, address: main.operator.address },
});

/** Stated by one transaction, which its account's sequence counts. */
async function assertStatedOnce({ main, uplink, days }: Uplinked, runs: readonly UplinkRun[]): Promise<void> {
  const said = runs.flatMap((run) => run.said).filter((words) => words === 'the day is stated on the main chain');
  const sequence = (await main.chain.account(uplink.address))?.sequence;
  const found = await days();
  expectThat(
    found.length === 1 && found[0].state === 'stated' && said.length === 1 && sequence === 1n,
    `stated ${said.length} times by ${sequence} transactions: ${JSON.stringify(found)}`,
  );
}

const halted = (): Promise<string> =>
  withUplink({ graceS: DAY_S, graceBlocks: GRACE_BLOCKS, trustPeriodS: 14 * DAY_S }, async (world) => {
    const { main, community, uplink } = world;
    await joinMain(community, main, uplink, DAY);
    await until(() => isRegistered(world), LONG_MS, 'the registration');
    const beforeUnixS = await unixSOf(main);
    await main.kill();
    const haltedAtMs = Date.now();
    expectThat(beforeUnixS < (DAY + 1) * DAY_S, 'the day was over before the chain halted');
    await world.prove();
    await until(() => Date.now() - haltedAtMs > 2 * DAY_MS, LONG_MS, 'two days');
    const run = world.run();
    await until(() => run.waits() !== null, LONG_MS, 'the uplink to say what it waits for');
    const sentence = run.waits()!;
    expectThat(sentence.includes(main.chainId) && sentence.includes('rpcUrls'), `it does not say what to do: ${sentence}`);
    await main.restart();
    const hours = async (): Promise<number> => Math.floor(((await unixSOf(main)) - beforeUnixS) / 3600);
    await until(async () => (await hours()) >= 24, LONG_MS, 'blocks that are a day younger');
    const hoursLong = await hours();
    await world.stated();
    await until(async () => (await frozenDays(main)).early > DAY, LONG_MS, 'the freeze of the day');
    await run.stop();
    await assertStatedOnce(world, [run]);
    return `halted for ${hoursLong} hours, over the day's end; the day is stated once, and frozen with it. Meanwhile: ${sentence}`;
  });

const ranOut = (): Promise<string> =>
  withUplink({ graceS: LONG_GRACE_S, graceBlocks: 10, trustPeriodS: TRUST_PERIOD_S }, async (world) => {
    const { main, community, uplink } = world;
    await joinMain(community, main, uplink, DAY);
    await until(() => isRegistered(world), LONG_MS, 'the registration');
    const [joinedAtMs, signal] = [Date.now(), AbortSignal.timeout(10 * LONG_MS)];
    await world.prove();
    await until(() => Date.now() - joinedAtMs > TRUST_PERIOD_S * 1000, LONG_MS, 'the trust period');
    const run = world.run();
    const refused = async (): Promise<boolean> => {
      await world.provesNet();
      return run.said.some((words) => words.includes('register 9'));
    };
    await until(refused, LONG_MS, 'the main chain to refuse the day');
    const said = run.said.find((words) => words.includes('register 9'))!;
    expectThat(said.includes('electra uplink join'), `it does not say what to do: ${said}`);
    const own = { rpcUrls: community.rpcUrls, chainId: community.chainId, signal };
    const { missing } = await standing({
      ...{ main: mainChain(joined(main), uplink.address, { signer: null, signal }), mainChainId: main.chainId, uplink: uplink.address },
      ...{
        treasury: uplink.member.address,
        day: DAY,
        trustPeriodS: TRUST_PERIOD_S,
        graceS: LONG_GRACE_S,
        evidence: (of) => askEvidence({ ...own, ...of }),
      },
    });
    const way = missing.find((words) => words.includes('electra exchange resume'));
    expectThat(way !== undefined, `the status says: ${missing.join('; ')}`);
    const checkpoint = { ...evidenceOf(await shownBy(community, checkpointKeys())), storeProof: new Uint8Array(), proofs: [] };
    await main.send(main.operator, [mainMessage('Resume', { operator: main.operator.address, uplink: uplink.address, checkpoint })]);
    await world.stated();
    await run.stop();
    await assertStatedOnce(world, [run]);
    return `${way}. Resumed, the day is stated once`;
  });

export const mainChains: readonly Fault[] = [
  {
    name: 'main-halted',
    does: 'all validators of the main chain are killed for a day: the uplink says that it waits, and the day is stated once',
    quick: true,
    run: halted,
  },
  {
    name: 'client-ran-out',
    does: 'a community’s uplink was away for the trust period: said with the way out, by which it goes on',
    quick: false,
    run: ranOut,
  },
];

/**
 * Records inputs/chain.json.gz from a real chain: `node scripts/run.mjs test/golden/record-chain.ts`. Needs chain/bin/electrad;
 * afterwards regenerate.ts makes the answers anew.
 *
 * Four validators, two light meters; every kind of message once: an enrolment that makes a fifth validator (which never runs), one that the
 * others veto, one that leaves; a day frozen early and late, a book anchored, a final reading and an objection to it. Kept are genesis,
 * every block with its results and commit, the validator sets, and the state proofs that the indexer asks for at the end.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { TestChain } from '../kit/chain.ts';
import { message, startTestChain, testAccount, testNodeKey } from '../kit/chain.ts';
import { startIndexer, withIndex } from '../kit/index-run.ts';
import { commitment, frozenDays, justEnded } from '../kit/indexer/lived-chain.ts';
import { startLyingNode } from '../kit/lying-node.ts';
import { startTestPostgres } from '../kit/postgres.ts';
import { until } from '../kit/until.ts';
import { proofKey, type Recording } from './replay.ts';

const OUT = new URL('./inputs/chain.json.gz', import.meta.url);
/** 2026-07-02T00:00:10Z; a day of chain time lasts 17 seconds. */
const CLOCK = { startUnixS: 1_782_950_410, rate: 5_000 };

async function live(chain: TestChain): Promise<void> {
  const [first, second, , fourth, reporter, leaver] = chain.meters;
  const today = chain.firstDay + 1;
  const by = { operator: chain.operator.address };
  const { day, slots } = await justEnded(chain);
  await Promise.all([
    chain.send(
      reporter,
      slots.map((slot) => message('Report', { meter: reporter.address, slot, keyEpoch: 1, sealed: randomBytes(112) })),
    ),
    ...[first, second, leaver].map((meter) =>
      chain.send(meter, [
        message('CloseDay', { meter: meter.address, day, keyEpoch: 1, commitment: commitment(), sealed: randomBytes(715) }),
      ]),
    ),
    chain.send(chain.operator, operatorsWords({ leaver: leaver.address, reporter: reporter.address, today }, chain)),
  ]);
  // Two of four validators will not have the reporter among them.
  await Promise.all(
    [first, second].map((meter) =>
      chain.send(meter, [message('VetoValidator', { meter: meter.address, target: reporter.address, end: false })]),
    ),
  );
  await until(async () => (await frozenDays(chain)).early > day + 1, 60_000, 'the roster of the day after');
  await chain.send(leaver, [
    message('CloseDay', { meter: leaver.address, day: day + 1, keyEpoch: 2, commitment: commitment(), sealed: randomBytes(715) }),
  ]);
  await chain.send(chain.operator, [
    message('DisputeDay', { ...by, meter: second.address, day, reason: 'commitment-mismatch' }),
    message('AnchorBook', { ...by, day, version: 1, bookHash: randomBytes(32), totals: commitment() }),
  ]);
  await until(async () => (await frozenDays(chain)).late > day + 1, 60_000, 'the late roster of the day after');
  await Promise.all(
    [first, second].map(({ address, member }) => chain.send(member, [message('NoBill', { member: member.address, meter: address, day })])),
  );
  await chain.send(first.member, [message('WithdrawNoBill', { member: first.member.address, meter: first.address, day })]);
  await chain.send(fourth, [message('LeaveValidators', { meter: fourth.address })]);
  await until(async () => (await frozenDays(chain)).late > today + 1, 60_000, 'the late roster of the last day of the one that leaves');
  await chain.send(chain.operator, [message('FinalReading', { ...by, meter: leaver.address, link: commitment() })]);
  await chain.send(leaver.member, [message('ObjectFinalReading', { member: leaver.member.address, meter: leaver.address })]);
}

function operatorsWords({ leaver, reporter, today }: { leaver: string; reporter: string; today: number }, chain: TestChain) {
  const by = { operator: chain.operator.address };
  const consensusKey = () => Buffer.from(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const stranger = () => ({ meter: testAccount().address, member: testAccount().address });
  return [
    message('EnrolMeter', { ...by, ...stranger(), firstDay: today + 8, maxWhPerSlot: 900 }),
    message('EnrolMeter', { ...by, ...stranger(), firstDay: today + 1, maxWhPerSlot: 100, consensusKey: consensusKey() }),
    message('SetConsensusKey', { ...by, meter: reporter, key: consensusKey() }),
    message('RetireMeter', { ...by, meter: leaver, lastDay: today + 1 }),
    chain.nodeKeyMessage(2, testNodeKey().publicKey),
    message('SetTariff', {
      ...by,
      fromDay: today + 9,
      rule: 'mid-market/1',
      retailNelPerWh: Array<bigint>(96).fill(310_000n),
      feedInNelPerWh: Array<bigint>(96).fill(-20_000n),
      feePerDayNel: 1n,
    }),
    message('SetPrices', { ...by, fromSlot: (today + 1) * 96 + 90, retailNelPerWh: [2_000n, -40_000n], feedInNelPerWh: [0n, 80_000n] }),
  ];
}

/** What the real indexer asks of the chain's state once it stands at `height`. */
async function proofsAsked(chain: TestChain, height: number): Promise<Recording['proofs']> {
  const [database, node] = await Promise.all([startTestPostgres(), startLyingNode(chain.rpcUrl)]);
  const asked: Recording['proofs'] = {};
  node.maxHeight = height;
  node.refuse = (method, { height: at }) => (method === 'abci_query' && Number(at) !== height - 1 ? 'not recorded' : undefined);
  node.alter = (method, params, result) => {
    if (method === 'abci_query') asked[proofKey(params)] = result;
  };
  try {
    const run = startIndexer({ rpcUrls: [node.url], databaseUrl: database.urls.indexer });
    await run.reached(height);
    await withIndex(database.urls.indexer, (sql) =>
      until(async () => (await sql`select from chain.evidence where height = ${height - 1}`).length > 0, 20_000, 'state proofs'),
    );
    await run.stop();
    return asked;
  } finally {
    await Promise.all([database.stop(), node.stop()]);
  }
}

const call = async <T>(chain: TestChain, method: string, params: Record<string, string> = {}): Promise<T> =>
  (await chain.rpc.call(method, params)) as T;

type Answer = Recording['blocks'][number];

async function blocksOf(chain: TestChain, last: number): Promise<Pick<Recording, 'blocks' | 'validators'>> {
  const [blocks, validators]: [Recording['blocks'], Recording['validators']] = [[], {}];
  for (let height = 1; height <= last; height++) {
    const at = { height: String(height) };
    const [block, results, commit] = await Promise.all([
      call<Answer['block']>(chain, 'block', at),
      call<Answer['results']>(chain, 'block_results', at),
      call<Answer['commit']>(chain, 'commit', at),
    ]);
    validators[block.block.header.validators_hash] ??= await call(chain, 'validators', { ...at, per_page: '100' });
    blocks.push({ block, results, commit });
  }
  return { blocks, validators };
}

const chain = await startTestChain({
  validators: 4,
  lightMeters: 2,
  chainId: 'electra-golden-5eed0002',
  timeoutCommit: '50ms',
  clock: CLOCK,
  params: { graceS: 40_000, graceBlocks: 5, lateS: 60_000, validatorDelayS: 40_000, validatorWindowS: 1 },
});
try {
  await live(chain);
  const height = (await chain.height()) + 2;
  await chain.reach(height + 1);
  const proofs = await proofsAsked(chain, height);
  const { genesis } = await call<{ genesis: unknown }>(chain, 'genesis');
  const recording: Recording = {
    chainId: chain.chainId,
    height,
    status: await call(chain, 'status'),
    genesis,
    proofs,
    ...(await blocksOf(chain, height)),
  };
  const packed = gzipSync(JSON.stringify(recording), { level: 9 });
  writeFileSync(OUT, packed);
  const txs = recording.blocks.flatMap(({ results }) => results.txs_results ?? []).length;
  const sets = Object.keys(recording.validators).length;
  console.log(
    `${height} blocks, ${txs} transactions, ${sets} validator sets, ${Object.keys(proofs).length} proofs: ${packed.length} bytes`,
  );
} finally {
  await chain.stop();
}
process.exit(0);

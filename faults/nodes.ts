/** What the node that an indexer asks may do: refuse, hang, cut answers, lie, go back, be another chain's; and what may stand in blocks. */
import type { ServerResponse } from 'node:http';
import { blockAt } from '../test/kit/comet-answers.ts';
import { withIndex } from '../test/kit/index-run.ts';
import type { LyingNode } from '../test/kit/lying-node.ts';
import { until } from '../test/kit/until.ts';
import { expectThat, type Fault } from './fault.ts';
import { BEFORE, differing, type Indexed, withIndexer } from './indexed.ts';

const SAYS_MS = 60_000;
/** The least time of a node below the index that counts as a rolled-back chain, and what a busy machine adds. */
const ROLLED_BACK_MS = 150_000;
/** How many questions a node answers oddly before it comes to itself. */
const ODD_ANSWERS = 6;
const EXIT_FATAL = 70;

/** A node that answers like this for a while: the indexer says so, stays, and goes on. */
const odd = (instead: (response: ServerResponse, whole: string) => void, says: string) => (): Promise<string> =>
  withIndexer(async ({ start, reaches, grow, node, isWhole }) => {
    const run = start();
    await reaches(BEFORE);
    let answered = 0;
    node.instead = (response, whole) => {
      answered++;
      instead(response, whole);
    };
    grow();
    await until(() => answered >= ODD_ANSWERS || run.child.exitCode !== null, SAYS_MS, `${ODD_ANSWERS} odd answers`);
    await run.says(says, SAYS_MS);
    node.instead = undefined;
    await isWhole(run);
    return `${answered} odd answers, then the tables of a calm index`;
  });

const busy = odd((response) => response.writeHead(429, { 'retry-after': '1' }).end('Too Many Requests'), 'HTTP 429');
const badGateway = odd((response) => response.writeHead(502).end('<html><h1>502 Bad Gateway</h1></html>'), 'HTTP 502');
const halfJson = odd((response, whole) => response.end(whole.slice(0, whole.length >> 1)), 'something other than JSON (HTTP 200)');

/** The node takes each question and never says a word; another one answers. */
const silent = (): Promise<string> =>
  withIndexer(async ({ start, reaches, grow, node, honest, isWhole }) => {
    const run = start({ rpcUrls: [node.url, honest] });
    await reaches(BEFORE);
    node.instead = () => {};
    grow();
    await isWhole(run);
    return 'given up, and the other node was asked';
  });

/** Nodes behind one address stand at different heights, so the chain's end seems to go back and forth. */
const backAndForth = (): Promise<string> =>
  withIndexer(async ({ start, reaches, grow, node, isWhole }) => {
    let times = 0;
    node.alter = (method, _, result) => {
      if (method !== 'status' || times++ % 2 === 0) return;
      result.sync_info.latest_block_height = String(Math.max(1, Number(result.sync_info.latest_block_height) - 7));
    };
    const run = start();
    await reaches(BEFORE);
    grow();
    await isWhole(run);
    return `asked ${times} times where the chain ends: the index went forward only`;
  });

/** Alone, a node that lies ends the index with a sentence; beside an honest one it is left out. */
const lies = (lie: (it: Indexed) => Promise<LyingNode['alter']>, about: RegExp) => (): Promise<string> =>
  withIndexer(async (it) => {
    const { start, reaches, node, honest, lived, height, isWhole } = it;
    const first = start();
    await reaches(BEFORE);
    node.alter = await lie(it);
    node.maxHeight = lived.height;
    const sentence = await endsWith(first, about);
    expectThat((await height()) < lived.height, 'the lie was written');
    const second = start({ rpcUrls: [node.url, honest] });
    await second.says('left out for', SAYS_MS);
    await isWhole(second);
    return sentence;
  });

/** A block that says something, so that it is read, has an earlier one handed out a second time in its place. */
const blockTwice = lies(async ({ lived }) => {
  const again = await blockAt(lived.chain.rpc, BEFORE + 3);
  let says = BEFORE + 5;
  while ((await blockAt(lived.chain.rpc, says)).data.txs.length === 0) says++;
  return (method, { height }, result) => {
    if (method === 'block' && Number(height) === says) result.block = again;
  };
}, /block \d+: header\.height/);

/** What transactions came to is told otherwise than the chain agreed on. */
const otherResults = lies(
  async () => (method, _, result) => {
    if (method === 'block_results' && result.txs_results?.length > 0) result.txs_results[0].gas_used = '7';
  },
  /header\.last_results_hash/,
);

/** The node goes away, and behind its address another chain comes back. */
const anotherChain = (): Promise<string> =>
  withIndexer(async ({ start, reaches, node, lived, content, isWhole }) => {
    const run = start();
    await reaches(BEFORE);
    const before = await content();
    node.down = true;
    await run.says('rpc-unreachable', SAYS_MS);
    node.alter = (method, _, result) => {
      if (method === 'status') result.node_info.network = 'electra-other-0badcafe';
    };
    node.maxHeight = lived.height;
    node.down = false;
    const sentence = await endsWith(run, /serves chain electra-other-0badcafe, expected/);
    expectThat(differing(await content(), before).length === 0, 'its tables were changed');
    node.alter = () => {};
    await isWhole(start());
    return sentence;
  });

/** The node comes back from an old copy of its folder, and makes no block. */
const rolledBack = (): Promise<string> =>
  withIndexer(async ({ start, reaches, node, lived, content, isWhole }) => {
    const run = start();
    node.maxHeight = BEFORE + 30;
    await reaches(node.maxHeight);
    const before = await content();
    node.maxHeight = BEFORE;
    const sentence = await endsWith(run, new RegExp(`ends at height ${BEFORE}, below the indexed height ${BEFORE + 30}`), ROLLED_BACK_MS);
    expectThat(differing(await content(), before).length === 0, 'its tables were changed');
    node.maxHeight = lived.height;
    await isWhole(start());
    return sentence;
  });

/** What the chain let through of what is odd stands in the index as it was said. */
const payloads = (): Promise<string> =>
  withIndexer(async ({ start, grow, reaches, urls, oddly, isWhole }) => {
    const run = start();
    grow();
    await reaches();
    const rows = await withIndex(
      urls.indexer,
      (sql) =>
        sql<
          { sealed: Buffer }[]
        >`select sealed from chain.sealed_report where id in ${sql(oddly.slots.map((slot) => `${oddly.meter}-${slot}`))}`,
    );
    expectThat(rows.length === 2 && rows.some(({ sealed }) => sealed.every((byte) => byte === 0)), 'the odd boxes are not in the index');
    await isWhole(run);
    return `${rows.length} taken; refused: ${oddly.refusals.map((log) => log.slice(0, 60)).join(', ')}`;
  });

/** A process that may not go on: exit 70, one sentence, no stack. */
async function endsWith(run: ReturnType<Indexed['start']>, sentence: RegExp, timeoutMs = SAYS_MS): Promise<string> {
  await until(() => run.child.exitCode !== null, timeoutMs, `an end that says ${sentence}`);
  const said = run
    .text()
    .split('\n')
    .filter((line) => line.startsWith('electra index: '));
  expectThat(run.child.exitCode === EXIT_FATAL, `expected exit ${EXIT_FATAL}, got ${run.child.exitCode}: ${run.text().slice(-600)}`);
  expectThat(
    said.length === 1 && sentence.test(said[0]) && !/\n\s+at /.test(run.text()),
    `expected one sentence: ${run.text().slice(-800)}`,
  );
  return said[0].slice(0, 200);
}

const quick = { quick: true };

export const nodes: readonly Fault[] = [
  { ...quick, name: 'node-busy', does: 'a node answers 429 for a while: the indexer stays and goes on', run: busy },
  { ...quick, name: 'node-bad-gateway', does: 'a proxy answers 502 in HTML for a while: the indexer stays and goes on', run: badGateway },
  { ...quick, name: 'node-half-json', does: 'a node’s answers end in the middle: the indexer stays and goes on', run: halfJson },
  { ...quick, name: 'node-silent', does: 'a node takes questions and never answers: another is asked', run: silent },
  { ...quick, name: 'heights-go-back', does: 'the chain’s end goes back and forth behind one address: nothing twice', run: backAndForth },
  {
    ...quick,
    name: 'block-twice',
    does: 'a node hands out a block twice: refused by name; left out beside an honest one',
    run: blockTwice,
  },
  {
    ...quick,
    name: 'results-altered',
    does: 'a node tells other results: refused by name; left out beside an honest one',
    run: otherResults,
  },
  { ...quick, name: 'chain-another', does: 'another chain answers at a node’s address: refused, nothing is changed', run: anotherChain },
  { quick: false, name: 'chain-rolled-back', does: 'a node comes back with less of its chain: after a minute a sentence', run: rolledBack },
  {
    ...quick,
    name: 'payloads-odd',
    does: 'zeros, nothing and 8 KB in what is said: taken or refused by name, indexed alike',
    run: payloads,
  },
];

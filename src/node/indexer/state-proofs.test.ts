/** State proofs of a real chain: taken beside the index, and what a stranger can verify of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { message } from '../../../test/kit/chain.ts';
import { startIndexer, withIndex } from '../../../test/kit/index-run.ts';
import type { LivedChain } from '../../../test/kit/indexer/lived-chain.ts';
import { startLivedChain } from '../../../test/kit/indexer/lived-chain.ts';
import { startLyingNode } from '../../../test/kit/lying-node.ts';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../test/kit/postgres.ts';
import { until } from '../../../test/kit/until.ts';
import { parseStateFile } from '../../protocol/index.ts';
import type { LightBlock } from '../../reader/light/index.ts';
import {
  acceptAll,
  METER_STORE,
  readAnchor,
  readGenesisTrust,
  readRoster,
  startFromGenesis,
  stateKeys,
  verifyState,
} from '../../reader/light/index.ts';

let lived: LivedChain;
let database: TestPostgres;
beforeAll(async () => {
  [lived, database] = await Promise.all([startLivedChain(), startTestPostgres()]);
});
afterAll(() => Promise.all([lived?.chain.stop(), database?.stop()]));

interface Kept {
  day: number;
  height: number;
  state: string;
}
const kept = (day: number): Promise<Kept | undefined> =>
  withIndex(database.urls.indexer, async (sql) => (await sql<Kept[]>`select * from chain.evidence where day = ${day}`)[0]);

/** The light block above a height, in the RPC's form. */
const lightBlock = (height: number): Promise<LightBlock> =>
  withIndex(database.urls.indexer, async (sql) => {
    const [{ block }] = await sql<{ block: string }[]>`select block from chain.light_block where height = ${height + 1}`;
    const { header, commit, validators } = JSON.parse(block);
    return {
      signed_header: { header, commit },
      validator_set: {
        validators: validators.map(({ key, power }: { key: string; power: string }) => ({
          address: '',
          pub_key: { type: 'tendermint/PubKeyEd25519', value: key },
          voting_power: power,
        })),
      },
    };
  });

async function shown(evidence: Kept, key: Uint8Array, proof: string) {
  const { result } = (await (await fetch(`${lived.chain.rpcUrl}/genesis`)).json()) as { result: { genesis: unknown } };
  const state = acceptAll(startFromGenesis(readGenesisTrust(result.genesis)), [await lightBlock(evidence.height)]);
  const { appHash } = [...state.headers.values()].at(-1)!;
  const { store } = parseStateFile(evidence.state);
  return verifyState(appHash, METER_STORE, key, [
    { type: 'ics23:iavl', key: Buffer.from(key).toString('base64'), data: proof },
    { type: 'ics23:simple', key: Buffer.from(METER_STORE).toString('base64'), data: store },
  ]);
}

describe('state proofs', () => {
  test('of an anchored day are kept, and hold against a header that the genesis validators signed', async () => {
    const day = lived.said.close.day;
    const run = startIndexer({ rpcUrls: [lived.chain.rpcUrl], databaseUrl: database.urls.indexer });
    await until(async () => (await kept(day).catch(() => undefined)) !== undefined, 90_000, 'state proofs');
    await run.stop();
    const evidence = (await kept(day))!;
    const file = parseStateFile(evidence.state);
    expect(file).toMatchObject({ chainId: lived.chain.chainId, day, height: evidence.height });
    const roster = await shown(evidence, stateKeys.roster(day, false), file.roster);
    if (roster.absent) throw new Error('no roster');
    expect(readRoster({ key: stateKeys.roster(day, false), value: roster.value }).roster.meters.map(({ meter }) => meter)).toContain(
      lived.chain.meters[1].address,
    );
    expect(file.anchors).toHaveLength(2);
    const first = await shown(evidence, stateKeys.anchor(day, 1), file.anchors[1]).catch((error: { code: string }) => error.code);
    expect(first).toBe('wrong-key'); // the second proof of a range is about what follows the first entry
    expect(file.noBills).toHaveLength(1); // it was withdrawn
    expect(file.disputes).toHaveLength(2);
  });

  test('are taken anew when something about the day changes, and not before', async () => {
    const day = lived.said.close.day;
    const before = (await kept(day))!;
    const run = startIndexer({ rpcUrls: [lived.chain.rpcUrl], databaseUrl: database.urls.indexer });
    const { height } = await lived.chain.send(lived.chain.operator, [
      message('AnchorBook', { operator: lived.chain.operator.address, day, version: 2, bookHash: Buffer.alloc(32, 7) }),
    ]);
    await until(async () => (await kept(day))!.height >= height, 90_000, 'new state proofs');
    await run.stop();
    const after = (await kept(day))!;
    expect(before.height).toBeLessThan(height);
    const file = parseStateFile(after.state);
    expect(file.anchors).toHaveLength(3);
    const key = Buffer.concat([stateKeys.anchor(day, 1), Uint8Array.of(0)]);
    const second = await shown(after, key, file.anchors[1]);
    if (!second.absent) throw new Error('a key stands where none can');
    expect(readAnchor(second.right!)).toMatchObject({ day, version: 2, bookHash: '07'.repeat(32), height });
  });

  test('of a lying node are not kept, and do not stop the index', async () => {
    const other = await startTestPostgres();
    const liar = await startLyingNode(lived.chain.rpcUrl);
    liar.alter = (method, _params, result) => {
      if (method === 'abci_query' && result.response.proofOps)
        result.response.proofOps.ops[0].data = `AAAA${result.response.proofOps.ops[0].data.slice(4)}`;
    };
    const run = startIndexer({ rpcUrls: [liar.url], databaseUrl: other.urls.indexer });
    await run.reached(lived.height);
    await until(async () => (liar.asked.abci_query ?? 0) >= 12, 90_000, 'state proofs asked for twice');
    await run.reached(lived.height + 5);
    expect(await withIndex(other.urls.indexer, (sql) => sql`select day from chain.evidence`)).toEqual([]);
    await run.stop();
    await liar.stop();
    await other.stop();
  });
});

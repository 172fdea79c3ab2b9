/**
 * What the indexer makes of the recorded chain: once as it was, once as a lying node shows it, with a roster altered and the last
 * transaction called refused. That last block no header vouches for, so the index ends before it.
 */
import { connect } from '../../src/node/db/index.ts';
import { startIndexer } from '../kit/index-run.ts';
import { startTestPostgres } from '../kit/postgres.ts';
import { until } from '../kit/until.ts';
import type { Answers } from './answers.ts';
import { type Recording, readRecording, startReplayingNode } from './replay.ts';
import { tablesOf } from './tables.ts';

async function indexOf(recording: Recording, { proofs, height }: { proofs: boolean; height: number }): Promise<Answers> {
  const [database, node] = await Promise.all([startTestPostgres(), startReplayingNode(recording)]);
  const sql = connect({ url: database.urls.indexer, max: 1, application: 'golden' });
  try {
    const run = startIndexer({ rpcUrls: [node.url], databaseUrl: database.urls.indexer });
    await run.reached(height);
    if (proofs) await until(async () => (await sql`select from chain.evidence`).length > 0, 20_000, 'state proofs');
    await run.stop();
    const { 'chain.index_schema.rows': _, ...tables } = await tablesOf(sql, 'chain');
    return tables;
  } finally {
    await sql.end({ timeout: 5 });
    await Promise.all([database.stop(), node.stop()]);
  }
}

/** Up to the last block with transactions, whose results no header vouches for yet. */
function lying(recording: Recording): Recording {
  const height = recording.blocks.findLastIndex(({ results }) => (results.txs_results ?? []).length > 0) + 1;
  const told = structuredClone({ ...recording, height, proofs: {}, blocks: recording.blocks.slice(0, height) });
  const events = told.blocks.flatMap(({ results }) => results.finalize_block_events ?? []);
  const roster = events.find(({ type }) => type === 'electra.roster_frozen')!;
  roster.attributes.find(({ key }) => key === 'digest')!.value = '00'.repeat(32);
  told.blocks.at(-1)!.results.txs_results![0].code = 3;
  return told;
}

const under = (folder: string, answers: Answers): Answers =>
  Object.fromEntries(Object.entries(answers).map(([name, text]) => [`${folder}/${name}`, text]));

export async function indexAnswers(): Promise<Answers> {
  const recording = readRecording();
  const lie = lying(recording);
  const [honest, lied] = await Promise.all([
    indexOf(recording, { proofs: true, height: recording.height }),
    indexOf(lie, { proofs: false, height: lie.height - 1 }),
  ]);
  return { ...under('honest', honest), ...under('lying', lied) };
}

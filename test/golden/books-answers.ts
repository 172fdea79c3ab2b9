/**
 * The golden days: one all metered; one with every source under a tariff of its own (two metered, one disputed, one silent); one after
 * it; then a correction, which books the late statement and lays the disputed day between the registers that are known by then. All that
 * the node writes down of them, and what it gives to others.
 */
import { issueInvoice } from '../../src/node/books/money/invoice.ts';
import { balances } from '../../src/node/books/money/ledger.ts';
import { reportOfDay } from '../../src/node/books/money/report.ts';
import { sendOutbox, settleOutbox } from '../../src/node/books/outbox.ts';
import { advanceDays, draftCorrections } from '../../src/node/books/pipeline.ts';
import type { BundleFiles } from '../../src/node/books/release/bundle.ts';
import { bundleOfDays } from '../../src/node/books/release/bundle.ts';
import { builders, indexSigner, pretendProofs, quiet } from '../kit/books/community.ts';
import type { Answers } from './answers.ts';
import type { GoldenCommunity } from './community.ts';
import { drawsOf, FIRST, goldenCommunity, MONTH } from './community.ts';
import { tablesOf } from './tables.ts';

/** Stand-ins: no proof is made or verified here. */
/** A day that buys and sells at other prices in every slot, below zero at noon. */
const SLOPED = {
  rule: 'mid-market/1',
  feePerDayNel: 123_456_789n,
  retailNelPerWh: Array.from({ length: 96 }, (_, slot) => 250_000 + 2_000 * slot),
  feedInNelPerWh: Array.from({ length: 96 }, (_, slot) => 90_000 - 2_000 * Math.min(slot, 96 - slot)),
};

/** What the node did, as far as it leaves no trace in its tables. */
interface Seen {
  drafts: BundleFiles[];
  jobs: string[];
}

async function jobsOf({ sql }: GoldenCommunity): Promise<string[]> {
  const rows = await sql<
    { job: string }[]
  >`select row(id, circuit, day, version, meter, book_hash, signals)::text as job from prove.input order by id collate "C"`;
  return rows.map(({ job }) => job);
}

/** Goes on until nothing is left to do. `round` names the draws. */
async function settle(c: GoldenCommunity, seen: Seen, round: string): Promise<void> {
  const signer = indexSigner(c.index);
  const audit = async (files: BundleFiles) => {
    seen.drafts.push(files);
    return { exitCode: 4, checks: [] };
  };
  const options = { sql: c.sql, builders, audit, draws: drawsOf(round), log: quiet };
  for (let idle = 0; idle < 2; ) {
    await c.openAll();
    const drafted = (await draftCorrections(options)) + (await advanceDays(options));
    seen.jobs.push(...(await jobsOf(c)));
    const done = drafted + (await pretendProofs(c.sql)) + (await sendOutbox(c.sql, signer, quiet)) + (await settleOutbox(c.sql));
    idle = done === 0 ? idle + 1 : 0;
  }
}

async function live(c: GoldenCommunity): Promise<Seen> {
  const seen: Seen = { drafts: [], jobs: [] };
  const [whole, other, liar, silent] = c.meters.map(({ meter }) => meter);
  for (const meter of [whole, other, liar, silent]) await c.say(meter, 0);
  await c.index.reports(whole, [FIRST * 96, FIRST * 96 + 1]);
  await c.index.freeze(FIRST);
  await settle(c, seen, 'day 0');
  await c.index.tariff(FIRST + 1, SLOPED);
  for (const meter of [whole, other]) await c.say(meter, 1);
  await c.say(liar, 1, { commitment: 1n });
  await c.index.freeze(FIRST + 1);
  await settle(c, seen, 'day 1');
  for (const meter of [whole, other, liar, silent]) await c.say(meter, 2);
  await c.index.freeze(FIRST + 2);
  await settle(c, seen, 'day 2');
  await c.say(silent, 1);
  for (const n of [0, 1]) await c.index.freeze(FIRST + n, { late: true });
  await settle(c, seen, 'correction');
  await c.index.evidence(FIRST, FIRST + 1, FIRST + 2);
  return seen;
}

const under = (folder: string, files: Answers | null): Answers =>
  Object.fromEntries(Object.entries(files ?? { null: '' }).map(([name, text]) => [`${folder}/${name}`, text]));

/** What others are given: bundles, reports, invoices. */
async function given({ sql, invoices, meters }: GoldenCommunity): Promise<Answers> {
  const answers: Answers = {
    ...under('bundle', await bundleOfDays(sql, [FIRST, FIRST + 1, FIRST + 2])),
    ...under('bundle-of-one-day', await bundleOfDays(sql, [FIRST + 1])),
    'balances.txt': [...(await balances(sql))].map(([account, amountNel]) => `${account} ${amountNel}`).join('\n'),
  };
  for (const n of [0, 1, 2]) answers[`report-${n}.json`] = JSON.stringify(await reportOfDay(sql, FIRST + n));
  for (const [i, member] of [...new Set(meters.map((one) => one.member))].entries())
    answers[`invoice-${i}.json`] = (await issueInvoice(sql, invoices, { member, month: MONTH }))?.text ?? 'none';
  return answers;
}

export async function booksAnswers(): Promise<Answers> {
  const c = await goldenCommunity();
  try {
    const { drafts, jobs } = await live(c);
    return {
      ...(await given(c)),
      ...Object.assign({}, ...drafts.map((files, i) => under(`draft-${i}`, files))),
      'proof-inputs.rows': jobs.join('\n'),
      ...(await tablesOf(c.sql, 'books', { leftOut: ['outbox.tx_hash', 'day.blocked_by'] })),
      ...(await tablesOf(c.sql, 'chain', { tables: ['sealed_statement', 'roster', 'tariff', 'dispute', 'anchor'] })),
    };
  } finally {
    await c.stop();
  }
}

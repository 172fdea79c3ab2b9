/**
 * Rosters come as events, which no header covers: what of them is recomputed, and what the chain's state proves where a node lies, keeps
 * one back, or the index has read a block otherwise. Real chain, real proofs; a node in between tells the lies.
 */
import { describe, expect, test } from 'vitest';
import { withIndex } from '../../../test/kit/index-run.ts';
import { type BesideLiar, besideLiar, indexOf } from '../../../test/kit/indexer/beside-liar.ts';
import { until } from '../../../test/kit/until.ts';
import { decodeRoster, encodeRoster, rosterDigest } from '../../protocol/day/roster.ts';
import { resetIndex } from './index.ts';

const it = besideLiar();
const { start, rows, indexTo } = indexOf(it);

describe('rosters, which no header covers, are recomputed', () => {
  const event =
    (change: (attributes: Map<string, string>) => void): BesideLiar['liar']['alter'] =>
    (method, _, result) => {
      for (const one of method === 'block_results' ? (result.finalize_block_events ?? []) : []) {
        if (one.type !== 'electra.roster_frozen') continue;
        const attributes = new Map<string, string>(one.attributes.map(({ key, value }: { key: string; value: string }) => [key, value]));
        change(attributes);
        one.attributes = [...attributes].map(([key, value]) => ({ key, value }));
      }
    };
  const reencode = (attributes: Map<string, string>, change: (meters: { meter: string; commitment: bigint | null }[]) => void) => {
    const { day, meters } = decodeRoster(Buffer.from(attributes.get('encoded')!, 'base64'));
    const changed = [...meters];
    change(changed);
    const encoded = encodeRoster({ day, meters: changed });
    attributes.set('encoded', Buffer.from(encoded).toString('base64'));
    attributes.set('digest', rosterDigest(encoded));
  };

  const ofSignedDay = () => rows(`select * from chain.roster where day = ${it.signedDay} and not late`);
  /** The row that an honest node's event gives. Empties the index. */
  async function honestly(): Promise<unknown[]> {
    await withIndex(it.database.urls.indexer, resetIndex);
    Object.assign(it.liar, { alter: () => {}, refuse: proofsKeptBack });
    await indexTo(it.last);
    return ofSignedDay();
  }
  const proofsKeptBack = (method: string) => (method === 'abci_query' ? 'not now' : undefined);

  /** Goes on with proofs until the day's roster is proven. */
  async function prove(): Promise<{ lines: string; proven: unknown }> {
    Object.assign(it.liar, { refuse: () => undefined, maxHeight: Number.POSITIVE_INFINITY });
    const run = start();
    const proven = () => rows(`select taken, lacking, surplus from chain.proven_roster where day = ${it.signedDay} and not late`);
    await until(async () => (await proven()).length === 1, 90_000, 'the proven roster');
    await run.stop();
    return { lines: run.lines.join(''), proven: (await proven())[0] };
  }
  test('and taken as the chain has them, which its proofs confirm', async () => {
    it.liar.refuse = proofsKeptBack;
    await indexTo(it.last);
    const honest = await ofSignedDay();
    expect(honest).toMatchObject([{ id: `${it.signedDay}` }]);
    expect((await prove()).proven).toEqual({ taken: false, lacking: [], surplus: [] });
    expect(await ofSignedDay()).toEqual(honest);
    expect(await rows('select id from chain.bad_transaction')).toEqual([]);
    expect(await rows('select height from chain.digest where taken is not null'), 'no digest of its own').toEqual([]);
  });
  test.each<[string, (attributes: Map<string, string>) => void, RegExp]>([
    ['a digest of something else', (a) => a.set('digest', '00'.repeat(32)), /digest is not that of the encoded roster/],
    [
      'a meter left out, digest and all',
      (a) =>
        reencode(a, (meters) => {
          meters.pop();
        }),
      /differs from the indexed meters/,
    ],
    [
      'a signed day called missing',
      (a) =>
        reencode(a, (meters) => {
          meters.forEach((entry, i) => {
            meters[i] = { ...entry, commitment: null };
          });
        }),
      /differs from the indexed meters/,
    ],
    [
      'a commitment that nobody sent',
      (a) =>
        reencode(a, (meters) => {
          meters.forEach((entry, i) => {
            meters[i] = { ...entry, commitment: 5n };
          });
        }),
      /differs from the indexed meters/,
    ],
    ['another time', (a) => a.set('unix_s', String(Number(a.get('unix_s')) + 1)), /expected the block's chain time/],
    ['a day not yet due', (a) => reencodeDay(a, it.signedDay + 40), /due no earlier/],
    ['a late roster before the early one', (a) => a.set('late', 'true'), /no roster of that day was frozen before/],
    ['no base64', (a) => a.set('encoded', '%'), /encoded: expected base64/],
    ['no day', (a) => a.set('day', '-1'), /day: expected a day number/],
  ])('refused with %s: a row says so, the height goes on, and a proof brings the true one', async (_, change, said) => {
    it.liar.alter = event(change);
    it.liar.refuse = proofsKeptBack;
    await indexTo(it.last);
    expect(await ofSignedDay()).toHaveLength(0);
    const bad = await rows(`select * from chain.bad_transaction where reason = 'roster-mismatch' and tx_index = -1 and hash = ''`);
    expect(bad.map(({ detail }) => detail)).toContainEqual(expect.stringMatching(said));
    const { proven, lines } = await prove();
    expect(proven).toEqual({ taken: true, lacking: [], surplus: [] });
    expect(lines).toMatch(/taken from its proof/);
    expect(await ofSignedDay()).toEqual(await honestly());
    expect(await rows(`select id from chain.bad_transaction where id = '${bad[0].id}'`)).toEqual([]);
  });

  test('and where a node keeps the event back, the roster is proven and taken, and the day goes on', async () => {
    it.liar.alter = (method, _, result) => {
      if (method === 'block_results')
        result.finalize_block_events = (result.finalize_block_events ?? []).filter(({ type }: { type: string }) => !/roster/.test(type));
    };
    it.liar.refuse = proofsKeptBack;
    await indexTo(it.last);
    expect(await ofSignedDay()).toEqual([]);
    expect((await prove()).proven).toEqual({ taken: true, lacking: [], surplus: [] });
    const own = await rows('select height from chain.digest where taken <> digest');
    expect(own, 'its digests are its own from here on').not.toEqual([]);
    expect(await ofSignedDay()).toEqual(await honestly());
    expect(await rows('select height from chain.digest where taken is not null'), 'and common again once rebuilt').toEqual([]);
    const [meter] = it.chain.meters;
    expect(await rows(`select service_day from chain.meter where id = '${meter.address}'`)).toEqual([{ service_day: it.signedDay }]);
  });

  test('and where the index has not read a statement, the chain is believed and the meter is named', async () => {
    it.liar.refuse = proofsKeptBack;
    await indexTo(it.spoken);
    await rows('delete from chain.sealed_statement');
    await indexTo(it.last);
    expect(await ofSignedDay()).toEqual([]);
    const { proven, lines } = await prove();
    const [meter] = it.chain.meters;
    expect(proven).toEqual({ taken: true, lacking: [meter.address], surplus: [] });
    expect(lines).toMatch(/not that of the indexed statements/);
    expect(await ofSignedDay()).toEqual(await honestly());
    const late = `select from chain.settled_day where day = ${it.signedDay} and meter = '${meter.address}'`;
    await rows(
      `insert into chain.proven_roster values (${it.signedDay}, true, 1, true, '{${meter.address}}', '{}') on conflict do nothing`,
    );
    expect(await rows(late), 'nothing is settled about a commitment without a box before its dispute').toEqual([]);
  });

  test('and a false proof is not believed', async () => {
    it.liar.alter = (method, _, result) => {
      if (method === 'abci_query' && result.response.proofOps)
        result.response.proofOps.ops[0].data = `AAAA${result.response.proofOps.ops[0].data.slice(4)}`;
    };
    const asked = it.liar.asked.abci_query ?? 0;
    it.liar.maxHeight = Number.POSITIVE_INFINITY;
    const run = start();
    await run.reached(it.last);
    await until(async () => it.liar.asked.abci_query > asked + 4, 90_000, 'state proofs asked for again');
    await run.stop();
    expect(await rows('select day from chain.proven_roster')).toEqual([]);
  });
  const reencodeDay = (attributes: Map<string, string>, day: number): void => {
    const encoded = encodeRoster({ ...decodeRoster(Buffer.from(attributes.get('encoded')!, 'base64')), day });
    attributes.set('day', String(day)).set('encoded', Buffer.from(encoded).toString('base64')).set('digest', rosterDigest(encoded));
  };
});

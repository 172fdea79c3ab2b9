/** The audit of a main chain: a week that passes, and one thing at a time that is wrong with its days. */
import { describe, expect, test } from 'vitest';
import { edit } from '../../../../test/kit/audit/bundles.ts';
import { EVERY_PROOF, linesOf, namesOf } from '../../../../test/kit/audit/verdicts.ts';
import { DATES, type Files, filesOf, mainBundle, modulesOf, onMain, WEEK } from '../../../../test/kit/main-audit/bundles.ts';
import { auditMain } from './audit.ts';

const audited = async (files: Files, over = {}) => auditMain(files, { ...EVERY_PROOF, ...over });
const open = (verdict: Awaited<ReturnType<typeof audited>>) =>
  verdict.checks.filter(({ status }) => status === 'open').map(({ id, name, day }) => `${id} ${name} ${day}`);

const [DAY1, DAY2, DAY3] = DATES;
const two = (): Promise<Files> => filesOf(WEEK.slice(0, 2));

describe('a week of communities', () => {
  test('passes, with absents and void days named', async () => {
    const verdict = await audited(await mainBundle());
    expect(namesOf(verdict)).toEqual([]);
    expect(verdict.exitCode).toBe(3);
    expect(open(verdict)).toEqual([
      `14 absent ${DAY1}`,
      `14 absent ${DAY2}`,
      ...DATES.slice(2).flatMap((date) => [...Array(3).fill(`14 absent ${date}`), `14 void ${date}`]),
    ]);
  });

  test('passes without a word where everybody states, but for the sums of a week that is not here as a whole', async () => {
    const verdict = await audited(await mainBundle([{ name: 'all', day: WEEK[0].day, stated: [0, 1, 2, 3] }]));
    expect([namesOf(verdict), verdict.exitCode]).toEqual([[], 3]);
    expect(open(verdict)).toEqual([`12 sums ${DAY1}`]);
    expect(linesOf(verdict, '12 sums', 'open').map(({ detail }) => detail)).toEqual([
      `sums of the week from ${DAY1} to ${DATES[6]} were not verified, 6 of its days are not here: ` +
        `export ${DAY1} to ${DATES[6]} as one bundle`,
    ]);
  });

  test('has no sums verified where it is cut in its middle, nor before it is over', async () => {
    const cut = [...WEEK.slice(0, 3), ...WEEK.slice(4)];
    const detailsOf = async (plans: typeof cut, options = {}) =>
      linesOf(await audited(await mainBundle(plans, undefined, options)), '12 sums', 'open').map(({ detail }) => detail);
    expect(await detailsOf(cut)).toEqual([expect.stringContaining('1 of its days are not here: export')]);
    expect(await detailsOf(WEEK.slice(0, 2), { nowUnixS: (second.day + 4) * 86_400 })).toEqual([
      expect.stringContaining('once it is over, export'),
    ]);
  });

  test('is a draft before it is anchored, and refused by production keys', async () => {
    const files = await two();
    edit(files, `days/${DAY2}/chain.json`, (chain) => {
      chain.anchors = [];
    });
    expect((await audited(files, { draft: true })).exitCode).toBe(4);
    expect(namesOf(await audited(await mainBundle(), { developmentKeys: false }))).toEqual([
      '10 communities',
      '8 bill-sum key',
      '8 clearing-shared key',
      '8 day-bill key',
      '8 net key',
    ]);
  });
});

type Case = [what: string, refusedBy: string[], make: () => Promise<Files> | Files];
const changed = async (path: string, change: Parameters<typeof edit>[2], plans = WEEK.slice(0, 2)): Promise<Files> => {
  const files = await filesOf(plans);
  edit(files, path, change);
  return onMain(files, modulesOf(plans));
};
/** What the exchange exports is changed behind the back of the chain. */
const forged = async (path: string, change: Parameters<typeof edit>[2]): Promise<Files> => {
  const files = await mainBundle();
  edit(files, path, change);
  return files;
};
const [first, second] = WEEK;
const on = (date: string, file: string) => `days/${date}/${file}.json`;

const REFUSED: Case[] = [
  [
    'a bill raised for one',
    ['5 bills'],
    () => mainBundle([{ ...first, billedAt: new Map([[1, (p) => ({ ...p, buyNelPerWh: p.buyNelPerWh.map((x) => x + 1000) })]]) }]),
  ],
  [
    'a price one tick too low',
    ['6 clearing'],
    () => mainBundle([{ ...first, prices: (p) => ({ ...p, sellNelPerWh: p.sellNelPerWh.map((x, i) => (i === 50 ? x - 1000 : x)) }) }]),
  ],
  ['one booked as absent who stated the day', ['3 meters'], () => mainBundle([{ ...second, leftOut: [3] }])],
  [
    'an absent one left out of the roster',
    ['2 state proofs', '3 meters', '3 roster'],
    () => forged(on(DAY1, 'roster'), (r) => r.meters.pop()),
  ],
  [
    'a roster out of its order, which has no encoding',
    ['2 state proofs', '3 meters', '3 roster'],
    () => forged(on(DAY1, 'roster'), (r) => r.meters.reverse()),
  ],
  ['a dispute left out', ['2 state proofs', '3 meters'], () => forged(on(DAY2, 'chain'), (c) => c.disputes.pop())],
  [
    'a book withheld',
    ['3 anchor', '3 proven'],
    () =>
      changed(on(DAY2, 'chain'), (c) => c.anchors.pop()).then((files) => {
        files.delete(on(DAY2, 'book'));
        files.delete(on(DAY2, 'proofs'));
        return onMain(files, modulesOf(WEEK.slice(0, 2)), { nowUnixS: (second.day + 1) * 86_400 + 216_000 + 172_900 });
      }),
  ],
  [
    'a tariff of another price',
    ['2 state proofs', '3 tariff'],
    () =>
      forged(on(DAY1, 'chain'), (c) => {
        c.tariff.retailNelPerWh[3] = '192000';
      }),
  ],
  ['a book anchored too late', ['3 anchor'], () => mainBundle([{ ...first, anchoredAfterS: 172_801 }])],
  [
    'a book of a void day',
    ['14 void'],
    async () => {
      const files = await filesOf(WEEK);
      files.set(on(DAY3, 'book'), files.get(on(DAY1, 'book'))!);
      files.set(on(DAY3, 'proofs'), files.get(on(DAY1, 'proofs'))!);
      return onMain(files, modulesOf(WEEK));
    },
  ],
  [
    'a proof of another bill',
    ['5 bills'],
    () =>
      changed(on(DAY1, 'proofs'), (p) => {
        p.bills[0].proof = p.bills[1].proof;
      }),
  ],
  [
    'S of two exchanged',
    ['5 bills'],
    () =>
      changed(on(DAY1, 'proofs'), (p) => {
        [p.bills[0].S, p.bills[1].S] = [p.bills[1].S, p.bills[0].S];
      }),
  ],
  [
    'a day left out',
    ['3 range'],
    async () => {
      const files = await filesOf([first, WEEK[2]]);
      return onMain(files, modulesOf([first, WEEK[2]]));
    },
  ],
  [
    'a second version',
    ['3 book'],
    async () => {
      const files = await mainBundle();
      files.set(`days/${DAY1}/book.v2.json`, files.get(on(DAY1, 'book'))!);
      return files;
    },
  ],
];

describe('is refused', () => {
  test.each(REFUSED)('%s', async (_, refusedBy, make) => {
    const verdict = await audited(await make());
    expect(namesOf(verdict)).toEqual(refusedBy);
    expect(verdict.exitCode).toBe(1);
  });

  test('a day that the exchange never proved, void after its time: a failure', async () => {
    const files = await filesOf([first]);
    const verdict = await audited(onMain(files, modulesOf([first]), { provenAt: () => null, nowUnixS: (first.day + 20) * 86_400 }));
    expect([namesOf(verdict), verdict.exitCode]).toEqual([['3 proven'], 1]);
  });
});

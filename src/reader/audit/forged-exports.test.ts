/** Every export that contradicts itself or is not written canonically, with the check that refuses it. */
import { describe, expect, test } from 'vitest';
import { DAY1, DAY2, edit, load } from '../../../test/kit/audit/bundles.ts';
import {
  BOOK,
  bookEdit,
  CHAIN,
  type Files,
  PROOFS,
  plusOne,
  ROSTER,
  refusedBy,
  reroster,
  unproven,
} from '../../../test/kit/audit/forger.ts';
import { auditOf, exported, linesOf } from '../../../test/kit/audit/verdicts.ts';
import { canonicalJson } from '../../protocol/index.ts';

describe('an export that contradicts itself is refused', () => {
  const cases: [string, (files: Files) => void, string[]][] = [
    [
      'an anchor of another book',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.anchors[0].bookHash = 'cd'.repeat(32);
        }),
      ['3 anchor'],
    ],
    [
      'no anchor',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.anchors = [];
        }),
      ['3 anchor'],
    ],
    [
      'an anchor one second after it was due',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.anchors[0].unixS = String(Number(c.frozenUnixS) + 172_801);
        }),
      ['3 anchor'],
    ],
    [
      'an anchor before the freeze',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.anchors[0].unixS = String(Number(c.frozenUnixS) - 1);
        }),
      ['3 anchor'],
    ],
    [
      'a freeze before the grace is over',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.frozenUnixS = String((20636 + 1) * 86_400 + 21_599);
        }),
      ['3 roster'],
    ],
    [
      "another chain's state",
      (f) =>
        edit(f, CHAIN, (c) => {
          c.chainId = 'electra-rural-5eed0002';
        }),
      ['3 chain'],
    ],
    [
      "another day's state",
      (f) =>
        edit(f, CHAIN, (c) => {
          c.day = '20635';
        }),
      ['2 state proofs', '3 chain'],
    ],
    [
      "a roster digest that is not its meters'",
      (f) =>
        edit(f, ROSTER, (r) => {
          r.digest = 'ab'.repeat(32);
        }),
      ['2 state proofs', '3 roster'],
    ],
    [
      "a frozen digest that is not the roster's",
      (f) =>
        edit(f, CHAIN, (c) => {
          c.rosterDigest = 'ab'.repeat(32);
        }),
      ['2 state proofs', '3 book', '3 roster'],
    ],
    [
      'a commitment changed on the roster',
      (f) =>
        edit(f, ROSTER, (r) => {
          r.meters[3].commitment = plusOne(r.meters[3].commitment);
        }),
      ['2 state proofs', '3 meters', '3 roster'],
    ],
    [
      'a meter dropped from the roster',
      (f) =>
        edit(f, ROSTER, (r) => {
          r.meters.pop();
        }),
      ['2 state proofs', '3 meters', '3 roster'],
    ],
    [
      'a meter twice on the roster',
      (f) =>
        edit(f, ROSTER, (r) => {
          r.meters.push(r.meters.at(-1));
        }),
      ['2 state proofs', '3 roster'],
    ],
    [
      'a signed day called missing, digests recomputed',
      (f) => {
        reroster(f, DAY2, (r) => {
          r.meters[3].commitment = null;
        });
        bookEdit()(f);
      },
      ['3 meters'],
    ],
    ["another day's roster", (f) => f.set(ROSTER, f.get(`days/${DAY1}/roster.json`)!), ['2 state proofs', '3 meters', '3 roster']],
    [
      'a tariff that genesis contradicts',
      (f) => {
        edit(f, CHAIN, (c) => {
          c.tariff.retailNelPerWh[9] = '302000';
        });
        bookEdit((b) => {
          b.tariff.retailNelPerWh[9] = '302000';
        })(f);
      },
      ['2 state proofs', '3 tariff'],
    ],
    [
      'a tariff from before the one of genesis',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.tariff.fromDay = '20634';
        }),
      ['2 state proofs', '3 tariff'],
    ],
    [
      'a tariff not yet in force',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.tariff.fromDay = '20637';
        }),
      ['2 state proofs', '3 tariff'],
    ],
    [
      'a rule that this auditor does not know',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.tariff.rule = 'mid-market/2';
        }),
      ['3 chain'],
    ],
    [
      'a genesis of another chain',
      (f) =>
        edit(f, 'genesis.json', (g) => {
          g.chain_id = 'electra-rural-5eed0002';
        }),
      ['3 book', '3 chain'],
    ],
    [
      'a genesis with a coarser tick',
      (f) =>
        edit(f, 'genesis.json', (g) => {
          g.app_state.meter.params.tick = '10000';
        }),
      ['3 prices'],
    ],
    [
      'a meter before its first day',
      (f) =>
        edit(f, 'genesis.json', (g) => {
          g.app_state.meter.meters[3].first_day = 20637;
        }),
      ['3 roster'],
    ],
    [
      'a day missing between two others',
      (f) => {
        for (const name of ['book', 'roster', 'chain']) {
          f.set(`days/2026-06-29/${name}.json`, f.get(`days/${DAY1}/${name}.json`)!);
          f.delete(`days/${DAY1}/${name}.json`);
        }
      },
      ['2 state proofs', '3 book', '3 chain', '3 range', '3 roster'],
    ],
  ];
  test.each(cases)('%s', async (_name, attack, expected) => {
    const files = unproven();
    attack(files);
    await refusedBy(files, [...expected, '4 inputs']);
  });

  test('a frozen day whose book was withheld', async () => {
    const files = exported();
    files.delete(BOOK);
    files.delete(PROOFS);
    edit(files, CHAIN, (c) => {
      c.anchors = [];
    });
    const verdict = await refusedBy(files, ['3 anchor']);
    expect(linesOf(verdict, '3 anchor')[0].detail).toMatch(/withheld/);
  });

  test('but an anchor just when it is due passes', async () => {
    const files = exported();
    edit(files, CHAIN, (c) => {
      c.anchors[0].unixS = String(Number(c.frozenUnixS) + 172_800);
    });
    expect((await auditOf(files)).exitCode).toBe(0);
  });
});

describe('JSON that is not canonical is refused, not read', () => {
  test.each(['book', 'proofs', 'roster', 'chain'])('%s.json with a space, another key order, or a key twice', async (name) => {
    const path = `days/${DAY2}/${name}.json`;
    const text = load('honest').get(path)!;
    const value = JSON.parse(text);
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(value).reverse()));
    for (const other of [
      text.replace('":', '": '),
      `${text}\n`,
      reordered,
      text.replace('{', '{"day":"1",'),
      text.replace('"day"', '"d\\u0061y"'),
    ]) {
      const files = unproven();
      files.set(path, other);
      const verdict = await auditOf(files);
      expect(verdict.exitCode).toBe(1);
      expect(linesOf(verdict, name === 'proofs' ? '4 inputs' : `3 ${name}`).map((c) => c.detail)).toEqual([
        expect.stringMatching(/RFC 8785/),
      ]);
    }
    expect(canonicalJson(value)).toBe(text);
  });
});

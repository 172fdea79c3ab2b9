/**
 * Every forgery that the audit has to refuse, by name, with the check that refuses it.
 *
 * Plain edits break the anchor, which would hide whether anything else holds. So most attackers here also write the node's export: after
 * the edit the exported anchor follows the forged book, and the proof file too where the proofs are what should refuse it. Where a forger
 * would need proofs, they are real: see test/kit/audit/plans.ts. Elsewhere the proof file stays that of the true book, so that check 4
 * fails and no pairing is computed.
 */
import { describe, expect, test } from 'vitest';
import { DAY1, DAY2, edit, load, reanchor } from '../../../test/kit/audit/bundles.ts';
import { BROKEN_LINK, MOVED_SLOT, RAISED } from '../../../test/kit/audit/plans.ts';
import { realDays } from '../../../test/kit/audit/readings.ts';
import { auditOf, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { bookHash, canonicalJson, encodeRoster, rosterDigest } from '../../protocol/index.ts';

const BOOK = `days/${DAY2}/book.json`;
const PROOFS = `days/${DAY2}/proofs.json`;
const ROSTER = `days/${DAY2}/roster.json`;
const CHAIN = `days/${DAY2}/chain.json`;

const meters = realDays(1)[0];
const meterOf = (member: string): string => meters.find((m) => m.member === member)!.meter;
const plusOne = (decimal: string): string => String(BigInt(decimal) + 1n);
type Files = Map<string, string>;

const changed =
  (key: string, at = 3) =>
  (files: Files) =>
    edit(files, BOOK, (book) => {
      if (key === 'X') book.X = plusOne(book.X);
      else book.meters[at][key] = plusOne(book.meters[at][key]);
    });
/** Forges the book and the exported anchor, not the proofs. */
const bookEdit = (change?: (book: any) => void) => (files: Files) => {
  if (change) edit(files, BOOK, change);
  const hash = bookHash(files.get(BOOK)!);
  edit(files, CHAIN, (chain) => {
    chain.anchors[0].bookHash = hash;
  });
};

/** The roster and its digests after an edit, as a forger of the whole export would write them. */
function reroster(files: Files, date: string, change: (roster: any) => void): void {
  edit(files, `days/${date}/roster.json`, (roster) => {
    change(roster);
    roster.digest = rosterDigest(
      encodeRoster({
        day: Number(roster.day),
        meters: roster.meters.map((m: any) => ({ meter: m.meter, commitment: m.commitment === null ? null : BigInt(m.commitment) })),
      }),
    );
  });
  const digest = JSON.parse(files.get(`days/${date}/roster.json`)!).digest;
  edit(files, `days/${date}/chain.json`, (chain) => {
    chain.rosterDigest = digest;
  });
  edit(files, `days/${date}/book.json`, (book) => {
    book.rosterDigest = digest;
  });
}

/** Audits and wants just these checks to fail. */
async function refusedBy(files: Files, expected: readonly string[]) {
  const verdict = await auditOf(files);
  expect(namesOf(verdict)).toEqual([...expected].sort());
  expect(verdict.exitCode).toBe(1);
  expect(verdict.status).toBe('failed');
  return verdict;
}

/** The exported bundle with a proof file that names another book: nothing to prove, the rest as ever. */
function unproven(): Files {
  const files = exported();
  edit(files, PROOFS, (proofs) => {
    proofs.bookHash = '00'.repeat(32);
  });
  return files;
}

describe('a book changed after it was anchored is refused by the anchor', () => {
  test.each(['C', 'K', 'B', 'L0', 'L1', 'X'])('a changed %s', async (key) => {
    const files = exported();
    changed(key)(files);
    await refusedBy(
      files,
      key === 'C' ? ['3 anchor', '3 meters', '4 inputs'] : key === 'L0' ? ['3 anchor', '4 inputs', '7 links'] : ['3 anchor', '4 inputs'],
    );
  });

  test('a price moved by a tick', async () => {
    const files = exported();
    edit(files, BOOK, (book) => {
      book.prices.buyNelPerWh[MOVED_SLOT] = String(Number(book.prices.buyNelPerWh[MOVED_SLOT]) + 1000);
    });
    await refusedBy(files, ['3 anchor', '4 inputs']);
  });
});

describe('with an anchor that follows the forgery, it is refused by what it forges', () => {
  // The book's hash is new, so rho is: no old proof holds, whatever was changed.
  const cases: [string, (files: Files) => void, string[]][] = [
    ['a changed C', changed('C'), ['3 meters', '5 bills', '6 clearing']],
    ['a changed K', changed('K'), ['5 bills', '6 clearing']],
    ['a changed B', changed('B'), ['5 bills', '6 clearing']],
    ['a changed L0', changed('L0'), ['5 bills', '6 clearing', '7 links']],
    ['a changed L1', changed('L1'), ['5 bills', '6 clearing']],
    ['a changed X', changed('X'), ['5 bills', '6 clearing']],
    [
      'a price moved by a tick',
      (files) =>
        edit(files, BOOK, (book) => {
          book.prices.sellNelPerWh[MOVED_SLOT] = String(Number(book.prices.sellNelPerWh[MOVED_SLOT]) - 1000);
        }),
      ['5 bills', '6 clearing'],
    ],
    [
      'a member left out',
      (files) => {
        edit(files, BOOK, (book) => {
          book.meters.splice(3, 1);
        });
        edit(files, PROOFS, (proofs) => {
          proofs.bills.splice(3, 1);
        });
      },
      ['3 meters', '5 bills', '6 clearing'],
    ],
    [
      'a member left out, also from the roster',
      (files) => {
        edit(files, BOOK, (book) => {
          book.meters.splice(3, 1);
        });
        edit(files, PROOFS, (proofs) => {
          proofs.bills.splice(3, 1);
        });
        reroster(files, DAY2, (roster) => {
          roster.meters.splice(3, 1);
        });
      },
      ['5 bills', '6 clearing'],
    ],
    [
      'a member added',
      (files) => {
        const meter = 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl';
        edit(files, BOOK, (book) => {
          book.meters.unshift({ ...book.meters[0], meter });
        });
        edit(files, PROOFS, (proofs) => {
          proofs.bills.unshift({ ...proofs.bills[0], meter });
        });
      },
      ['3 meters', '5 bills', '6 clearing'],
    ],
    [
      'a member doubled',
      (files) => {
        edit(files, BOOK, (book) => {
          book.meters.splice(3, 0, book.meters[3]);
        });
        edit(files, PROOFS, (proofs) => {
          proofs.bills.splice(3, 0, proofs.bills[3]);
        });
      },
      ['3 book'],
    ],
    [
      'two members in the wrong order',
      (files) =>
        edit(files, BOOK, (book) => {
          book.meters.reverse();
        }),
      ['3 book'],
    ],
  ];
  test.each(cases)('%s', async (_name, attack, expected) => {
    const files = exported();
    attack(files);
    reanchor(files, DAY2);
    await refusedBy(files, expected);
  });

  const substituted = (book: any) => book.meters.find((m: any) => m.source === 'substitute');
  const unprovenCases: [string, (book: any) => void, string][] = [
    [
      'a price between two ticks',
      (book) => {
        book.prices.buyNelPerWh[MOVED_SLOT] = plusOne(book.prices.buyNelPerWh[MOVED_SLOT]);
      },
      '3 prices',
    ],
    [
      'a price above retail',
      (book) => {
        book.prices.buyNelPerWh[0] = '301000';
      },
      '3 prices',
    ],
    [
      'a sell price below feed-in',
      (book) => {
        book.prices.sellNelPerWh[0] = '79000';
      },
      '3 prices',
    ],
    [
      'a sell price above the middle',
      (book) => {
        book.prices.sellNelPerWh[0] = '191000';
      },
      '3 prices',
    ],
    [
      'a buy price below the middle',
      (book) => {
        book.prices.buyNelPerWh[0] = '189000';
      },
      '3 prices',
    ],
    [
      "another chain's book",
      (book) => {
        book.chainId = 'electra-rural-5eed0002';
      },
      '3 book',
    ],
    [
      "another day's book",
      (book) => {
        book.day = plusOne(book.day);
      },
      '3 book',
    ],
    [
      'another roster digest',
      (book) => {
        book.rosterDigest = 'ab'.repeat(32);
      },
      '3 book',
    ],
    [
      'a correction in the place of version 1',
      (book) => {
        book.version = '2';
        delete book.X;
      },
      '3 book',
    ],
    [
      'a higher fee',
      (book) => {
        book.tariff.feePerDayNel = plusOne(book.tariff.feePerDayNel);
      },
      '3 tariff',
    ],
    [
      'another retail price',
      (book) => {
        book.tariff.retailNelPerWh[17] = '302000';
        book.prices.buyNelPerWh[17] = '302000';
        book.prices.sellNelPerWh[17] = '191000';
      },
      '3 tariff',
    ],
    [
      'another feed-in price',
      (book) => {
        book.tariff.feedInNelPerWh[17] = '78000';
        book.prices.sellNelPerWh[17] = '189000';
      },
      '3 tariff',
    ],
    [
      'another rule',
      (book) => {
        book.tariff.rule = 'mid-market/2';
      },
      '3 tariff',
    ],
    [
      'a signed day booked as substitute',
      (book) => {
        book.meters[3].source = 'substitute';
      },
      '3 meters',
    ],
    [
      'a substitute booked as metered',
      (book) => {
        substituted(book).source = 'metered';
      },
      '3 meters',
    ],
    [
      'a dispute that the chain does not know',
      (book) => {
        book.meters[3].source = 'disputed';
      },
      '3 meters',
    ],
    [
      'a dispute of a day that nobody signed',
      (book) => {
        substituted(book).source = 'disputed';
      },
      '3 meters',
    ],
    [
      'keys that genesis does not pin',
      (book) => {
        book.keys.dayBill = '00'.repeat(32);
      },
      '8 keys',
    ],
    [
      'keys exchanged',
      (book) => {
        book.keys = { dayBill: book.keys.clearing, clearing: book.keys.dayBill };
      },
      '8 keys',
    ],
  ];
  test.each(unprovenCases)('%s', async (_name, change, expected) => {
    const files = unproven();
    edit(files, CHAIN, (chain) => {
      chain.disputes = [
        { meter: JSON.parse(files.get(BOOK)!).meters.find((m: any) => m.source === 'substitute').meter, reason: 'commitment-mismatch' },
      ];
    });
    bookEdit(change)(files);
    await refusedBy(files, [expected, '4 inputs']);
  });

  test('names the meter and the slot', async () => {
    const files = unproven();
    bookEdit((book) => {
      book.tariff.feePerDayNel = '1';
      book.tariff.retailNelPerWh[17] = '302000';
      book.meters[3].source = 'substitute';
    })(files);
    const verdict = await auditOf(files);
    expect(linesOf(verdict, '3 tariff').map((c) => c.slot)).toEqual([undefined, 17]);
    expect(linesOf(verdict, '3 meters').map((c) => c.meter)).toEqual([meters[3].meter]);
    expect(linesOf(verdict, '3 tariff')[1]).toMatchObject({ day: DAY2, detail: expect.stringContaining('retailNelPerWh is 302000') });
  });
});

describe('a proof file is refused', () => {
  const swap = (a: any, b: any, keys: string[]) =>
    keys.forEach((k) => {
      [a[k], b[k]] = [b[k], a[k]];
    });

  test('with a changed S: the bill and the sum of all', async () => {
    const files = exported();
    edit(files, PROOFS, (proofs) => {
      proofs.bills[3].S = plusOne(proofs.bills[3].S);
    });
    const verdict = await refusedBy(files, ['5 bills', '6 clearing']);
    expect(linesOf(verdict, '5 bills').map((c) => c.meter)).toEqual([meters[3].meter]);
  });

  test('with S changed so that the sum stays: both bills', async () => {
    const files = exported();
    edit(files, PROOFS, (proofs) => {
      proofs.bills[3].S = plusOne(proofs.bills[3].S);
      proofs.bills[5].S = String(BigInt(proofs.bills[5].S) - 1n);
    });
    const verdict = await auditOf(files);
    expect(namesOf(verdict)).toEqual(['5 bills']);
    expect(linesOf(verdict, '5 bills').map((c) => c.meter)).toEqual([meters[3].meter, meters[5].meter]);
  });

  test.each([[['proof']], [['S', 'proof']]])("with two members' %s exchanged: both bills", async (keys) => {
    const files = exported();
    edit(files, PROOFS, (proofs) => swap(proofs.bills[2], proofs.bills[9], keys));
    const verdict = await auditOf(files);
    expect(namesOf(verdict)).toEqual(['5 bills']);
    expect(linesOf(verdict, '5 bills').map((c) => c.meter)).toEqual([meters[2].meter, meters[9].meter]);
  });

  test("with two members' entries exchanged, names and all", async () => {
    const files = exported();
    edit(files, PROOFS, (proofs) => {
      [proofs.bills[2], proofs.bills[9]] = [proofs.bills[9], proofs.bills[2]];
    });
    await refusedBy(files, ['4 inputs']);
  });

  test("with another day's proof of the same meter", async () => {
    const files = load('honest');
    const other = JSON.parse(files.get(`days/${DAY1}/proofs.json`)!).bills[4];
    edit(files, PROOFS, (proofs) => {
      proofs.bills[4] = other;
    });
    const verdict = await refusedBy(files, ['5 bills', '6 clearing']);
    expect(linesOf(verdict, '5 bills').map((c) => [c.day, c.meter])).toEqual([[DAY2, meters[4].meter]]);
  });

  test("with another day's clearing", async () => {
    const files = load('honest');
    const { clearing } = JSON.parse(files.get(`days/${DAY1}/proofs.json`)!);
    edit(files, PROOFS, (proofs) => {
      proofs.clearing = clearing;
    });
    expect(namesOf(await auditOf(files))).toEqual(['6 clearing']);
  });

  test("that is another day's altogether", async () => {
    const files = load('honest');
    files.set(PROOFS, files.get(`days/${DAY1}/proofs.json`)!);
    await refusedBy(files, ['4 inputs']);
  });

  test.each([
    ['chainId', 'electra-rural-5eed0002'],
    ['day', '20635'],
    ['version', '2'],
    ['bookHash', '00'.repeat(32)],
  ])('that says it is of another %s', async (key, value) => {
    const files = exported();
    edit(files, PROOFS, (proofs) => {
      proofs[key] = value;
    });
    const verdict = await refusedBy(files, ['4 inputs']);
    expect(linesOf(verdict, '4 inputs').map((c) => c.detail)).toEqual([expect.stringContaining(`proofs.${key} is ${value}`)]);
  });

  test('with a bill left out, added, or without the clearing', async () => {
    for (const change of [
      (p: any) => p.bills.pop(),
      (p: any) => p.bills.push(p.bills[0]),
      (p: any) => {
        p.clearing = null;
      },
    ]) {
      const files = exported();
      edit(files, PROOFS, change);
      expect(namesOf(await auditOf(files))).toEqual(['4 inputs']);
    }
  });

  test('made for an amount raised by one nELECTRA, with a proof that is honest for other prices: just that bill', async () => {
    const verdict = await auditOf(exported('raised'));
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual(['5 bills']);
    expect(linesOf(verdict, '5 bills').map((c) => c.meter)).toEqual([meterOf(RAISED)]);
  });

  test('made for a price one tick higher, all bills honest at it, the clearing honest at the true one: the clearing', async () => {
    const verdict = await auditOf(exported('moved'));
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual(['6 clearing']);
  });
});

describe('registers that do not go on where they ended are refused', () => {
  test('with every proof true, by the link alone', async () => {
    const verdict = await auditOf(exported('broken-link'));
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual(['7 links']);
    expect(linesOf(verdict, '7 links').map((c) => c.meter)).toEqual([meterOf(BROKEN_LINK)]);
  });

  test('when the day before is the forged one', async () => {
    const files = exported();
    edit(files, `days/${DAY1}/book.json`, (book) => {
      book.meters[3].L1 = plusOne(book.meters[3].L1);
    });
    await refusedBy(files, ['3 anchor', '7 links']);
  });

  test('when the day before leaves a meter out that was in service by genesis', async () => {
    const files = exported();
    reroster(files, DAY1, (roster) => {
      roster.meters.splice(3, 1);
    });
    edit(files, `days/${DAY1}/book.json`, (book) => {
      book.meters.splice(3, 1);
    });
    edit(files, `days/${DAY1}/chain.json`, (chain) => {
      chain.anchors[0].bookHash = bookHash(files.get(`days/${DAY1}/book.json`)!);
    });
    const verdict = await refusedBy(files, ['3 roster']);
    expect(linesOf(verdict, '3 roster').map((c) => [c.day, c.meter])).toEqual([[DAY2, meters[3].meter]]);
  });
});

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
      'keys that genesis does not pin',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.keys.clearing = '00'.repeat(32);
        }),
      ['8 keys'],
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
          g.app_state.meter.params.tick = '3000';
        }),
      ['3 prices', '3 tariff'],
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

/** Every forgery of a book that the audit has to refuse, by name, with the check that refuses it. */
import { describe, expect, test } from 'vitest';
import { DAY1, DAY2, type Editable, edit, reanchor } from '../../../test/kit/audit/bundles.ts';
import {
  BOOK,
  bookEdit,
  CHAIN,
  type Files,
  meters,
  PROOFS,
  plusOne,
  refusedBy,
  reroster,
  unproven,
} from '../../../test/kit/audit/forger.ts';
import { MOVED_SLOT } from '../../../test/kit/audit/plans.ts';
import { auditOf, exported, linesOf } from '../../../test/kit/audit/verdicts.ts';

const changed =
  (key: string, at = 3) =>
  (files: Files) =>
    edit(files, BOOK, (book) => {
      if (key === 'X') book.X = plusOne(book.X);
      else book.meters[at][key] = plusOne(book.meters[at][key]);
    });

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

  /** Books a signed day as something else, a copy of the day before. */
  const unmeter = (entry: Editable, source: string): void => {
    const before: Editable = JSON.parse(exported().get(`days/${DAY1}/book.json`)!);
    const { C } = before.meters.find(({ meter }: Editable) => meter === entry.meter);
    Object.assign(entry, { source, fromDay: before.day, from: C });
  };
  const substituted = (book: Editable) => book.meters.find((m: Editable) => m.source === 'substitute');
  const unprovenCases: [string, (book: Editable) => void, string | string[]][] = [
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
        for (const entry of book.meters) for (const key of ['fromDay', 'from']) delete entry[key];
      },
      ['3 book', '3 copies'],
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
        unmeter(book.meters[3], 'substitute');
      },
      '3 meters',
    ],
    [
      'a substitute booked as metered',
      (book) => {
        const { fromDay: _, from: _from, ...entry } = substituted(book);
        book.meters[book.meters.indexOf(substituted(book))] = { ...entry, source: 'metered' };
      },
      '3 meters',
    ],
    [
      'a dispute that the chain does not know',
      (book) => {
        unmeter(book.meters[3], 'disputed');
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
      'keys that are not those of genesis',
      (book) => {
        book.keys['day-bill'] = '00'.repeat(32);
      },
      '8 keys',
    ],
    [
      'keys exchanged',
      (book) => {
        book.keys = { ...book.keys, 'day-bill': book.keys.clearing, clearing: book.keys['day-bill'] };
      },
      '8 keys',
    ],
  ];
  test.each(unprovenCases)('%s', async (_name, change, expected) => {
    const files = unproven();
    edit(files, CHAIN, (chain) => {
      chain.disputes = [
        {
          meter: JSON.parse(files.get(BOOK)!).meters.find((m: Editable) => m.source === 'substitute').meter,
          reason: 'commitment-mismatch',
        },
      ];
    });
    bookEdit(change)(files);
    await refusedBy(files, [...[expected].flat(), '4 inputs']);
  });

  test('names the meter and the slot', async () => {
    const files = unproven();
    bookEdit((book) => {
      book.tariff.feePerDayNel = '1';
      book.tariff.retailNelPerWh[17] = '302000';
      unmeter(book.meters[3], 'substitute');
    })(files);
    const verdict = await auditOf(files);
    expect(linesOf(verdict, '3 tariff').map((c) => c.slot)).toEqual([undefined, 17]);
    expect(linesOf(verdict, '3 meters').map((c) => c.meter)).toEqual([meters[3].meter]);
    expect(linesOf(verdict, '3 tariff')[1]).toMatchObject({ day: DAY2, detail: expect.stringContaining('retailNelPerWh is 302000') });
  });
});

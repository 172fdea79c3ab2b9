/** What passes, what passes with exceptions, and what a correction changes. Real proofs of two real days. */

import { describe, expect, test } from 'vitest';
import { DAY1, DAY2, edit, load } from '../../../test/kit/audit/bundles.ts';
import { EXCEPTIONS, RAISED, SUBSTITUTE } from '../../../test/kit/audit/plans.ts';
import { proveAnew } from '../../../test/kit/audit/prove.ts';
import { realDays } from '../../../test/kit/audit/readings.ts';
import { auditAsIs, auditOf, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { readGenesis } from '../../protocol/genesis/index.ts';
import { bookHash, encodeRoster, parseBook, rosterDigest } from '../../protocol/index.ts';
import { nobleBackend } from '../verifier/index.ts';

const CHAIN1 = `days/${DAY1}/chain.json`;
const CHAIN2 = `days/${DAY2}/chain.json`;
const meterOf = (member: string): string => realDays(1)[0].find((m) => m.member === member)!.meter;
const setGenesis = (files: Map<string, string>, change: (state: Untyped) => void) =>
  edit(files, 'genesis.json', (g) => change(g.app_state.meter));

describe('an honest bundle', () => {
  test('of two days passes', async () => {
    expect(await auditOf(load('honest'))).toMatchObject({
      exitCode: 0,
      status: 'passed',
      chainId: 'electra-rural-5eed0001',
      days: [DAY1, DAY2],
      counts: { substitutes: 0, disputes: 0, openRuns: 0, noBills: 0, objections: 0 },
    });
  });
  test('has one named line for each check of each day; a substitute that nothing follows yet is open: exit code 3', async () => {
    const verdict = await auditOf(load('substituted'));
    expect(namesOf(verdict, 'failed')).toEqual([]);
    expect(verdict).toMatchObject({ exitCode: 3, days: [DAY1, DAY2], counts: { substitutes: 1, openRuns: 1 } });
    expect(linesOf(verdict, '7 runs', 'open').map(({ meter, detail }) => [meter, detail])).toEqual([
      [meterOf(SUBSTITUTE), `${DAY2} is not metered, and not closed yet: nothing follows ${DAY2}; something has to follow by 2026-08-16`],
    ]);
    for (const day of [DAY1, DAY2])
      expect(verdict.checks.filter((c) => c.day === day && c.status === 'passed').map((c) => c.id)).toEqual([
        '2',
        '2',
        '3',
        '3',
        '3',
        '3',
        '3',
        '3',
        '3',
        '3',
        ...(day === DAY2 ? ['3'] : []),
        '4',
        '5',
        ...(day === DAY2 ? ['5s'] : []),
        '6',
        '7',
        '8',
        '9',
      ]);
    expect(namesOf(verdict, 'not-checked')).toEqual([]);
    expect(linesOf(verdict, '1 headers', 'passed')).toHaveLength(1);
  });

  test('with the day before for its links only passes where that day was audited before, and says so', async () => {
    const verdict = await auditOf(exported());
    expect(verdict).toMatchObject({ exitCode: 0, days: [DAY2] });
    expect(verdict.notes.join()).toContain(`${DAY1} is here for the links of the day after; its own links were not audited`);
    expect(linesOf(verdict, '7 links', 'passed')[0].detail).toBe(`13 of 13 meters begin where ${DAY1} ended`);
  });

  test('says what its headers are believed for', async () => {
    const verdict = await auditOf(exported());
    expect(linesOf(verdict, '1 headers', 'passed')[0].detail).toMatch(/from genesis, 4 validators/);
    expect(linesOf(verdict, '2 state proofs', 'passed').map(({ day }) => day)).toEqual([DAY1, DAY2]);
    expect(verdict.notes[0]).toMatch(/believed from genesis by validator sets/);
  });

  test("as the node's own draft needs no chain, and says so", async () => {
    const files = exported();
    for (const path of ['light.json', 'log.json', `days/${DAY1}/state.json`, `days/${DAY2}/state.json`]) files.delete(path);
    const verdict = await auditAsIs(files, { draft: true });
    expect(verdict).toMatchObject({ exitCode: 4, status: 'partial', resume: null });
    expect(namesOf(verdict, 'not-checked')).toEqual(['1 headers', '2 log', '2 operators', '2 state proofs']);
    expect(verdict.leftOut).toContainEqual(expect.stringMatching(/^1 headers: a draft/));
  });

  test('audited for one meter alone is partial, and says whose bills were left out: exit code 4, nothing to go on from', async () => {
    const { meter } = realDays(1)[0][4];
    const verdict = await auditOf(exported('substituted'), { only: new Set([meter]) });
    expect(verdict).toMatchObject({ exitCode: 4, status: 'partial', resume: null });
    expect(verdict.leftOut).toEqual([
      '5 bills: not asked for (12 times)',
      '5s substitutes: not asked for',
      '6 clearing: says nothing while not every bill is verified',
    ]);
    expect(linesOf(verdict, '5 bills', 'passed')[0].detail).toBe('DayBills that hold: 1 of 1');
    expect(linesOf(verdict, '5 bills', 'not-checked')[0].detail).toBe('the bills of 12 other meters: not asked for');
    expect(linesOf(verdict, '6 clearing', 'not-checked')).toHaveLength(1);
    expect(verdict.notes.join()).toContain('Only some bills were verified');
  });

  test("audited for one meter alone refuses that meter's false bill, and sees no other's", async () => {
    const of = (member: string) => auditOf(exported('raised'), { only: new Set([meterOf(member)]) });
    expect(namesOf(await of(RAISED))).toEqual(['5 bills']);
    expect(namesOf(await of('rural-004'))).toEqual([]);
  });

  test('without the day before is unreadable: nobody knows where its meters began', async () => {
    const files = load('honest');
    for (const path of [...files.keys()]) if (path.includes(DAY1)) files.delete(path);
    const verdict = await auditAsIs(files);
    expect(verdict).toMatchObject({ exitCode: 2, resume: null });
    expect(linesOf(verdict, '7 links', 'unreadable')[0].detail).toMatch(/^the day before is missing/);
  });

  test('with the day before without its proofs is unreadable for whoever has not audited it: evidence for nothing', async () => {
    const verdict = await auditOf(exported(), { auditedBooks: new Set() });
    expect(verdict).toMatchObject({ exitCode: 2, resume: null });
    expect(namesOf(verdict, 'unreadable')).toEqual(['7 links']);
  });

  test('with the day before and its proofs passes for everybody', async () => {
    const files = load('honest');
    setGenesis(files, (state) => {
      state.meters[0].first_day -= 1; // the chain froze a day before: this one is not its first any more
      state.tariffs[0].from_day -= 1;
    });
    const verdict = await auditOf(files);
    expect(verdict).toMatchObject({ exitCode: 0, days: [DAY2] });
    expect(linesOf(verdict, '5 bills', 'passed').map(({ day }) => day)).toEqual([DAY1, DAY2]);
  });

  test("of the chain's first day needs no day before", async () => {
    const files = load('honest');
    for (const path of [...files.keys()]) if (path.includes(DAY2)) files.delete(path);
    const verdict = await auditOf(files);
    expect(verdict).toMatchObject({ exitCode: 0, days: [DAY1] });
    expect(linesOf(verdict, '7 links', 'passed')[0].detail).toMatch(/first day: all 13 L0 are free/);
  });

  test('begins anywhere where a meter was not on the roster of the day before', async () => {
    const files = exported();
    // A meter that joined on the second day: no entry the day before, none in genesis.
    edit(files, `days/${DAY1}/roster.json`, (r) => {
      r.meters.splice(3, 1);
      r.digest = digestOf(r);
    });
    const { digest } = JSON.parse(files.get(`days/${DAY1}/roster.json`)!);
    edit(files, `days/${DAY1}/book.json`, (b) => {
      b.meters.splice(3, 1);
      b.rosterDigest = digest;
    });
    edit(files, CHAIN1, (c) => {
      c.rosterDigest = digest;
      c.anchors[0].bookHash = bookHash(files.get(`days/${DAY1}/book.json`)!);
    });
    setGenesis(files, (state) => {
      state.meters.splice(3, 1);
    });
    const verdict = await auditOf(files);
    expect(namesOf(verdict)).toEqual([]);
    expect(linesOf(verdict, '7 links', 'passed')[0].detail).toBe(`12 of 13 meters begin where ${DAY1} ended, 1 on their first day`);
  });

  test('passes with a proof made just now, with other randomness than the old one', async () => {
    const files = exported();
    const before = files.get(`days/${DAY2}/proofs.json`)!;
    await proveAnew(files, 'day2', 3);
    expect(files.get(`days/${DAY2}/proofs.json`)).not.toBe(before);
    const verdict = await auditOf(files);
    expect(namesOf(verdict)).toEqual([]);
    expect(verdict.exitCode).toBe(0);
  }, 180_000);

  test('passes by the other pairing library just so', async () =>
    expect((await auditOf(exported(), { backend: nobleBackend })).exitCode).toBe(0));

  test('gives JSON that says the same', async () => {
    const verdict = await auditOf(exported());
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
  });
});

const digestOf = (r: Untyped): string =>
  rosterDigest(
    encodeRoster({
      day: Number(r.day),
      meters: r.meters.map((m: Untyped) => ({ meter: m.meter, commitment: m.commitment === null ? null : BigInt(m.commitment) })),
    }),
  );

describe('exceptions are shown to everybody', () => {
  test('disputes and open runs, by meter: exit code 3', async () => {
    const verdict = await auditOf(load('exceptions'));
    expect(namesOf(verdict, 'failed')).toEqual([]);
    expect(verdict).toMatchObject({ exitCode: 3, status: 'exceptions', counts: { substitutes: 1, disputes: 1, openRuns: 2, noBills: 0 } });
    expect(linesOf(verdict, '3 disputes', 'open').map((c) => [c.day, c.meter, c.detail])).toEqual([
      [DAY1, meterOf(EXCEPTIONS.disputed), 'disputed: commitment-mismatch'],
    ]);
    expect(
      linesOf(verdict, '7 runs', 'open')
        .map((c) => c.meter)
        .sort(),
    ).toEqual([meterOf(EXCEPTIONS.disputed), meterOf(EXCEPTIONS.substitute)].sort());
  });

  test('an open NoBill: exit code 3; a withdrawn one: 0', async () => {
    for (const [open, exitCode] of [
      [true, 3],
      [false, 0],
    ] as const) {
      const files = exported();
      edit(files, CHAIN2, (c) => {
        c.noBills = [{ meter: meterOf('rural-001'), open }];
      });
      expect(await auditOf(files)).toMatchObject({ exitCode, counts: { noBills: open ? 1 : 0 } });
    }
  });

  test('a run still open when its time is over: a failure', async () => {
    const due = 20637 * 86_400 + 3_888_000;
    expect((await auditOf(load('exceptions'), { nowUnixS: due })).exitCode).toBe(3);
    const verdict = await auditOf(load('exceptions'), { nowUnixS: due + 1 });
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual(['7 runs']);
  });

  test('a dispute on the chain of a day that is booked as metered is refused: it is booked by the copy', async () => {
    const files = exported();
    edit(files, CHAIN2, (c) => {
      c.disputes = [{ meter: meterOf('rural-001'), reason: 'not-decryptable' }];
    });
    const verdict = await auditOf(files);
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual(['3 meters']);
    expect(verdict.checks.find(({ status }) => status === 'failed')).toMatchObject({ meter: meterOf('rural-001') });
  });
});

describe('a correction', () => {
  const BOOK = `days/${DAY1}/book.v2.json`;
  const PROOFS = `days/${DAY1}/proofs.v2.json`;

  test("of a substitute by the meter's late statement passes, and closes its run", async () => {
    const verdict = await auditOf(load('corrected'));
    expect(namesOf(verdict, 'failed')).toEqual([]);
    expect(verdict).toMatchObject({ exitCode: 3, counts: { substitutes: 0, disputes: 1, openRuns: 1 } });
    expect(verdict.checks.filter((c) => c.version === 2).map((c) => `${c.id} ${c.name} ${c.status}`)).toEqual([
      '3 book passed',
      '3 meters passed',
      '3 tariff passed',
      '3 prices passed',
      '3 anchor passed',
      '3 corrections passed',
      '4 inputs passed',
      '5 bills passed',
      '9 points passed',
    ]);
  });
  test('changes no price: what version 1 copied is still named', async () => {
    const files = load('corrected');
    const metersOf = (path: string) => parseBook(files.get(path)!).meters;
    const copied = metersOf(`days/${DAY1}/book.json`).filter(({ source }) => source !== 'metered');
    expect((await auditOf(files)).copies).toEqual([{ day: DAY1, meters: copied.map(({ meter }) => meter) }]);
    expect(metersOf(BOOK)).toMatchObject([{ source: 'metered' }]);
    expect(copied.map(({ meter }) => meter)).toContain(metersOf(BOOK)[0].meter);
  });

  /** Edits the correction and lets the exported anchor follow; its proofs stay those of the true one. */
  const forged = (change: (book: Untyped) => void) => (files: Map<string, string>) => {
    edit(files, BOOK, change);
    edit(files, CHAIN1, (c) => {
      c.anchors[1].bookHash = bookHash(files.get(BOOK)!);
    });
  };
  const refused: [string, (files: Map<string, string>) => void, string[]][] = [
    [
      'with prices of its own',
      forged((b) => {
        b.prices.buyNelPerWh[0] = '299000';
      }),
      ['3 prices', '4 inputs'],
    ],
    [
      'of a C that the late roster does not have',
      forged((b) => {
        b.meters[0].C = '5';
      }),
      ['3 meters', '4 inputs'],
    ],
    [
      'called substitute although the late roster has a statement',
      forged((b) => {
        b.meters[0].source = 'substitute';
      }),
      ['3 corrections', '3 late', '3 meters', '4 inputs'],
    ],
    [
      'against the first roster',
      forged((b) => {
        b.rosterDigest = JSON.parse(load('corrected').get(CHAIN1)!).rosterDigest;
      }),
      ['3 book', '4 inputs'],
    ],
    [
      'that corrects nobody',
      forged((b) => {
        b.meters = [];
      }),
      ['3 book', '3 late', '4 inputs'],
    ],
    [
      'with totals',
      forged((b) => {
        b.X = '1';
      }),
      ['3 book'],
    ],
    [
      'with a clearing',
      (f) =>
        edit(f, PROOFS, (p) => {
          p.clearing = { proof: p.bills[0].proof };
        }),
      ['4 inputs'],
    ],
    [
      "with version 1's proof",
      (f) =>
        edit(f, PROOFS, (p) => {
          p.bills[0].proof = JSON.parse(f.get(`days/${DAY1}/proofs.json`)!).bills[0].proof;
        }),
      ['5 bills'],
    ],
    [
      'anchored before the late roster froze',
      (f) =>
        edit(f, CHAIN1, (c) => {
          c.anchors[1].unixS = String(Number(c.lateRoster.frozenUnixS) - 1);
        }),
      ['3 anchor'],
    ],
    [
      'without a late roster',
      (f) =>
        edit(f, CHAIN1, (c) => {
          c.lateRoster = null;
        }),
      ['3 book'],
    ],
    [
      'with a late roster frozen too early',
      (f) =>
        edit(f, CHAIN1, (c) => {
          c.lateRoster.frozenUnixS = String(Number(c.frozenUnixS) + 2_591_999);
        }),
      ['3 roster'],
    ],
    [
      'with a late roster whose digest is not its own',
      (f) =>
        edit(f, CHAIN1, (c) => {
          c.lateRoster.meters[0].commitment = '5';
        }),
      ['2 state proofs', '3 roster'],
    ],
    [
      'that nobody anchored',
      (f) =>
        edit(f, CHAIN1, (c) => {
          c.anchors.pop();
        }),
      ['3 anchor'],
    ],
    [
      'whose link breaks although both days are metered',
      (f) => {
        edit(f, `days/${DAY2}/book.json`, (b) => {
          b.meters.find((m: Untyped) => m.meter === meterOf(EXCEPTIONS.substitute)).L0 = '5';
        });
        edit(f, CHAIN2, (c) => {
          c.anchors[0].bookHash = bookHash(f.get(`days/${DAY2}/book.json`)!);
        });
      },
      ['4 inputs', '7 links'],
    ],
  ];
  test.each(refused)('is refused %s', async (_name, attack, expected) => {
    const files = load('corrected');
    attack(files);
    const verdict = await auditOf(files);
    expect(namesOf(verdict)).toEqual(expected);
    expect(verdict.exitCode).toBe(1);
  });

  test('that the chain anchored but the bundle lacks: unreadable', async () => {
    const files = load('corrected');
    files.delete(BOOK);
    files.delete(PROOFS);
    const verdict = await auditOf(files);
    expect(verdict.exitCode).toBe(2);
    expect(linesOf(verdict, '3 anchor', 'unreadable').map((c) => c.detail)).toEqual([
      'the chain anchored version 2, which is missing here',
    ]);
  });
});

describe("the node's audit of a draft", () => {
  const draft = () => {
    const files = exported();
    edit(files, CHAIN2, (c) => {
      c.anchors = [];
    });
    return files;
  };
  test('is partial without an anchor and says that it is one', async () => {
    const verdict = await auditOf(draft(), { draft: true });
    expect(verdict.exitCode).toBe(4);
    expect(linesOf(verdict, '3 anchor', 'not-checked').map((c) => c.day)).toEqual([DAY2]);
    expect(verdict.notes.join()).toContain('A draft');
  });
  test('fails for anybody else', async () => expect(namesOf(await auditOf(draft()))).toEqual(['3 anchor']));
  test('goes on after a day that was anchored too late: withholding more would help nobody', async () => {
    const files = draft();
    edit(files, CHAIN1, (c) => {
      c.anchors[0].unixS = String(Number(c.frozenUnixS) + 172_801);
    });
    const verdict = await auditOf(files, { draft: true });
    expect(verdict.exitCode).toBe(4);
    expect(verdict.notes.join()).toContain(
      `${DAY1} is here for the links of the day after; its own links were not audited, and its book was anchored late.`,
    );
  });
  test('fails when another book is anchored', async () => {
    const files = exported();
    edit(files, CHAIN2, (c) => {
      c.anchors[0].bookHash = '00'.repeat(32);
    });
    expect(namesOf(await auditOf(files, { draft: true }))).toEqual(['3 anchor']);
  });
  test.each([
    ['other totals', '06'.padStart(64, '0')],
    ['no totals', null],
  ])('fails when %s are anchored', async (_what, totals) => {
    const files = exported();
    edit(files, CHAIN2, (c) => {
      c.anchors[0].totals = totals;
    });
    expect(namesOf(await auditOf(files, { draft: true }))).toEqual(['3 anchor']);
  });
});

describe('the genesis', () => {
  test('that production would not have is named', async () => {
    const files = exported();
    setGenesis(files, (state) => {
      state.clock.rate = '60';
      state.params.grace_blocks = '10';
      state.params.anchor_due_s = '315360000';
    });
    const verdict = await auditOf(files);
    expect(verdict.exitCode).toBe(0);
    expect(verdict.development).toEqual([
      'clock.rate is 60, not 1',
      'grace_blocks is 10, not 600',
      'anchor_due_s is 315360000, not 172800',
      'development keys (clearing, day-bill, substitute), with which whoever made them can forge proofs',
    ]);
  });
  test('of production is not', async () => expect((await auditOf(exported())).development).toHaveLength(1)); // the keys
  test('that the reader trusts is compared by its hash', async () => {
    const { genesisHash } = await auditOf(exported());
    expect((await auditOf(exported(), { genesisHash: genesisHash! })).exitCode).toBe(0);
    const verdict = await auditOf(exported(), { genesisHash: '00'.repeat(32) });
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual(['3 genesis']);
  });
  test('has one hash: as an RPC wraps it, with everything CometBFT writes, or as the extract that matters here', async () => {
    const doc = JSON.parse(exported().get('genesis.json')!);
    const extract = { chain_id: doc.chain_id, genesis_time: doc.genesis_time, app_state: { meter: doc.app_state.meter } };
    const hashOf = (value: unknown) => readGenesis(value).hash;
    expect(
      new Set([doc, extract, { ...doc, consensus: { params: {} } }, { jsonrpc: '2.0', id: 1, result: { genesis: doc } }].map(hashOf)).size,
    ).toBe(1);
    expect(hashOf({ ...doc, genesis_time: '2026-07-01T09:00:01Z' })).not.toBe(hashOf(doc));
  });
});

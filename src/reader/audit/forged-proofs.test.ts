/** Every forgery of a proof file and of the links between days that the audit has to refuse, with the check that refuses it. */
import { describe, expect, test } from 'vitest';
import { DAY1, DAY2, type Editable, edit, load } from '../../../test/kit/audit/bundles.ts';
import { meters, PROOFS, plusOne, refusedBy, reroster } from '../../../test/kit/audit/forger.ts';
import { BROKEN_LINK, RAISED, SUBSTITUTE } from '../../../test/kit/audit/plans.ts';
import { auditOf as audited, EVERY_PROOF, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { bookHash } from '../../protocol/index.ts';

/** Here proofs are what is tested: every one is verified. */
const auditOf = (files: ReadonlyMap<string, string>) => audited(files, EVERY_PROOF);

const meterOf = (member: string): string => meters.find((m) => m.member === member)!.meter;

describe('a proof file is refused', () => {
  const swap = (a: Editable, b: Editable, keys: string[]) =>
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
      (p: Editable) => p.bills.pop(),
      (p: Editable) => p.bills.push(p.bills[0]),
      (p: Editable) => {
        p.clearing = null;
      },
    ]) {
      const files = exported();
      edit(files, PROOFS, change);
      expect(namesOf(await auditOf(files))).toEqual(['4 inputs']);
    }
  });

  test('with a substitute left out, added, or of another meter', async () => {
    for (const change of [
      (p: Editable) => p.substitutes.pop(),
      (p: Editable) => p.substitutes.push(p.substitutes[0]),
      (p: Editable) => {
        p.substitutes[0].meter = p.bills[0].meter;
      },
    ]) {
      const files = exported('substituted');
      edit(files, PROOFS, change);
      expect(namesOf(await auditOf(files))).toEqual(['4 inputs']);
    }
  });

  test('with a substitute’s proof that is no point, or that is a bill’s: that substitute', async () => {
    const files = exported('substituted');
    edit(files, PROOFS, (proofs) => {
      proofs.substitutes[0].proof.a[0] = plusOne(proofs.substitutes[0].proof.a[0]);
    });
    const verdict = await auditOf(files);
    expect(namesOf(verdict).sort()).toEqual(['5s substitutes', '9 points']);
    expect(linesOf(verdict, '9 points')[0]).toMatchObject({ meter: meterOf(SUBSTITUTE), detail: expect.stringContaining('substitute: ') });
    edit(files, PROOFS, (proofs) => {
      proofs.substitutes[0].proof = proofs.bills[0].proof;
    });
    const other = await refusedBy(files, ['5s substitutes']);
    expect(linesOf(other, '5s substitutes').map((c) => c.meter)).toEqual([meterOf(SUBSTITUTE)]);
  });

  test('of a zero day in the place of another zero day', async () => {
    const files = load('exceptions');
    const path = `days/${DAY1}/proofs.json`;
    expect(linesOf(await auditOf(files), '5s substitutes', 'passed')[0].detail).toBe('copies of what the meter signed, or zero: 2 of 2');
    edit(files, path, (proofs) => swap(proofs.substitutes[0], proofs.substitutes[1], ['proof']));
    expect(namesOf(await auditOf(files))).toEqual(['5s substitutes']);
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

  test('when a meter is new on the roster without having said anything', async () => {
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
    expect(namesOf(await auditOf(files))).toEqual([]); // its first statement: it begins anywhere
    reroster(files, DAY2, (roster) => {
      roster.meters[3].commitment = null;
    });
    const verdict = await auditOf(files);
    expect(linesOf(verdict, '3 roster').map((c) => [c.day, c.meter, c.detail])).toEqual([
      [DAY2, meters[3].meter, 'new on the roster, though no statement of it began its service'],
    ]);
  });
});

describe('an audit by a verifier that remembers', () => {
  test.each(['honest', 'raised', 'moved', 'exceptions', 'corrected'] as const)(
    'says of %s what one says that verifies every proof',
    async (name) => {
      const { checks, exitCode } = await auditOf(exported(name));
      for (let i = 0; i < 2; i++) expect(await audited(exported(name))).toMatchObject({ checks, exitCode });
    },
  );

  test('refuses a bill whose proof it has seen to hold for another amount', async () => {
    expect((await audited(load('honest'))).exitCode).toBe(0);
    const verdict = await audited(exported('raised'));
    expect(linesOf(verdict, '5 bills').map((c) => c.meter)).toEqual([meterOf(RAISED)]);
  });
});

/** A member's check of what the operator read of their retired meter. */
import { expect, test } from 'vitest';
import { linkBlinding } from '../../../test/kit/attack/forged-day.ts';
import { endedBundle, readingOf, used } from '../../../test/kit/attack/forged-run.ts';
import { closing } from '../../../test/kit/audit/booked-day.ts';
import { edit } from '../../../test/kit/audit/bundles.ts';
import { FIRST_DAY } from '../../../test/kit/audit/readings.ts';
import { verifyReading } from './index.ts';

const { meter } = used(3);
const opening = { meter, ...closing(used(3)), blinding: linkBlinding(meter, FIRST_DAY + 3) };

test('registers and blinding open the commitment that the chain holds, and say whether somebody objects', async () => {
  const at = { holds: true, day: '2026-07-03', unproven: null, genesisHash: expect.stringMatching(/^[0-9a-f]{64}$/) };
  expect(await verifyReading(await endedBundle({}, [readingOf()]), opening)).toEqual({ ...at, objected: false });
  expect(await verifyReading(await endedBundle({}, [readingOf({ objectedHeight: 9 })]), opening)).toEqual({ ...at, objected: true });
});

test('a reading that the file has and the chain does not is not proven', async () => {
  const files = await endedBundle({}, [readingOf({ link: 7n })]);
  edit(files, 'days/2026-07-03/chain.json', (chain) => {
    chain.finalReadings[0].link = String(readingOf().link);
  });
  expect(await verifyReading(files, opening)).toMatchObject({ holds: true, unproven: expect.stringMatching(/^2 state proofs: .*final/i) });
});

test.each(['importWh', 'exportWh', 'blinding'] as const)('another %s does not', async (key) => {
  const files = await endedBundle({}, [readingOf()]);
  expect(await verifyReading(files, { ...opening, [key]: opening[key] + 1n })).toMatchObject({ holds: false });
});

test('where the chain holds no reading of the meter, it says so', async () => {
  expect(await verifyReading(await endedBundle({}, []), opening)).toMatchObject({ holds: null, day: null, objected: false });
});

test('a register that no meter can show is refused, by its name', async () => {
  const files = await endedBundle({}, [readingOf()]);
  await expect(verifyReading(files, { ...opening, importWh: 1n << 56n })).rejects.toThrow(/import/);
});

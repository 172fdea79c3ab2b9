import { expect, test } from 'vitest';
import { fuzz } from '../testing/fuzz.ts';

test('no parser crashes, hangs, or gives a value from a frame with a wrong check sum, whatever bytes come', () => {
  const { telegrams, refused, slowestMs } = fuzz(20_000, 16);
  expect(telegrams).toBeGreaterThan(1_000); // glued behind rubbish, whole ones are found
  expect(refused.checksum).toBeGreaterThan(500);
  expect(refused.malformed).toBeGreaterThan(500);
  expect(slowestMs).toBeLessThan(1_000);
});

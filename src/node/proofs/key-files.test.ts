import { describe, expect, test } from 'vitest';
import { ProverError } from './errors.ts';
import { keyFile } from './key-files.ts';

const reading = (error: Error) => keyFile('/keys', 'day-bill.zkey', () => Promise.reject(error));
const failure = (code: string) => Object.assign(new Error(code), { code });

describe('a key file that cannot be read', () => {
  test.each(['ENOENT', 'EACCES', 'EISDIR'])('keeps the prover down for good where the next start finds the same (%s)', async (code) => {
    await expect(reading(failure(code))).rejects.toMatchObject({ code: 'bad-key', retry: 'never' });
  });
  test.each(['EMFILE', 'ENFILE', 'EIO', 'ENOMEM'])('is tried again where that may pass (%s)', async (code) => {
    await expect(reading(failure(code))).rejects.toMatchObject({ code: 'bad-key', retry: 'later' });
  });
  test('is told as what it is where it was read and is no key', async () => {
    await expect(reading(new ProverError('bad-key', 'proving key: expected Groth16'))).rejects.toThrow(/^proving key: expected Groth16$/);
  });
});

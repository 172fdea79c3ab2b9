/** One spelling of base64, with Node's own reader and without. */
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import type { Strict } from './strict.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

async function readers(): Promise<Strict[]> {
  const kit = async (): Promise<Strict> => {
    vi.resetModules();
    return (await import('./strict.ts')).strict((field, expected) => new Error(`${field}: ${expected}`));
  };
  const native = await kit();
  vi.stubGlobal('process', { ...process, getBuiltinModule: undefined });
  return [native, await kit()];
}

const read = (kit: Strict, text: string): Uint8Array | null => {
  try {
    return kit.base64(text, 'field');
  } catch {
    return null;
  }
};

test('what base64 writes is read, by both readers alike', async () => {
  const kits = await readers();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      for (const kit of kits) expect(read(kit, text)).toEqual(bytes);
    }),
  );
});

test('every other spelling is refused, by both readers alike', async () => {
  const kits = await readers();
  const spellings = ['YQ', 'YQ=', 'YR==', ' YQ==', 'YQ==\n', 'Y Q==', 'YQ==YQ==', '-_8=', 'YWJ', 'YWJ=', '=', '====', 'é', 'YQ==\0'];
  for (const text of spellings) expect(kits.map((kit) => read(kit, text))).toEqual([null, null]);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'AYQbz09+/-_= \n'), maxLength: 12 }), (text) => {
      const [native, plain] = kits.map((kit) => read(kit, text));
      expect(native).toEqual(plain);
    }),
    { numRuns: 2_000 },
  );
});

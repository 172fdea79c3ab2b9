/** Of the table of geneses what only a reader of texts sees, or only one that tests points: sdk/vectors/geneses.json. */
import { expect, test } from 'vitest';
import { genesisCases } from '../../test/kit/genesis-table.ts';
import { readGenesis } from '../protocol/genesis/index.ts';
import { CIRCUIT_NAMES } from '../protocol/index.ts';
import { parseBundle } from './bundle.ts';
import { decodeKeyBytes, PUBLIC_INPUTS } from './verifier/index.ts';

const genesisOf = (document: string) => parseBundle({ 'genesis.json': document }).genesis;

test.each(genesisCases.filter(({ field }) => field === undefined))('a bundle may have, $name', ({ document }) => {
  expect(genesisOf(document).fault).toBeNull();
});

test.each(genesisCases.filter(({ field, points }) => field !== undefined && !points))('a bundle may not have, $name', ({ document }) => {
  expect(genesisOf(document).fault).not.toBeNull();
});

const POINTS = genesisCases.filter(({ points }) => points);

test.each(POINTS)('a verifier takes no $name', ({ document, field }) => {
  const { verificationKeys } = readGenesis(JSON.parse(document));
  const refusals = CIRCUIT_NAMES.map((name) => {
    try {
      return decodeKeyBytes(verificationKeys[name], PUBLIC_INPUTS[name]) && null;
    } catch (error) {
      return (error as Error).message;
    }
  });
  const [, index, part] = /\[(\d)\]\.(\w+)/.exec(field!)!;
  expect(refusals.map((refusal) => refusal !== null)).toEqual(CIRCUIT_NAMES.map((_, i) => i === Number(index)));
  expect(refusals[Number(index)]).toContain(part);
});

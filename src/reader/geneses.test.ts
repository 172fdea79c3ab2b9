/** Of the table of geneses what only a reader of texts sees, or only one that tests points: sdk/vectors/geneses.json. */
import { expect, test } from 'vitest';
import { genesisCases } from '../../test/kit/genesis-table.ts';
import { readGenesis } from '../protocol/genesis/index.ts';
import { CIRCUIT_NAMES } from '../protocol/index.ts';
import { parseBundle } from './bundle.ts';
import { decodeKeyBytes, PUBLIC_INPUTS } from './verifier/index.ts';

const genesisOf = (document: string) => parseBundle({ 'genesis.json': document }).genesis;

/** A community's, and not that of a chain whose members are communities. */
const isOwn = ({ of }: { of: string }) => !of.startsWith('shared');

test.each(genesisCases.filter((one) => one.field === undefined && isOwn(one)))('a bundle may have, $name', ({ document }) => {
  expect(genesisOf(document).fault).toBeNull();
});

test.each(genesisCases.filter((one) => (one.field !== undefined && !one.points) || !isOwn(one)))(
  'a community’s bundle may not have, $name',
  ({ document }) => {
    expect(genesisOf(document).fault).not.toBeNull();
  },
);

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

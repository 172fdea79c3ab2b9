/** The index takes no genesis that the chain would not begin from, points of its keys included: by the table sdk/vectors/geneses.json. */
import { describe, expect, test } from 'vitest';
import { genesisCases } from '../../../test/kit/genesis-table.ts';
import { genesisOf } from './read-genesis.ts';

const node = { name: 'one' };
const asItIs = genesisCases.filter(({ what }) => what === 'as it is');
const pointless = genesisCases.filter(({ points }) => points);

describe('the genesis of a node', () => {
  test.each(asItIs)('is taken, $name', ({ document }) => {
    expect(genesisOf(node, JSON.parse(document)).chainId).toMatch(/^electra-/);
  });
  test.each(pointless)('is refused by the field of its key, $name', ({ document, field }) => {
    expect(() => genesisOf(node, JSON.parse(document))).toThrow(
      expect.objectContaining({ code: 'bad-genesis', message: expect.stringContaining(`node one: ${field}`) }),
    );
  });
  test('is refused where gamma is delta: nobody needs a secret then to forge', () => {
    const genesis = JSON.parse(asItIs[1].document);
    const [key] = genesis.app_state.meter.verification_keys;
    key.delta = key.gamma;
    expect(() => genesisOf(node, genesis)).toThrow(
      expect.objectContaining({ code: 'bad-genesis', message: expect.stringContaining('delta') }),
    );
  });
});

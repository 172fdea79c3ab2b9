/** The entities that handlers write are those of the schema. */
import { describe, expect, test } from 'vitest';
import { entitiesOf, isFresh } from '../../scripts/entities.ts';

describe('mappings/entities.ts', () => {
  test('is what schema.graphql gives (npm run entities)', () => expect(isFresh()).toBe(true));
  test('has a required field, a list, and one that may be absent', () => {
    expect(entitiesOf('type Thing @entity { id: ID! prices: [Int!]! end: BigInt }')).toContain(
      'export interface ThingEntity {\n  id: string;\n  prices: number[];\n  end?: bigint | null;\n}\n',
    );
  });
  test('refuses a type that no column holds', () => {
    expect(() => entitiesOf('type Thing @entity { at: Date }')).toThrow('schema.graphql: Date: expected one of');
  });
});

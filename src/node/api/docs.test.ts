import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { makeSchema } from './schema.ts';

const text = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
const schema = makeSchema();

describe('docs/api.md', () => {
  const examples = [...text.matchAll(/^ask '([^']+)'/gm)].map(([, query]) => query);
  test('has examples', () => expect(examples.length).toBeGreaterThanOrEqual(6));
  test.each(examples)('its example fits the schema: %.60s', (query) => expect(validate(schema, parse(query))).toEqual([]));
  test('its sign-in fits the schema', () => {
    const [, query] = /"query":"(mutation \(\$a[^"]+)"/.exec(text)!;
    expect(validate(schema, parse(query))).toEqual([]);
  });
});

test('every scalar and every noun of the schema is described', () => {
  const nouns = [
    'BigInt',
    'Date',
    'DateTime',
    'Hex',
    'Node',
    'PriceDay',
    'Meter',
    'Interval',
    'Bill',
    'BillOpening',
    'BookEntry',
    'CopiedDay',
    'Proof',
    'Posting',
    'Book',
    'Roster',
    'Health',
    'BookState',
    'PageInfo',
  ];
  expect(nouns.filter((name) => !schema.getType(name)?.description)).toEqual([]);
  for (const root of [schema.getQueryType()!, schema.getMutationType()!]) {
    expect(
      Object.values(root.getFields())
        .filter((field) => !field.description)
        .map((field) => field.name),
    ).toEqual([]);
  }
});

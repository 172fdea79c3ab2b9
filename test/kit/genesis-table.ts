/** Reads sdk/vectors/geneses.json: each case with the text of its document. */
import { readFileSync } from 'node:fs';
import { canonicalJson } from '../../src/protocol/index.ts';
import type { GenesisCase } from './genesis-cases.ts';
import type { Untyped } from './untyped.ts';

type Table = Record<'fresh' | 'continued', Untyped> & { cases: GenesisCase[] };

const table = JSON.parse(readFileSync(new URL('../../sdk/vectors/geneses.json', import.meta.url), 'utf8')) as Table;

function textOf({ of, set = [], text }: GenesisCase): string {
  const doc = structuredClone(table[of]);
  for (const { at, ...rest } of set) {
    const last = at.at(-1)!;
    const parent = at.slice(0, -1).reduce((node, key) => node[key], doc);
    if (Object.hasOwn(rest, 'value')) parent[last] = rest.value;
    else if (Array.isArray(parent)) parent.splice(last as number, 1);
    else delete parent[last];
  }
  const written = canonicalJson(doc);
  return text ? written.replace(text[0], text[1]) : written;
}

export const genesisCases = table.cases.map((one) => ({ ...one, name: `${one.of}: ${one.what}`, document: textOf(one) }));

/** Reads sdk/vectors/geneses.json: each case with the text of its document. */
import { readFileSync } from 'node:fs';
import { canonicalJson } from '../../src/protocol/index.ts';
import { changed, type GenesisCase } from './genesis-changes.ts';
import type { Untyped } from './untyped.ts';

type Table = Record<GenesisCase['of'], Untyped> & { cases: GenesisCase[] };

const table = JSON.parse(readFileSync(new URL('../../sdk/vectors/geneses.json', import.meta.url), 'utf8')) as Table;

function textOf(one: GenesisCase): string {
  const written = canonicalJson(changed(table[one.of], one));
  return one.text ? written.replace(one.text[0], one.text[1]) : written;
}

export const genesisCases = table.cases.map((one) => ({ ...one, name: `${one.of}: ${one.what}`, document: textOf(one) }));

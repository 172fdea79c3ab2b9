/** The files that other implementations are built from and tested against. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Answers } from './answers.ts';

const VECTORS = new URL('../../sdk/vectors/', import.meta.url);

export async function vectorsAnswers(): Promise<Answers> {
  const names = readdirSync(VECTORS).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, VECTORS), 'utf8')]));
}

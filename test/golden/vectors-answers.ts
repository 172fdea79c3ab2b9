/** The files that other implementations are built from and tested against. More may come beside them; whoever adds one adds it here. */
import { readFileSync } from 'node:fs';
import type { Answers } from './answers.ts';

const VECTORS = new URL('../../sdk/vectors/', import.meta.url);
const NAMES = ['commitments', 'contexts', 'encodings', 'hedge', 'protocol-v1', 'refusals', 'sealed', 'transactions'];

export async function vectorsAnswers(): Promise<Answers> {
  return Object.fromEntries(NAMES.map((name) => [`${name}.json`, readFileSync(new URL(`${name}.json`, VECTORS), 'utf8')]));
}

/** Generated transactions, read by the chain and by the index. */
import { isDeepStrictEqual } from 'node:util';
import { decodeTx } from '../../../src/node/indexer/write/decode.ts';
import { MAIN_MESSAGES } from '../../../src/protocol/messages/main-table.ts';
import { MESSAGES } from '../../../src/protocol/messages/table.ts';
import { inputOf } from './generate.ts';
import { goReads, readingOf } from './judge.ts';

/** `of`: the chain whose messages they are; a community's where it is left out */
interface Which {
  seed: number;
  from: number;
  count: number;
  of?: 'community' | 'main';
}

interface Seen {
  messages: Set<string>;
  mutations: Set<string>;
}

/** Inputs `from` … of a seed that are read differently, in words, and what was in those that both accept or refuse. */
export async function differences({ seed, from, count, of = 'community' }: Which) {
  const table = of === 'main' ? [...MESSAGES, ...MAIN_MESSAGES] : MESSAGES;
  const inputs = Array.from({ length: count }, (_, i) => inputOf(seed, from + i, table));
  const chain = await goReads(
    inputs.map(({ tx }) => tx),
    of,
  );
  const accepted: Seen = { messages: new Set(), mutations: new Set() };
  const refused: Seen = { messages: new Set(), mutations: new Set() };
  const differing = inputs.flatMap(({ tx, mutation, messages }, i) => {
    const index = readingOf(decodeTx(tx));
    const seen = chain[i] === null ? refused : accepted;
    seen.mutations.add(mutation);
    for (const name of messages) seen.messages.add(name);
    if (isDeepStrictEqual(index, chain[i])) return [];
    const said = (reading: unknown) => JSON.stringify(reading).slice(0, 400);
    return [`${from + i}: ${mutation}: chain ${said(chain[i])}, index ${said(index)}: ${Buffer.from(tx).toString('hex')}`];
  });
  return { differing, accepted, refused };
}

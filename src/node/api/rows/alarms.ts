/**
 * What a person has to look at, as the books wrote it down: no name, no amount, so it may be told to anybody who asks whether all is well.
 */
import type { Transaction } from '../pool.ts';

export const readAlarms = async (tx: Transaction): Promise<string[]> =>
  (await tx.query<{ detail: string }>((sql) => sql`select detail from books.alarm order by kind`)).map(({ detail }) => detail);

/** Who is to have power on the chain, and who not any more (protocol §9.6). */
import { dateOfUnixS } from '../chain-head.ts';
import type { PageArgs } from '../connection.ts';
import { page } from '../connection.ts';
import type { Context } from '../context.ts';
import { readValidatorChanges, type ValidatorChangeRow } from '../rows/chain.ts';

export const validatorChanges = (args: PageArgs, { tx }: Context) =>
  page<ValidatorChangeRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.height, row.id],
    read: (after, limit) => readValidatorChanges(tx, { after, limit }),
  });

export const ValidatorChange = {
  end: (row: ValidatorChangeRow) => row.ends,
  dueAt: (row: ValidatorChangeRow) => dateOfUnixS(Number(row.due_unix_s)),
  vetoedBy: (row: ValidatorChangeRow) => row.vetoed_by,
  fate: (row: ValidatorChangeRow) => row.fate?.toUpperCase().replace('-', '_') ?? null,
  settledHeight: (row: ValidatorChangeRow) => row.settled_height,
};

/** Who has no account here, and asks too much. */
import { besideStrangers, medianOf } from '../test/kit/api/strangers.ts';
import { expectThat, type Fault } from './fault.ts';

/** More than an address may have of each, and few enough for a busy machine. */
const CROWD = { silent: 200, ready: 80, introspecting: 6 };

async function crowd(): Promise<string> {
  const { quiet, crowded, failed } = await besideStrangers(CROWD, { queries: 40 });
  const [alone, beside] = [medianOf(quiet), medianOf(crowded)];
  expectThat(failed.length === 0, `${failed.length} queries of the member failed: ${failed[0]}`);
  expectThat(
    beside < Math.max(3 * alone, 150),
    `a member's query took ${beside.toFixed(0)} ms beside strangers, ${alone.toFixed(0)} ms alone`,
  );
  return `a member's query took ${beside.toFixed(0)} ms beside strangers, ${alone.toFixed(0)} ms alone`;
}

export const strangers: readonly Fault[] = [
  {
    name: 'crowd-of-strangers',
    does: 'one address holds silent connections, asks /ready without a pause and introspects: a member notices nothing of it',
    quick: true,
    run: crowd,
  },
];

/** What the played day came to between the communities, asked of the exchange node's API by each of them, as it may see its own alone. */
import { graphql } from '../../../node/api/client.ts';
import { dayToDate } from '../../../protocol/index.ts';
import { electra } from '../../operator/amount.ts';

interface Own {
  balanceNel: string | null;
  escrowNel: string | null;
  sharedDays: { takenWh: number[]; givenWh: number[]; amountNel: string }[];
}

const QUERY = `query ($day: Date!) {
  market { own { balanceNel escrowNel sharedDays(from: $day, to: $day) { takenWh givenWh amountNel } } }
}`;

const kWh = (values: readonly number[]): string => `${(values.reduce((sum, wh) => sum + wh, 0) / 1000).toFixed(1)} kWh`;
const held = (nel: string | null): string => (nel === null ? 'an amount not known here yet' : `${electra(BigInt(nel))} ELECTRA`);

/** Two lines of a community. */
export function linesOf(name: string, { balanceNel, escrowNel, sharedDays }: Own): string[] {
  const [day] = sharedDays;
  const amount = BigInt(day?.amountNel ?? 0);
  const settled = amount < 0n ? `is paid ${electra(-amount)}` : `pays ${electra(amount)}`;
  return [
    `  ${name.padEnd(8)} took ${kWh(day?.takenWh ?? [])} and gave ${kWh(day?.givenWh ?? [])}; ${settled} ELECTRA for it, fee included`,
    `  ${''.padEnd(8)} its treasury has ${held(balanceNel)}, and in escrow ${held(escrowNel)}`,
  ];
}

/** `token`: of the community's treasury. */
export async function numbersOf(url: string, token: string, name: string, day: number): Promise<string[]> {
  const { market } = await graphql<{ market: { own: Own | null } | null }>({ url }, QUERY, { day: dayToDate(day) }, token);
  return market?.own ? linesOf(name, market.own) : [`  ${name.padEnd(8)} the exchange node has nothing of it`];
}

/**
 * What an attack is: code that plays somebody dishonest, the refusal that it must meet, and what happens when just that refusal is taken
 * out.
 *
 * Both halves count. An attack that is refused proves little while nobody has seen it succeed: it may be refused for a typing error. So
 * each is run twice, with the check and without, and must fail the first time and succeed the second. Where the second half cannot be
 * shown, the attack says why.
 */

/**
 * Who plays. `forger` is a stranger with a laptop, `member` one of the community; `neighbour` has the auditor's files and wants to know
 * somebody's readings.
 */
export type Player = 'node' | 'operator' | 'meter' | 'validator' | 'network' | 'forger' | 'neighbour' | 'member';

export interface Outcome {
  /** every reason that refused it, exactly as the refusing part says it; empty: nothing did */
  refusals: readonly string[];
  /** the same attack with those checks out: whether it succeeds, and how that was seen; or why that cannot be shown */
  without: { succeeds: boolean; how: string } | { cannot: string };
  /** numbers worth printing, one line each */
  figures?: readonly string[];
}

export interface Attack {
  /** unique, as one types it: `price-above-retail` */
  name: string;
  group: string;
  by: Player;
  /** what the player does, in a sentence */
  does: string;
  /** the refusals that it must meet: these, and no others */
  refusedBy: readonly string[];
  /** of an attack on the audit: what is audited */
  bundle?: () => Promise<ReadonlyMap<string, string>>;
  run(): Promise<Outcome>;
}

export interface Row extends Outcome {
  attack: Attack;
  /** refused by just the checks that should, and successful (or explained) without them */
  ok: boolean;
  /** what is wrong, in words; empty when ok */
  faults: readonly string[];
  tookMs: number;
}

const sorted = (names: readonly string[]): string => [...new Set(names)].sort().join(' + ') || 'nothing';

function faultsOf(attack: Attack, { refusals, without }: Outcome): string[] {
  const [expected, found] = [sorted(attack.refusedBy), sorted(refusals)];
  return [
    ...(expected === found ? [] : [`expected to be refused by ${expected}, was refused by ${found}`]),
    ...('cannot' in without || without.succeeds ? [] : [`still refused without ${expected}: ${without.how}`]),
  ];
}

/** Runs both halves. An attack that breaks down is not a refusal: it is a fault. */
export async function judge(attack: Attack): Promise<Row> {
  const startMs = performance.now();
  let outcome: Outcome;
  try {
    outcome = await attack.run();
  } catch (error) {
    outcome = { refusals: [], without: { succeeds: false, how: `the attack broke down: ${(error as Error).message}` } };
  }
  const faults = faultsOf(attack, outcome);
  return { ...outcome, attack, ok: faults.length === 0, faults, tookMs: performance.now() - startMs };
}

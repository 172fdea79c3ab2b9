/**
 * The statements that are proven, by the names of their circuits: the lists that verification keys in a genesis, ids in a book, key files
 * and ceremonies go by, each in the order of the names. A community's is the chain's too (chain/x/meter/types/verification_keys.go).
 */
export const CIRCUIT_NAMES = ['clearing', 'day-bill', 'substitute'] as const;
export type CircuitName = (typeof CIRCUIT_NAMES)[number];

/** Of the main chain, whose members are communities. A bill is one statement on both chains. */
export const MAIN_CIRCUIT_NAMES = ['bill-sum', 'clearing-shared', 'day-bill', 'net'] as const;

export type MainCircuitName = (typeof MAIN_CIRCUIT_NAMES)[number];

/** All that there are. */
export const ALL_CIRCUIT_NAMES = ['bill-sum', 'clearing', 'clearing-shared', 'day-bill', 'net', 'substitute'] as const;
export type AnyCircuitName = (typeof ALL_CIRCUIT_NAMES)[number];

/** One thing for each circuit of a community. */
export type PerCircuit<T> = Readonly<Record<CircuitName, T>>;

export const perCircuit = <T>(of: (name: CircuitName) => T): PerCircuit<T> =>
  Object.fromEntries(CIRCUIT_NAMES.map((name) => [name, of(name)])) as Record<CircuitName, T>;

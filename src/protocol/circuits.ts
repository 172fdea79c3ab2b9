/**
 * The statements that are proven, by the names of their circuits: the one list that verification keys in a genesis, ids in a book, key
 * files and the ceremony go by. In the order of the names, as the chain has them (chain/x/meter/types/verification_keys.go).
 */
export const CIRCUIT_NAMES = ['clearing', 'day-bill', 'substitute'] as const;
export type CircuitName = (typeof CIRCUIT_NAMES)[number];

/** One thing for each circuit. */
export type PerCircuit<T> = Readonly<Record<CircuitName, T>>;

export const perCircuit = <T>(of: (name: CircuitName) => T): PerCircuit<T> =>
  Object.fromEntries(CIRCUIT_NAMES.map((name) => [name, of(name)])) as Record<CircuitName, T>;

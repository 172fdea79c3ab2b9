/**
 * How long and how large a node's answer may be, by method. A node that drips, or pours, is one that does not answer: it is left for
 * another. Sizes are of a chain whose blocks hold at most 2 MiB: base64 makes a third more of them, results tell events of each message.
 */
const MIB = 1024 * 1024;

interface Limit {
  bytes: number;
  ms: number;
}

const SMALL: Limit = { bytes: MIB, ms: 10_000 };
const LIMITS: Record<string, Limit> = {
  block: { bytes: 6 * MIB, ms: 30_000 },
  block_results: { bytes: 16 * MIB, ms: 30_000 },
  commit: { bytes: 4 * MIB, ms: 30_000 },
  genesis: { bytes: 32 * MIB, ms: 60_000 },
  genesis_chunked: { bytes: 24 * MIB, ms: 60_000 },
};

/** Of all answers of one node that are under way together. */
export const UNDER_WAY_BYTES_MAX = 192 * MIB;
/** Of a genesis in parts, all together. */
export const GENESIS_BYTES_MAX = 64 * MIB;
/** A set of more validators cannot be; pages without an end are not followed. */
export const VALIDATORS_MAX = 10_000;

/** Of one request with these calls: the sizes of all, the time of the slowest. */
export function answerLimit(methods: readonly string[]): Limit {
  const limits = methods.map((method) => LIMITS[method] ?? SMALL);
  return { bytes: limits.reduce((sum, { bytes }) => sum + bytes, 0), ms: Math.max(...limits.map(({ ms }) => ms)) };
}

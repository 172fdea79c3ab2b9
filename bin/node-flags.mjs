/**
 * How Node is started for the indexer, which runs for years on a small machine: with a small young generation, whose growth is most of what
 * a process of small rows and short-lived JSON would ever hold: less memory at its peak, for more CPU (npm run bench:index,
 * with and without --plain).
 */
const INDEXER_FLAGS = ['--max-semi-space-size=1'];

/** Flags of a command of `electra`. */
export const nodeFlags = (command) => (command === 'index' ? INDEXER_FLAGS : []);

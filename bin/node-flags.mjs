/**
 * How Node is started for the indexer, which runs for years on a small machine, over small rows and short-lived JSON: with a bounded young
 * generation, and an old one that is collected once it has doubled. Left to itself it may quadruple first: a third more memory at the
 * peak, which goes on growing, for a tenth less CPU (npm run bench:index, with and without --plain).
 */
const INDEXER_FLAGS = ['--max-semi-space-size=16', '--heap-growing-percent=100'];

/** Flags of a command of `electra`. */
export const nodeFlags = (command) => (command === 'index' ? INDEXER_FLAGS : []);

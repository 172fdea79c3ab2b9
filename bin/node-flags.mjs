/**
 * How Node is started for the indexer, which runs for years on a small machine, over small rows and short-lived JSON. The young generation
 * is bounded, and as large as that from the beginning: what a batch holds seldom outlives it, and memory is level early. The old one is
 * collected once it has doubled. Left alone it may quadruple first, and goes on growing (npm run bench:index, with and without --plain):
 * at two and a half times what lives it is no faster, and grows by a sixth over a long chain.
 */
const INDEXER_FLAGS = ['--min-semi-space-size=24', '--max-semi-space-size=24', '--heap-growing-percent=100'];

/** Flags of a command of `electra`. */
export const nodeFlags = (command) => (command === 'index' ? INDEXER_FLAGS : []);

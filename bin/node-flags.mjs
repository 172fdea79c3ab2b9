/**
 * How Node is started for the indexer, which runs for years on a small machine, over small rows and short-lived JSON. The young generation
 * is bounded, and as large as that from the beginning: what a batch holds seldom outlives it, and memory is level early. The old one is
 * collected at two and a half times what lives. Left to itself it may quadruple first, and goes on growing (npm run bench:index, with and
 * without --plain); collected once it has doubled, it costs a seventh more CPU over full blocks and takes 60 MB less.
 */
const INDEXER_FLAGS = ['--min-semi-space-size=24', '--max-semi-space-size=24', '--heap-growing-percent=150'];

/** Flags of a command of `electra`. */
export const nodeFlags = (command) => (command === 'index' ? INDEXER_FLAGS : []);

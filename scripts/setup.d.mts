/** Builds the pages into web/dist unless they were built from just these sources. */
export function pages(): Promise<void>;
/** The Go programs by kind, and the words in which the terminal speaks of each. */
export const KINDS: Readonly<Record<'chain' | 'main-chain', { programs: string[]; made: string; built: string }>>;

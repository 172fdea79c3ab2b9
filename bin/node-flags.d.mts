export const INDEXER_FLAGS: readonly string[];
export function nodeFlags(command: string | undefined): readonly string[];

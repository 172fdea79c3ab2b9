/** Builds the pages into web/dist unless they were built from just these sources. */
export function pages(): Promise<void>;

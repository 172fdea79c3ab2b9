/**
 * How the proofs of a book are named: the draft asks for them under these ids, the release looks for them. A redrafted book has another
 * hash, hence other ids.
 */
export const billJobId = (bookHash: string, meter: string): string => `${bookHash}:${meter}`;
export const clearingJobId = (bookHash: string): string => `${bookHash}:clearing`;
export const substituteJobId = (bookHash: string, meter: string): string => `${bookHash}:${meter}:substitute`;
/** `statement`: SHA-256 of what the sum is about, hex. */
export const sumJobId = (statement: string, meter: string): string => `${statement}:${meter}:sum`;

/** An address by both its ends: enough to tell one from another, where the whole stands elsewhere. */
export const shortAddress = (address: string): string => `${address.slice(0, 11)}…${address.slice(-4)}`;

/**
 * The fingerprint of one's own community, as its reader has compared it: kept in this browser, so that a service that one day shows another
 * community is told at once. It is public and of nobody.
 */
import { signal } from '@preact/signals';

export interface Pinned {
  /** SHA-256 of the genesis, hex */
  genesisHash: string;
  /** ms since 1970, by this device */
  atMs: number;
}

const KEPT = 'electra.community';
const HASH = /^[0-9a-f]{64}$/;

function read(): Pinned | null {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Pinned | null;
    return found && HASH.test(found.genesisHash) && Number.isFinite(found.atMs) ? found : null;
  } catch {
    return null; // what nobody can read was never pinned
  }
}

const held = signal<Pinned | null | undefined>(undefined);

/** What was pinned here; null: nothing. */
export function pinned(): Pinned | null {
  if (held.value === undefined) held.value = read();
  return held.value;
}

/** Pins a fingerprint in the place of the one before; null lets it go. A browser that keeps nothing knows it while the page is open. */
export function pin(genesisHash: string | null): void {
  held.value = genesisHash === null ? null : { genesisHash, atMs: Date.now() };
  try {
    if (held.value === null) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, JSON.stringify(held.value));
  } catch {
    // nothing depends on it
  }
}

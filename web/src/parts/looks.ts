/** How the pages look on this device: colours and the size of text, chosen here and kept here. */
import { signal } from '@preact/signals';

export const SCHEMES = ['auto', 'light', 'dark'] as const;
export const SIZES = ['normal', 'large', 'larger'] as const;
export type Scheme = (typeof SCHEMES)[number];
export type Size = (typeof SIZES)[number];

interface Looks {
  scheme: Scheme;
  size: Size;
}

const KEPT = 'electra.looks';

function kept(): Looks {
  let found: Partial<Looks> = {};
  try {
    found = (JSON.parse(localStorage.getItem(KEPT) ?? '{}') ?? {}) as Partial<Looks>;
  } catch {
    // what nobody can read was never chosen
  }
  return {
    scheme: SCHEMES.find((one) => one === found.scheme) ?? 'auto',
    size: SIZES.find((one) => one === found.size) ?? 'normal',
  };
}

export const looks = signal<Looks>({ scheme: 'auto', size: 'normal' });

function show({ scheme, size }: Looks): void {
  const { dataset } = document.documentElement;
  if (scheme === 'auto') delete dataset.scheme;
  else dataset.scheme = scheme;
  if (size === 'normal') delete dataset.text;
  else dataset.text = size;
}

/** What was chosen here before: shown before anything is drawn. */
export function showKept(): void {
  looks.value = kept();
  show(looks.value);
}

export function choose(next: Partial<Looks>): void {
  looks.value = { ...looks.value, ...next };
  show(looks.value);
  try {
    localStorage.setItem(KEPT, JSON.stringify(looks.value));
  } catch {
    // a browser that keeps nothing shows it as long as the page is open
  }
}

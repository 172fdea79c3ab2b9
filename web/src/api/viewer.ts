/** Who is signed in, as far as the page knows. */
import { signal } from '@preact/signals';

export type Role = 'MEMBER' | 'AUDITOR' | 'OPERATOR';

export interface Viewer {
  address: string;
  name: string | null;
  roles: readonly Role[];
  expiresAt: string;
}

/** What the service says of itself beside: it saves whoever comes a question of its own. */
export interface Greeting {
  /** where the pages are for passkeys; null: there are none */
  origin: string | null;
  chainId: string | null;
  chainTime: string | null;
  /** whether it is a demonstration; null: not known */
  developmentKeys: boolean | null;
}

/** null: not asked yet */
export const greeting = signal<Greeting | null>(null);

/** undefined: not asked yet */
export const viewer = signal<Viewer | null | undefined>(undefined);

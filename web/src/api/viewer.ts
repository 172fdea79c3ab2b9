/** Who is signed in, as far as the page knows. */
import { signal } from '@preact/signals';

export type Role = 'MEMBER' | 'AUDITOR' | 'OPERATOR';

export interface Viewer {
  address: string;
  name: string | null;
  roles: readonly Role[];
  expiresAt: string;
}

/** undefined: not asked yet */
export const viewer = signal<Viewer | null | undefined>(undefined);

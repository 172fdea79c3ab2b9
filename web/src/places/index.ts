/** All places, in the order of the menu. */
import type { Role } from '../api/session.ts';
import { AUDITOR } from './auditor.ts';
import { EVERYBODY } from './everybody.ts';
import { JOINING } from './joining.ts';
import { MEMBER } from './member.ts';
import { OPERATOR } from './operator.ts';
import { OWN } from './own.ts';
import type { Place } from './place.ts';

const BY_ROLE: Record<Role, readonly Place[]> = { MEMBER, OPERATOR, AUDITOR };
export const PLACES: readonly Place[] = [...MEMBER, ...OPERATOR, ...AUDITOR, ...OWN, ...EVERYBODY, ...JOINING];

const first = (path: string): string => path.split('/')[1];

/** Fetches the page of an address ahead of its turn, with its texts. @throws what the import throws */
export async function preload(at: string): Promise<void> {
  const place = PLACES.find(({ path }) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}/?$`).test(at));
  await (place?.page as { preload?: () => Promise<unknown> } | undefined)?.preload?.();
}

/** Whose an address is; null: everybody's, or nobody's. */
export const roleOf = (path: string): Role | null =>
  (Object.keys(BY_ROLE) as Role[]).find((role) => BY_ROLE[role].some((place) => first(place.path) === first(path))) ?? null;

/** What the menu names for a role, for whoever is signed in, and for everybody. */
export const menuOf = (role: Role): readonly Place[] => BY_ROLE[role].filter(({ menu }) => menu);
export const OWN_MENU: readonly Place[] = OWN;
export const PUBLIC_MENU: readonly Place[] = EVERYBODY.filter(({ menu }) => menu);

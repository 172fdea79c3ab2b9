/** All places, in the order of the menu. */
import { AUDITOR } from './auditor.ts';
import { EVERYBODY } from './everybody.ts';
import { JOINING } from './joining.ts';
import { MEMBER } from './member.ts';
import { OPERATOR } from './operator.ts';
import type { Place } from './place.ts';

export const PLACES: readonly Place[] = [...MEMBER, ...OPERATOR, ...AUDITOR, ...EVERYBODY, ...JOINING];

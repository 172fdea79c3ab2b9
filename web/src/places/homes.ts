/** Where each role is at home: the first place of its menu. */
import type { Role } from '../api/session.ts';

export const HOMES: Record<Role, string> = { MEMBER: '/home', OPERATOR: '/operate', AUDITOR: '/audit' };

/** Where somebody with these roles is at home. */
export const homeOf = (roles: readonly Role[]): string => (roles[0] ? HOMES[roles[0]] : '/');

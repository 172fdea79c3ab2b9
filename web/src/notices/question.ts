/** What whoever is signed in wants to be told of, the news of it, and where each leads. */
import { ask } from '../api/client.ts';
import type { Role } from '../api/viewer.ts';

export type NewsKind = 'BILL' | 'CORRECTION' | 'INVOICE' | 'SILENT' | 'PASSKEY' | 'DAY';

export interface News {
  kind: NewsKind;
  at: string;
  meter: string | null;
  day: string | null;
  month: string | null;
}

export const NEWS_FIELDS = 'kind at meter day month';

const OF_ROLE: Record<Role, readonly NewsKind[]> = {
  MEMBER: ['BILL', 'CORRECTION', 'INVOICE', 'SILENT'],
  OPERATOR: ['SILENT'],
  AUDITOR: ['DAY'],
};

/** What there is to be told of in these roles; a new way to sign in, in any. */
export const kindsFor = (roles: readonly Role[]): NewsKind[] => [
  ...new Set([...roles.flatMap((role) => OF_ROLE[role]), 'PASSKEY' as const]),
];

/** @throws ApiTrouble */
export const choose = (kinds: readonly NewsKind[]): Promise<unknown> =>
  ask('mutation ($kinds: [NoticeKind!]!) { chooseNotices(kinds: $kinds) }', { kinds });

/** All of it was seen. @throws ApiTrouble */
export async function see(news: readonly News[]): Promise<void> {
  const until = lastOf(news);
  if (until !== null) await ask('mutation ($until: DateTime!) { seeNews(until: $until) }', { until });
}

/** The newest moment of what happens once. A silence lasts, and its moment is of another clock. */
export const lastOf = (news: readonly News[]): string | null =>
  news
    .filter(({ kind }) => kind !== 'SILENT')
    .map(({ at }) => at)
    .sort()
    .at(-1) ?? null;

/** Where it stands at length. */
export function pathOf({ kind, meter, day, month }: News, roles: readonly Role[]): string {
  if (kind === 'BILL' || kind === 'CORRECTION') return `/bills/${day}/${meter}`;
  if (kind === 'INVOICE') return `/invoices/${month}`;
  if (kind === 'DAY') return roles.includes('AUDITOR') ? '/audit' : `/books/${day}`;
  if (kind === 'SILENT') return roles.includes('OPERATOR') ? '/operate/meters' : '/usage';
  return '/settings';
}

/** What the page of settings asks, all of it at once: nothing on it moves for what comes later. */
import { ask } from '../api/client.ts';
import { NEWS_FIELDS, type News, type NewsKind } from '../notices/question.ts';

export interface OwnSession {
  id: string;
  way: 'WALLET' | 'PAGE' | 'PASSKEY' | 'INVITE';
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  current: boolean;
}

export interface Passkey {
  id: string;
  name: string;
  byInvite: boolean;
  createdAt: string;
  lastUsedAt: string | null;
}

/** Something that is good once: an invitation, or a code of whoever installs a meter. */
export interface OneTime {
  createdAt: string;
  expiresAt: string;
  usedAt: string | null;
  withdrawnAt: string | null;
}

export interface OwnMeter {
  address: string;
  installCodes: readonly OneTime[];
}

export interface OwnAccess {
  /** the community's zone */
  timeZone: string;
  /** where the pages are for passkeys; null: there are none */
  origin: string | null;
  sessions: readonly OwnSession[];
  /** how many sessions there can be at once, and how many of them opened by programs */
  sessionsMost: number;
  pageSessionsMost: number;
  passkeys: readonly Passkey[];
  invites: readonly OneTime[];
  noticesWanted: readonly NewsKind[];
  news: readonly News[];
  /** null: whoever looks is no member */
  meters: readonly OwnMeter[] | null;
}

const ONE_TIME = 'createdAt expiresAt usedAt withdrawnAt';
const VIEWER = `sessionsMost pageSessionsMost sessions { id way createdAt lastUsedAt expiresAt current }
  passkeys { id name byInvite createdAt lastUsedAt } invites { ${ONE_TIME} }
  noticesWanted news { ${NEWS_FIELDS} }`;
const METERS = `member { meters(first: 100) { edges { node { address installCodes { ${ONE_TIME} } } } } }`;

interface Answer {
  service: Pick<OwnAccess, 'timeZone' | 'origin'>;
  viewer: Omit<OwnAccess, 'timeZone' | 'origin' | 'meters'>;
  member?: { meters: { edges: readonly { node: OwnMeter }[] } };
}

/** @throws ApiTrouble */
export async function askAccess(isMember: boolean): Promise<OwnAccess> {
  const { service, viewer, member } = await ask<Answer>(`{ service { origin timeZone } viewer { ${VIEWER} } ${isMember ? METERS : ''} }`);
  return { ...service, ...viewer, meters: member?.meters.edges.map(({ node }) => node) ?? null };
}

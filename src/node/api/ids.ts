/** Global ids: base64url of `Type:key`. They name a thing and give no right to it: what a viewer may not see is, to them, not there. */
import { badInput } from './errors.ts';

const TYPES = ['PriceDay', 'Meter', 'Bill', 'Posting', 'Book', 'Roster'] as const;
export type NodeType = (typeof TYPES)[number];

export const globalId = (type: NodeType, ...key: (string | number | bigint)[]): string =>
  Buffer.from([type, ...key].join(':')).toString('base64url');

export function parseGlobalId(id: string): { type: NodeType; key: string[] } {
  const [type, ...key] = Buffer.from(id, 'base64url').toString('utf8').split(':');
  if (id.length > 200 || !TYPES.includes(type as NodeType) || globalId(type as NodeType, ...key) !== id)
    throw badInput('id', 'an id given out by this service');
  return { type: type as NodeType, key };
}

/** A whole number below 2^31 of a key, or null. */
export const keyInt = (text: string | undefined): number | null =>
  text !== undefined && /^(0|[1-9]\d{0,9})$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : null;

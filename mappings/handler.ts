/**
 * What every handler shares: where its store comes from, and what becomes of a message that the tables cannot hold.
 *
 * A handler never stops the index over a message: what it cannot place (a day beyond 32 bits, a meter that is not there) becomes a
 * BadTransaction row with a reason, and the height advances. Only a failing store throws.
 */
import type { Entities, EntityName } from './entities.ts';
import type { CosmosEvent, CosmosMessage, FieldFilter, Store } from './types.ts';

/** A message that cannot be placed. `reason` is a stable code of schema.graphql. */
export class Unplaceable extends Error {
  readonly reason: string;
  constructor(reason: string, detail: string) {
    super(detail);
    this.name = 'Unplaceable';
    this.reason = reason;
  }
}

/** SubQuery's sandbox has the store as a global; the node's own runtime passes its own. */
export function sandboxStore(): Store {
  const { store } = globalThis as { store?: Store };
  if (!store) throw new Error('store: expected as an argument or as the global of the SubQuery sandbox');
  return store;
}

export type MessageHandler<T> = (message: CosmosMessage<T>, store?: Store) => Promise<void>;

/** Wraps a handler so that what it cannot place becomes a row. It must set nothing before it throws {@link Unplaceable}. */
export function messageHandler<T>(handle: (message: CosmosMessage<T>, store: Store) => Promise<void>): MessageHandler<T> {
  return async (message, store = sandboxStore()) => {
    try {
      await handle(message, store);
    } catch (error) {
      if (!(error instanceof Unplaceable)) throw error;
      const {
        block: {
          header: { height },
        },
        tx,
        idx,
      } = message;
      const id = `${height}-${tx.idx}-${idx}`;
      await store.set('BadTransaction', id, {
        id,
        height,
        txIndex: tx.idx,
        hash: tx.hash,
        reason: error.reason,
        detail: plainText(error.message),
      });
    }
  };
}

/** Bytes as the store takes them. By a copy: SubQuery's sandbox hands over bytes whose buffer its Buffer does not know. */
export const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;

/** Postgres takes no zero character in a text; a message may carry one. */
export const plainText = (text: string): string => text.replaceAll('\u0000', '\ufffd');

/** A number for a 32-bit column: chain days are u32, so an absurd one may exceed it. Takes number, bigint and protobufjs' Long. */
export function int32(value: { toString(): string }, field: string): number {
  const number = Number(value.toString());
  if (!Number.isInteger(number) || number < -(2 ** 31) || number >= 2 ** 31)
    throw new Unplaceable('out-of-range', `${field}: expected 32 bits, got ${value}`);
  return number;
}

/** An integer of a message of any size. Takes number, bigint, decimal text and protobufjs' Long. */
export const whole = (value: { toString(): string }): bigint => BigInt(value.toString());

/** Where a message stands: `<height>-<txIndex>-<message>`. */
export const placeOf = ({ block, tx, idx }: CosmosMessage): string => `${block.header.height}-${tx.idx}-${idx}`;

/** What an event says, by name; empty where it says nothing of it. */
export function attributesOf({ event }: CosmosEvent, ...names: readonly string[]): string[] {
  const of = new Map(event.attributes.map(({ key, value }) => [key, value]));
  return names.map((name) => of.get(name) ?? '');
}

const PAGE = 100;

/** Every row of which all filters hold, page by page. */
export async function all<E extends EntityName>(store: Store, entity: E, filter: FieldFilter<Entities[E]>[]): Promise<Entities[E][]> {
  const found: Entities[E][] = [];
  for (;;) {
    const page = await store.getByFields(entity, filter, { offset: found.length, limit: PAGE, orderBy: 'id', orderDirection: 'ASC' });
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

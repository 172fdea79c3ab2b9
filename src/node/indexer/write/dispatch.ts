/**
 * Blocks to handlers, as project.ts says: each message of each successful transaction in order, then the block's own events.
 *
 * What the handlers never see becomes a BadTransaction row: a transaction that the chain refused (`refused`; only its code is under a hash,
 * so only that is kept, and a re-index from another node gives the same bytes), bytes that are no transaction (`undecodable`), a message
 * of another module (`unknown-message`).
 */
import { plainText } from '../../../../mappings/handler.ts';
import * as mappings from '../../../../mappings/index.ts';
import type { CosmosBlock, CosmosEvent, CosmosMessage, CosmosTransaction, Store } from '../../../../mappings/types.ts';
import project from '../../../../project.ts';
import { blockTime } from '../block-time.ts';
import { FatalError } from '../errors.ts';
import type { VerifiedBlock } from '../verify.ts';
import { decodeTx } from './decode.ts';

/** The manifest pairs names with types of messages, so what a handler takes is known only there. */
type Handle = (input: never, store: Store) => Promise<void>;

const handlers = { 'cosmos/MessageHandler': new Map<string, Handle>(), 'cosmos/EventHandler': new Map<string, Handle>() };
for (const { kind, handler, filter } of project.dataSources.flatMap(({ mapping }) => mapping.handlers)) {
  const handle = (mappings as unknown as Record<string, Handle | undefined>)[handler];
  if (!handle) throw new FatalError('bad-schema', `project.ts: handler ${handler}: no such export of mappings/index.ts`);
  handlers[kind].set(filter.type, handle);
}

/** Its hash is written as text for those who ask: only what cannot be placed is named by it. */
class Transaction implements CosmosTransaction {
  readonly idx: number;
  readonly tx: { code: number };
  readonly #hash: Uint8Array;

  constructor(idx: number, code: number, hash: Uint8Array) {
    this.idx = idx;
    this.tx = { code };
    this.#hash = hash;
  }

  get hash(): string {
    return Buffer.from(this.#hash).toString('hex').toUpperCase();
  }
}

/** Runs every handler of a block. Returns how many messages were handled. */
export async function dispatchBlock(chainId: string, block: VerifiedBlock, store: Store): Promise<number> {
  const cosmosBlock: CosmosBlock = { header: { chainId, height: block.height, time: blockTime(block.time) } };
  let handled = 0;
  for (let idx = 0; idx < block.txs.length; idx++) {
    const code = Number(block.results[idx].code ?? 0);
    handled += await dispatchTx(cosmosBlock, new Transaction(idx, code, block.txHashes[idx]), block.txs[idx], store);
  }
  for (const event of block.events) {
    await handlers['cosmos/EventHandler'].get(event.type)?.({ block: cosmosBlock, event } satisfies CosmosEvent as never, store);
  }
  return handled;
}

async function dispatchTx(block: CosmosBlock, tx: CosmosTransaction, bytes: Uint8Array, store: Store): Promise<number> {
  const messages = decodeTx(bytes);
  if (typeof messages === 'string') return keepBad(block, tx, store, 'undecodable', messages);
  if (tx.tx.code !== 0)
    return keepBad(block, tx, store, 'refused', `code ${tx.tx.code}: ${messages.map(({ typeUrl }) => typeUrl).join(', ')}`);
  let handled = 0;
  for (const [idx, { typeUrl, value }] of messages.entries()) {
    const handle = handlers['cosmos/MessageHandler'].get(typeUrl);
    if (!handle || value === undefined) await keepBad(block, tx, store, 'unknown-message', typeUrl, `-${idx}`);
    else {
      await handle({ idx, block, tx, msg: { typeUrl, decodedMsg: value } } satisfies CosmosMessage as never, store);
      handled++;
    }
  }
  return handled;
}

const DETAIL_CHARACTERS_MAX = 500;

async function keepBad(
  { header: { height } }: CosmosBlock,
  { idx, hash }: CosmosTransaction,
  store: Store,
  reason: string,
  detail: string,
  suffix = '',
): Promise<0> {
  const id = `${height}-${idx}${suffix}`;
  await store.set('BadTransaction', id, {
    id,
    height,
    txIndex: idx,
    hash,
    reason,
    detail: plainText(detail).slice(0, DETAIL_CHARACTERS_MAX),
  });
  return 0;
}

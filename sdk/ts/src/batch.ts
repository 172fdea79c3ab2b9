/**
 * From queued items to one signed transaction: which items go next, sealed to which key, in which order. Day statements go first, since
 * they are what is billed; then reports; each oldest first. Sealing happens here, at send time, with the newest key the node has
 * published: an item queued for a week is never sealed to last week's key. The plaintext's context names the epoch, so each sealing encodes
 * anew.
 */
import { toHex } from '@cosmjs/encoding';
import { CLOSE_DAY_TYPE_URL, MsgCloseDay, MsgReport, REPORT_TYPE_URL } from '../../../src/protocol/messages/messages.ts';
import type { EncodedMessage } from '../../../src/protocol/messages/sign.ts';
import { drawEphemeralSecret } from '../../../src/protocol/meter/hedge.ts';
import { encodeReport } from '../../../src/protocol/meter/report.ts';
import { sealBox } from '../../../src/protocol/meter/seal.ts';
import { encodeStatement } from '../../../src/protocol/meter/statement.ts';
import { DAY_S, SLOT_S } from '../../../src/protocol/values/time.ts';
import type { ItemId, Outbox } from './outbox.ts';
import type { Change } from './store.ts';

export const MAX_MESSAGES = 100;
const MAX_TX_BYTES = 150_000;
/** Reports ride along with statements only in a transaction this small: what is billed must not wait for a backlog of what is not. */
const MIXED_MESSAGES = 16;
/** Upper bounds of one message with its type URL and framing. */
const REPORT_MESSAGE_BYTES = 300;
const STATEMENT_MESSAGE_BYTES = 1000;

export interface ChooseInput {
  chainUnixS: number;
  maxMessages: number;
  /** True for an item that must wait (refused before for a reason that may pass). */
  isDeferred(id: ItemId): boolean;
}

/** The items of the next transaction, in order. An item is ready once the chain's own clock is past its end. */
export function chooseItems(outbox: Outbox, { chainUnixS, maxMessages, isDeferred }: ChooseInput): ItemId[] {
  const days = [...outbox.statements.keys()].sort((a, b) => a - b).filter((day) => (day + 1) * DAY_S <= chainUnixS);
  const slots = [...outbox.reports.keys()].sort((a, b) => a - b).filter((slot) => (slot + 1) * SLOT_S <= chainUnixS);
  const ready = [...days.map((day) => `s/${day}`), ...slots.map((slot) => `r/${slot}`)].filter((id) => !isDeferred(id));
  const chosen: ItemId[] = [];
  let bytes = 0;
  for (const id of ready) {
    const mixed = id.startsWith('r/') && chosen[0]?.startsWith('s/');
    if (mixed && ready.length > MIXED_MESSAGES) break;
    bytes += id.startsWith('s/') ? STATEMENT_MESSAGE_BYTES : REPORT_MESSAGE_BYTES;
    if (chosen.length === Math.min(maxMessages, MAX_MESSAGES) || bytes > MAX_TX_BYTES) break;
    chosen.push(id);
  }
  return chosen;
}

export interface SealInput {
  chainId: string;
  meter: string;
  nodeKey: { epoch: number; key: Uint8Array };
  deviceSecret: Uint8Array;
  random: (length: number) => Uint8Array;
  unixS: number;
}

/** What a day is closed with on a main chain alone. */
const ON_A_COMMUNITY = { evidence: new Uint8Array(0), netProof: new Uint8Array(0) };

/** Seals items into messages; the changes keep every ephemeral secret and must be committed before anything is sent. */
export function sealItems(outbox: Outbox, ids: readonly ItemId[], input: SealInput): { messages: EncodedMessage[]; changes: Change[] } {
  const { chainId, meter, nodeKey } = input;
  const origin = { chainId, meter, keyEpoch: nodeKey.epoch };
  const changes: Change[] = [];
  const seal = (id: ItemId, plaintext: Uint8Array): Uint8Array => {
    const secret = drawEphemeralSecret({ secret: input.deviceSecret, plaintext, random: input.random(32) });
    const sealed = sealBox(plaintext, nodeKey.key, secret);
    changes.push(outbox.secretChange(id, toHex(sealed.subarray(0, 8)), secret, nodeKey.epoch, input.unixS));
    return sealed;
  };
  const messages = ids.map((id): EncodedMessage => {
    const at = Number(id.slice(2));
    if (id.startsWith('s/')) {
      const { statement, commitment } = outbox.statements.get(at)!;
      const sealed = seal(id, encodeStatement(statement, origin));
      return {
        typeUrl: CLOSE_DAY_TYPE_URL,
        value: MsgCloseDay.encode({ meter, day: at, keyEpoch: nodeKey.epoch, commitment, sealed, ...ON_A_COMMUNITY }).finish(),
      };
    }
    const sealed = seal(id, encodeReport(outbox.reports.get(at)!, origin));
    return { typeUrl: REPORT_TYPE_URL, value: MsgReport.encode({ meter, slot: at, keyEpoch: nodeKey.epoch, sealed }).finish() };
  });
  return { messages, changes };
}

/**
 * Every message of the chain (x/meter), in the order of its proto service. The manifest, the index's registry, the signer and the SDK read
 * them from here; sdk/vectors/messages.json, which the chain's own tests hold to the compiled proto, holds this table too. A new message is
 * an entry here, its proto and rule in chain/, and one handler `handle<name>` in mappings/.
 *
 * No code of protobuf here: the manifest reads this file.
 */
import { SLOTS_PER_DAY } from '../values/time.ts';

/** Who signs it, and the name of the field that says so. */
export type MessageSigner = 'operator' | 'meter' | 'member';
export type FieldKind = 'string' | 'uint32' | 'uint64' | 'bool' | 'bytes' | 'repeated int64';

/** As in chain/proto. `size`: bytes, or entries of a list; `optional`: may be empty. */
export interface MessageField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly size?: number;
  readonly optional?: true;
}

export interface ChainMessage<Name extends string = string> {
  readonly name: Name;
  readonly typeUrl: `/electra.meter.v1.Msg${Name}`;
  readonly signer: MessageSigner;
  /** the export of mappings/ that takes it */
  readonly handler: `handle${Name}`;
  readonly fields: readonly MessageField[];
}

export const MESSAGES_PACKAGE = 'electra.meter.v1';
export const MESSAGES_PROTO = './chain/proto/electra/meter/v1/tx.proto';

const HASH = 32;
const SIGNATURE = 64;
const text = (name: string): MessageField => ({ name, kind: 'string' });
const u32 = (name: string): MessageField => ({ name, kind: 'uint32' });
const u64 = (name: string): MessageField => ({ name, kind: 'uint64' });
const bool = (name: string): MessageField => ({ name, kind: 'bool' });
const bytes = (name: string, size?: number): MessageField => ({ name, kind: 'bytes', ...(size === undefined ? {} : { size }) });
const perSlot = (name: string): MessageField => ({ name, kind: 'repeated int64', size: SLOTS_PER_DAY });
/** Of as many slots as the message says. */
const ofSlots = (name: string): MessageField => ({ name, kind: 'repeated int64' });
const optional = (field: MessageField): MessageField => ({ ...field, optional: true });

const says =
  (signer: MessageSigner) =>
  <Name extends string>(name: Name, ...fields: readonly MessageField[]): ChainMessage<Name> => ({
    name,
    typeUrl: `/${MESSAGES_PACKAGE}.Msg${name}`,
    signer,
    handler: `handle${name}`,
    fields: [text(signer), ...fields],
  });
const operator = says('operator');
const meter = says('meter');
const member = says('member');

export const MESSAGES = [
  operator('EnrolMeter', text('meter'), text('member'), u32('first_day'), u32('max_wh_per_slot'), optional(bytes('consensus_key', HASH))),
  operator('RetireMeter', text('meter'), u32('last_day')),
  operator('PublishNodeKey', u32('epoch'), bytes('key', HASH), bytes('signature', SIGNATURE)),
  operator('SetTariff', u32('from_day'), text('rule'), perSlot('retail_nel_per_wh'), perSlot('feed_in_nel_per_wh'), u64('fee_per_day_nel')),
  meter('Report', u32('slot'), u32('key_epoch'), bytes('sealed')),
  meter(
    'CloseDay',
    u32('day'),
    u32('key_epoch'),
    bytes('commitment', HASH),
    bytes('sealed'),
    optional(bytes('evidence')),
    optional(bytes('net_proof')),
  ),
  operator('DisputeDay', text('meter'), u32('day'), text('reason')),
  operator('AnchorBook', u32('day'), u32('version'), bytes('book_hash', HASH), optional(bytes('totals', HASH))),
  member('NoBill', text('meter'), u32('day')),
  member('WithdrawNoBill', text('meter'), u32('day')),
  operator('SetConsensusKey', text('meter'), bytes('key', HASH)),
  meter('VetoValidator', text('target'), bool('end')),
  meter('LeaveValidators'),
  operator('FinalReading', text('meter'), bytes('link', HASH)),
  member('ObjectFinalReading', text('meter')),
  operator('RotateOperator', u32('n'), text('address'), bytes('signature', SIGNATURE)),
  meter('VetoRotation', u32('n')),
  meter('ReplaceOperator', u32('n'), text('address')),
  operator('SetPrices', u32('from_slot'), ofSlots('retail_nel_per_wh'), ofSlots('feed_in_nel_per_wh')),
  operator('ProveBook', u32('day'), u32('version'), u32('part'), u32('parts'), bytes('bytes')),
  operator(
    'SetUplink',
    u32('from_day'),
    optional(text('main_chain_id')),
    optional(bytes('main_genesis_hash', HASH)),
    optional(text('uplink')),
  ),
] as const;

export type MessageName = (typeof MESSAGES)[number]['name'];

export const typeUrlOf = <Name extends MessageName>(name: Name): `/electra.meter.v1.Msg${Name}` => `/${MESSAGES_PACKAGE}.Msg${name}`;

/** A field's name in TypeScript and JSON. */
export const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

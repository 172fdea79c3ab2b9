/**
 * The messages that the main chain takes beside x/meter's (docs/main-chain.md, docs/electra.md), in the order of their proto services: the
 * bank's one, settlement's, ELECTRA's, the register's. sdk/vectors/main-messages.json, written by the chain's own tests, holds this table.
 * A community's chain takes none of them.
 *
 * No code of protobuf here: the manifest reads this file.
 */
import type { FieldKind } from './table.ts';

export type MainModule = 'bank' | 'settlement' | 'electra' | 'register';

/** As in the proto. `of`: the fields of a message in a message. */
export interface MainField {
  readonly name: string;
  readonly kind: FieldKind | 'int64' | 'repeated bytes' | 'message' | 'repeated message';
  readonly of?: readonly MainField[];
}

export interface MainMessage<Name extends string = string> {
  readonly name: Name;
  readonly module: MainModule;
  readonly typeUrl: `/${string}.Msg${Name}`;
  /** the field that names who signs it */
  readonly signer: string;
  /** the export of mappings/ that takes it */
  readonly handler: `handle${Name}`;
  readonly fields: readonly MainField[];
}

export const MAIN_PACKAGES: Readonly<Record<MainModule, string>> = {
  bank: 'cosmos.bank.v1beta1',
  settlement: 'electra.settlement.v1',
  electra: 'electra.electra.v1',
  register: 'electra.register.v1',
};

const text = (name: string): MainField => ({ name, kind: 'string' });
const u32 = (name: string): MainField => ({ name, kind: 'uint32' });
const u64 = (name: string): MainField => ({ name, kind: 'uint64' });
const i64 = (name: string): MainField => ({ name, kind: 'int64' });
const bytes = (name: string): MainField => ({ name, kind: 'bytes' });
const each = (name: string, ...of: readonly MainField[]): MainField => ({ name, kind: 'repeated message', of });

/** What one chain shows another of its state (docs/main-chain.md). */
const evidence = (name: string): MainField => ({
  name,
  kind: 'message',
  of: [
    bytes('signed_header'),
    each('validators', bytes('key'), i64('power')),
    each('trusted_validators', bytes('key'), i64('power')),
    bytes('store_proof'),
    { name: 'proofs', kind: 'repeated bytes' },
  ],
});

/** The first field is the signer's. */
const of =
  (module: MainModule) =>
  <Name extends string>(name: Name, signer: string, ...fields: readonly MainField[]): MainMessage<Name> => ({
    name,
    module,
    typeUrl: `/${MAIN_PACKAGES[module]}.Msg${name}`,
    signer,
    handler: `handle${name}`,
    fields: [text(signer), ...fields],
  });
const bank = of('bank');
const settlement = of('settlement');
const electra = of('electra');
const register = of('register');

export const MAIN_MESSAGES = [
  bank('Send', 'from_address', text('to_address'), each('amount', text('denom'), text('amount'))),
  settlement('Deposit', 'treasury', text('uplink'), u64('amount_nel')),
  settlement('Withdraw', 'treasury', text('uplink'), u64('amount_nel')),
  settlement('Settle', 'sender', u32('from_day'), each('entries', text('uplink'), i64('amount_nel'), bytes('sum_proof'))),
  settlement('WithdrawFund', 'operator', u64('amount_nel')),
  electra('AttestReserve', 'attestor', i64('as_of_unix_s'), u64('amount_nel'), bytes('document_hash')),
  electra('Mint', 'issuer', text('to'), u64('amount_nel')),
  electra('Redeem', 'holder', u64('amount_nel'), text('reference')),
  electra('ConfirmRedemption', 'issuer', u64('id'), bytes('payment_hash')),
  electra('RejectRedemption', 'issuer', u64('id'), text('reason')),
  electra('RegisterAccount', 'registrar', text('address'), text('kind')),
  electra('PayMember', 'treasury', text('member'), u64('counter'), u64('amount_nel')),
  electra('Freeze', 'guardian', text('account'), bytes('reason_hash')),
  electra('Unfreeze', 'guardian', text('account'), bytes('reason_hash')),
  electra('Pause', 'guardian'),
  electra('Unpause', 'guardian'),
  electra('RotateRole', 'holder', text('role'), text('address')),
  electra('CancelRotation', 'guardian', text('role')),
  electra('ReplaceRole', 'meter', text('role'), text('address')),
  register(
    'RegisterCommunity',
    'operator',
    text('uplink'),
    text('chain_id'),
    bytes('genesis_hash'),
    evidence('checkpoint'),
    u64('credit_nel'),
    u32('members'),
  ),
  register('Veto', 'meter', u64('id')),
  register('UpdateClient', 'uplink', evidence('evidence')),
  register('Conflict', 'sender', text('uplink'), evidence('one'), evidence('other')),
  register('Suspend', 'meter', text('uplink')),
  register('Resume', 'operator', text('uplink'), evidence('checkpoint')),
  register('ReplaceTreasury', 'operator', text('uplink'), text('treasury')),
] as const;

export type MainMessageName = (typeof MAIN_MESSAGES)[number]['name'];

export const mainTypeUrlOf = (name: MainMessageName): string => MAIN_MESSAGES.find((message) => message.name === name)!.typeUrl;

/**
 * What the states of the main chain's further modules have in a genesis, field by field, as chain/proto says: sdk/vectors/main-genesis.json
 * holds it to the compiled proto. Written as Go writes JSON: 64-bit integers as strings, 32-bit ones as numbers, lists never absent.
 */
export interface StateField {
  readonly name: string;
  readonly kind: 'string' | 'uint32' | 'uint64' | 'int64' | 'bool' | 'bytes' | 'message' | `repeated ${'string' | 'message'}`;
  readonly of?: readonly StateField[];
}

const text = (name: string): StateField => ({ name, kind: 'string' });
const texts = (name: string): StateField => ({ name, kind: 'repeated string' });
const u32 = (name: string): StateField => ({ name, kind: 'uint32' });
const u64 = (name: string): StateField => ({ name, kind: 'uint64' });
const i64 = (name: string): StateField => ({ name, kind: 'int64' });
const bool = (name: string): StateField => ({ name, kind: 'bool' });
const bytes = (name: string): StateField => ({ name, kind: 'bytes' });
const one = (name: string, of: readonly StateField[]): StateField => ({ name, kind: 'message', of });
const each = (name: string, of: readonly StateField[]): StateField => ({ name, kind: 'repeated message', of });

const COIN = [text('denom'), text('amount')];
const SEND_ENABLED = each('send_enabled', [text('denom'), bool('enabled')]);

const BANK = [
  one('params', [SEND_ENABLED, bool('default_send_enabled')]),
  each('balances', [text('address'), each('coins', COIN)]),
  each('supply', COIN),
  each('denom_metadata', [
    text('description'),
    each('denom_units', [text('denom'), u32('exponent'), texts('aliases')]),
    ...['base', 'display', 'name', 'symbol', 'uri', 'uri_hash'].map(text),
  ]),
  SEND_ENABLED,
];

const SETTLEMENT = [
  u32('first_day'),
  u32('next_day'),
  u64('fund_nel'),
  each('escrows', [text('uplink'), u64('amount_nel')]),
  each('periods', [u32('from_day'), i64('ready_unix_s'), i64('executed_unix_s'), i64('due_height')]),
  each('entries', [u32('from_day'), text('uplink'), i64('amount_nel'), u64('pool'), i64('height')]),
  each('pools', [u64('number'), u32('from_day'), text('claims_nel'), text('paid_nel'), i64('height')]),
  each('claims', [u64('pool'), text('uplink'), u64('amount_nel')]),
  each('debts', [u64('pool'), text('uplink'), u64('left_nel')]),
  each('owing', [text('uplink'), i64('since_unix_s')]),
  each('missing', [text('uplink'), u32('from_day')]),
];

const ELECTRA = [
  each('roles', [text('role'), text('address')]),
  each('accounts', [text('address'), text('kind'), text('registrar'), i64('height')]),
  each('attestations', [i64('as_of_unix_s'), u64('amount_nel'), bytes('document_hash'), i64('height')]),
  u64('minted_nel'),
  u64('confirmed_nel'),
  each('redemptions', [
    ...[u64('id'), text('holder'), u64('amount_nel'), text('reference'), i64('unix_s'), text('state')],
    ...[i64('closed_unix_s'), bytes('payment_hash'), text('reason')],
  ]),
  each('frozen', [text('account'), bytes('reason_hash'), i64('height')]),
  bool('paused'),
  each('payouts', [text('treasury'), text('member'), u64('counter')]),
  each('sends', [u32('day'), text('account'), u32('count')]),
  each('role_changes', [text('role'), text('address'), i64('due_unix_s'), i64('due_height')]),
  each('role_votes', [text('role'), text('meter'), text('address')]),
];

const COMMUNITY = [
  ...[text('uplink'), text('chain_id'), bytes('genesis_hash')],
  one('clock', [i64('start_unix_s'), u64('rate'), i64('genesis_unix_s')]),
  ...[u64('credit_nel'), u32('members'), i64('height'), i64('unix_s'), text('suspended'), i64('suspended_unix_s')],
];
const KEPT = [text('uplink'), i64('height'), bytes('hash'), i64('unix_ns'), bytes('next_validators_hash')];

const REGISTER = [
  bool('development'),
  each('community_keys', [text('circuit'), text('id')]),
  each('communities', COMMUNITY),
  each('kept', KEPT),
  each('pending', [
    ...[u64('id'), text('uplink'), one('register', COMMUNITY), one('checkpoint', KEPT), text('treasury')],
    ...[i64('height'), i64('due_unix_s'), texts('vetoed_by')],
  ]),
  u64('next_id'),
  each('suspend_votes', [text('meter'), text('uplink')]),
];

/** The modules of the main chain beside the meters', by the names that their states have in a genesis. */
export const MAIN_STATES = { bank: BANK, electra: ELECTRA, register: REGISTER, settlement: SETTLEMENT } as const;
export type MainStateName = keyof typeof MAIN_STATES;

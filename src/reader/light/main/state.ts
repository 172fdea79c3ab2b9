/**
 * What the main chain's modules hold, behind proven keys: balances, ELECTRA, communities, settlement (docs/main-chain.md, docs/electra.md).
 * Everything is read as whole ranges, each of one prefix byte, so that nothing is left out.
 *
 * Keys are those of the SDK's collections: integers big-endian, a signed one with its sign bit turned, the first of two byte strings behind
 * its length. A value names what its key names wherever it can; where it cannot, the key is read.
 */
import { toBech32 } from '@cosmjs/encoding';
import { bytesToHex } from '@noble/hashes/utils.js';
import { MAIN_RANGES, type MainFile, type MainStore } from '../../../protocol/bundle/main-file.ts';
import { equalBytes } from '../../../protocol/comet/index.ts';
import type { MessageFns } from '../../../protocol/messages/generated/electra/electra/v1/types.ts';
import * as electra from '../../../protocol/messages/generated/electra/electra/v1/types.ts';
import * as register from '../../../protocol/messages/generated/electra/register/v1/types.ts';
import * as settlement from '../../../protocol/messages/generated/electra/settlement/v1/types.ts';
import { ADDRESS_PREFIX } from '../../../protocol/values/address.ts';
import { DAY_MAX } from '../../../protocol/values/time.ts';
import type { Entry } from '../ics23.ts';
import { bad } from '../state-fields.ts';
import { StateReader } from '../state-reader.ts';
import { type MeterState, readMeter } from '../values.ts';

const ADDRESS_BYTES = 20;
export const DENOMINATION = 'nelectra';

/** An integer of some big-endian bytes. */
function uintOf(bytes: Uint8Array, length: number, field: string): bigint {
  if (bytes.length !== length) throw bad(field, `${length} bytes`);
  return BigInt(`0x${bytesToHex(bytes)}`);
}

/** One of eight bytes whose sign bit is turned. */
const intOf = (bytes: Uint8Array, field: string): number => Number(uintOf(bytes, 8, field) - (1n << 63n));

function addressOf(bytes: Uint8Array, field: string): string {
  if (bytes.length !== ADDRESS_BYTES) throw bad(field, `an address of ${ADDRESS_BYTES} bytes`);
  return toBech32(ADDRESS_PREFIX, bytes);
}

function textOf(bytes: Uint8Array, field: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw bad(field, 'text in UTF-8');
  }
}

/** A sum of any size, in decimal. */
function decimalOf(text: string, field: string): bigint {
  if (!/^(0|[1-9][0-9]{0,60})$/.test(text)) throw bad(field, 'a decimal integer, not negative');
  return BigInt(text);
}

/** A message in its one encoding. */
function messageOf<T>({ value }: Entry, type: MessageFns<T>, field: string): T {
  let message: T;
  try {
    message = type.decode(value);
  } catch {
    throw bad(field, 'its protobuf message');
  }
  if (!equalBytes(type.encode(message).finish(), value)) throw bad(field, 'its protobuf message in canonical encoding, and nothing else');
  return message;
}

/** What follows the prefix byte of a key. */
const restOf = ({ key }: Entry): Uint8Array => key.subarray(1);

/** The entries of every range of a store, by its name. */
type Ranges<S extends MainStore> = Readonly<Record<keyof (typeof MAIN_RANGES)[S], readonly Entry[]>>;

function rangesOf<S extends MainStore>(file: MainFile, name: S, appHash: Uint8Array): Ranges<S> {
  const { store, ranges } = file.stores[name];
  const reader = new StateReader({ store }, appHash, name);
  const all = Object.entries(MAIN_RANGES[name]).map(([range, prefix]) => [
    range,
    reader.range({ from: Uint8Array.of(prefix), to: Uint8Array.of(prefix + 1) }, ranges[range]),
  ]);
  return Object.fromEntries(all) as Ranges<S>;
}

/** The one value of a range, or null. */
function oneOf<T>(entries: readonly Entry[], field: string, read: (value: Uint8Array) => T): T | null {
  if (entries.length > 1 || entries.some(({ key }) => key.length !== 1)) throw bad(field, 'one value');
  return entries.length === 0 ? null : read(entries[0].value);
}

export interface BankState {
  supplyNel: bigint;
  /** by address */
  balancesNel: ReadonlyMap<string, bigint>;
}

function bankOf({ supply, balances }: Ranges<'bank'>): BankState {
  const denominations = supply.map((one) => textOf(restOf(one), 'supply'));
  if (denominations.some((name) => name !== DENOMINATION)) throw bad('supply', `${DENOMINATION} and no other`);
  const amount = ({ value }: Entry, field: string): bigint => decimalOf(textOf(value, field), field);
  return {
    supplyNel: supply.length === 0 ? 0n : amount(supply[0], 'supply'),
    balancesNel: new Map(
      balances.map((one) => {
        const [length, rest] = [one.key[1], one.key.subarray(2)];
        const address = addressOf(rest.subarray(0, length), 'balance');
        if (textOf(rest.subarray(length), 'balance') !== DENOMINATION) throw bad('balance', `${DENOMINATION} and no other`);
        return [address, amount(one, 'balance')];
      }),
    ),
  };
}

export interface ElectraState {
  roles: ReadonlyMap<string, string>;
  accounts: readonly electra.Account[];
  /** rising in time */
  attestations: readonly electra.Attestation[];
  mintedNel: bigint;
  confirmedNel: bigint;
  /** by number */
  redemptions: readonly electra.Redemption[];
  frozen: readonly electra.Frozen[];
  isPaused: boolean;
  roleChanges: readonly electra.RoleChange[];
}

function electraOf(of: Ranges<'electra'>): ElectraState {
  const amount = (value: Uint8Array): bigint => uintOf(value, 8, 'amount');
  return {
    roles: new Map(of.roles.map((one) => [textOf(restOf(one), 'role'), addressOf(one.value, 'role')])),
    accounts: of.accounts.map((one) => {
      const account = messageOf(one, electra.Account, 'account');
      if (account.address !== addressOf(restOf(one), 'account')) throw bad('account', 'the address of its key');
      return account;
    }),
    attestations: of.attestations.map((one) => {
      const attestation = messageOf(one, electra.Attestation, 'attestation');
      if (Number(attestation.asOfUnixS) !== intOf(restOf(one), 'attestation')) throw bad('attestation', 'the time of its key');
      return attestation;
    }),
    mintedNel: oneOf(of.minted, 'minted', amount) ?? 0n,
    confirmedNel: oneOf(of.confirmed, 'confirmed', amount) ?? 0n,
    redemptions: of.redemptions.map((one) => {
      const redemption = messageOf(one, electra.Redemption, 'redemption');
      if (redemption.id !== uintOf(restOf(one), 8, 'redemption')) throw bad('redemption', 'the number of its key');
      return redemption;
    }),
    frozen: of.frozen.map((one) => messageOf(one, electra.Frozen, 'frozen')),
    isPaused: of.paused.some(({ value }) => value[0] === 1),
    roleChanges: of.roleChanges.map((one) => messageOf(one, electra.RoleChange, 'role change')),
  };
}

export interface RegisterState {
  isDevelopment: boolean;
  /** ids of the keys that a community must have, by circuit */
  keyIds: ReadonlyMap<string, string>;
  communities: readonly register.Community[];
  /** headers that were accepted lately, by community and height */
  kept: readonly register.Kept[];
  pending: readonly register.Pending[];
}

function registerOf(of: Ranges<'register'>): RegisterState {
  return {
    isDevelopment: of.development.some(({ value }) => value[0] === 1),
    keyIds: new Map(
      of.keys.map((one) => {
        const { circuit, id } = messageOf(one, register.CircuitKey, 'key');
        if (circuit !== textOf(restOf(one), 'key')) throw bad('key', 'the circuit of its key');
        return [circuit, id];
      }),
    ),
    communities: of.communities.map((one) => {
      const community = messageOf(one, register.Community, 'community');
      if (community.uplink !== addressOf(restOf(one), 'community')) throw bad('community', 'the uplink of its key');
      if (community.clock === undefined) throw bad('community', 'the clock of its chain');
      return community;
    }),
    kept: of.kept.map((one) => messageOf(one, register.Kept, 'kept header')),
    pending: of.pending.map((one) => messageOf(one, register.Pending, 'pending')),
  };
}

export interface PoolState {
  number: bigint;
  fromDay: number;
  claimsNel: bigint;
  paidNel: bigint;
  /** of the block that made it */
  height: bigint;
}

export interface SettlementState {
  firstDay: number;
  nextDay: number;
  fundNel: bigint;
  escrowsNel: ReadonlyMap<string, bigint>;
  periods: readonly settlement.Period[];
  entries: readonly settlement.Entry[];
  pools: readonly PoolState[];
  claims: readonly { pool: bigint; uplink: string; amountNel: bigint }[];
  debts: readonly { pool: bigint; uplink: string; leftNel: bigint }[];
  owing: readonly { uplink: string; sinceUnixS: number }[];
  missing: readonly { uplink: string; fromDay: number }[];
}

/** Pool and uplink of a key, and the amount behind it. */
const ofPool = (one: Entry, field: string) => ({
  pool: uintOf(one.key.subarray(1, 9), 8, field),
  uplink: addressOf(one.key.subarray(9), field),
  amountNel: uintOf(one.value, 8, field),
});

function settlementOf(of: Ranges<'settlement'>): SettlementState {
  const asDay = (number: number): number => {
    if (number > DAY_MAX) throw bad('day', `at most ${DAY_MAX}`);
    return number;
  };
  const day = (value: Uint8Array): number => asDay(Number(uintOf(value, 4, 'day')));
  return {
    firstDay: oneOf(of.firstDay, 'first day', day) ?? 0,
    nextDay: oneOf(of.nextDay, 'next day', day) ?? 0,
    fundNel: oneOf(of.fund, 'fund', (value) => uintOf(value, 8, 'fund')) ?? 0n,
    escrowsNel: new Map(of.escrows.map((one) => [addressOf(restOf(one), 'escrow'), uintOf(one.value, 8, 'escrow')])),
    periods: of.periods.map((one) => {
      const period = messageOf(one, settlement.Period, 'period');
      if (period.fromDay !== day(restOf(one))) throw bad('period', 'the day of its key');
      return period;
    }),
    entries: of.entries.map((one) => {
      const entry = messageOf(one, settlement.Entry, 'entry');
      if (entry.fromDay !== day(one.key.subarray(1, 5)) || entry.uplink !== addressOf(one.key.subarray(5), 'entry'))
        throw bad('entry', 'period and uplink of its key');
      return entry;
    }),
    pools: of.pools.map((one) => {
      const { number, fromDay, claimsNel, paidNel, height } = messageOf(one, settlement.Pool, 'pool');
      if (number !== uintOf(restOf(one), 8, 'pool')) throw bad('pool', 'the number of its key');
      return {
        number,
        fromDay: asDay(fromDay),
        height,
        claimsNel: decimalOf(claimsNel, 'pool.claims_nel'),
        paidNel: decimalOf(paidNel, 'pool.paid_nel'),
      };
    }),
    claims: of.claims.map((one) => ofPool(one, 'claim')),
    debts: of.debts.map((one) => {
      const { amountNel: leftNel, ...debt } = ofPool(one, 'debt');
      return { ...debt, leftNel };
    }),
    owing: of.owing.map((one) => ({ uplink: addressOf(restOf(one), 'owing'), sinceUnixS: intOf(one.value, 'owing') })),
    missing: of.missing.map((one) => {
      if (one.key[1] !== ADDRESS_BYTES) throw bad('missing', `an address of ${ADDRESS_BYTES} bytes`);
      return { uplink: addressOf(one.key.subarray(2, 2 + ADDRESS_BYTES), 'missing'), fromDay: day(one.key.subarray(2 + ADDRESS_BYTES)) };
    }),
  };
}

/** All of it, as of one block. */
export interface MainState {
  bank: BankState;
  electra: ElectraState;
  /** all that were ever enrolled */
  meters: readonly MeterState[];
  register: RegisterState;
  settlement: SettlementState;
}

/** Verifies every proof and reads what it shows. @throws ProtocolError naming what does not hold */
export const readMainState = (file: MainFile, appHash: Uint8Array): MainState => ({
  bank: bankOf(rangesOf(file, 'bank', appHash)),
  electra: electraOf(rangesOf(file, 'electra', appHash)),
  meters: rangesOf(file, 'meter', appHash).meters.map(readMeter),
  register: registerOf(rangesOf(file, 'register', appHash)),
  settlement: settlementOf(rangesOf(file, 'settlement', appHash)),
});

/**
 * What the modules of the audit's test main chain hold after its week: three communities and one that waits, a settled week that is paid
 * but for one debt, ELECTRA of two attestations. Tests change it as plain data; `moduleStores` makes the stores of it.
 */
import { createHash } from 'node:crypto';
import { fromBech32 } from '@cosmjs/encoding';
import { DEVELOPMENT_KEY_IDS } from '../../../src/protocol/genesis/index.ts';
import { CIRCUIT_NAMES, encodeMainFile, MAIN_RANGES, MAIN_STORES, type MainFile } from '../../../src/protocol/index.ts';
import * as electra from '../../../src/protocol/messages/generated/electra/electra/v1/types.ts';
import * as register from '../../../src/protocol/messages/generated/electra/register/v1/types.ts';
import * as settlement from '../../../src/protocol/messages/generated/electra/settlement/v1/types.ts';
import { moduleAddress } from '../../../src/reader/audit/main/settlement-checks.ts';
import type { Entry, State } from '../audit/iavl.ts';
import { FIRST_DAY, genesisAddress } from '../genesis.ts';
import { type BookedSharedDay, chainIdOf } from './days.ts';
import { MAIN_CHAIN_ID, UPLINKS } from './genesis.ts';

const hash = (label: string): Uint8Array => Uint8Array.from(createHash('sha256').update(label).digest());
const raw = (address: string): Uint8Array => fromBech32(address).data;
const u32 = (n: number): Uint8Array => Uint8Array.from(Buffer.from(n.toString(16).padStart(8, '0'), 'hex'));
const u64 = (n: bigint | number): Uint8Array => Uint8Array.from(Buffer.from(BigInt(n).toString(16).padStart(16, '0'), 'hex'));
const i64 = (n: number): Uint8Array => u64(BigInt(n) + (1n << 63n));
const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const join = (...parts: readonly (Uint8Array | number)[]): Uint8Array =>
  Uint8Array.from(Buffer.concat(parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part))));

export const treasuryOf = (n: number): string => genesisAddress(200 + n + 1);
/** Chain time of what happened here: after the week was settled. */
export const SETTLED_UNIX_S = (FIRST_DAY + 11) * 86_400;

/** What the modules hold, as plain data. */
export interface Modules {
  communities: register.Community[];
  kept: register.Kept[];
  pending: register.Pending[];
  keyIds: Record<string, string>;
  escrowsNel: Map<string, bigint>;
  fundNel: bigint;
  periods: settlement.Period[];
  entries: settlement.Entry[];
  pools: settlement.Pool[];
  claims: { pool: number; uplink: string; amountNel: bigint }[];
  debts: { pool: number; uplink: string; leftNel: bigint }[];
  owing: Map<string, number>;
  missing: { uplink: string; fromDay: number }[];
  roles: Record<string, string>;
  accounts: electra.Account[];
  attestations: electra.Attestation[];
  mintedNel: bigint;
  confirmedNel: bigint;
  redemptions: electra.Redemption[];
  frozen: electra.Frozen[];
  roleChanges: electra.RoleChange[];
  balancesNel: Map<string, bigint>;
  supplyNel: bigint;
}

const communityOf = (n: number): register.Community =>
  register.Community.fromPartial({
    ...{ uplink: UPLINKS[n], chainId: chainIdOf(n), genesisHash: hash(chainIdOf(n)), creditNel: 10n ** 12n, members: 9, height: 5n },
    clock: { startUnixS: 1_782_864_000n, rate: 1n, genesisUnixS: 1_782_864_000n },
    unixS: BigInt(FIRST_DAY * 86_400),
  });

/** What a week's days came to, by uplink. */
export function weekOf(days: readonly BookedSharedDay[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { meter, amountNel } of days.flatMap(({ bills }) => bills)) sums.set(meter, (sums.get(meter) ?? 0n) + amountNel);
  return sums;
}

const sumOf = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((sum, amount) => sum + amount, 0n);

/** After a week that everybody has settled and paid: escrows of 10,000 ELECTRA each before. */
export function settledModules(days: readonly BookedSharedDay[], kept: register.Kept[]): Modules {
  const amounts = weekOf(days);
  const claims = [...amounts].filter(([, amount]) => amount < 0n);
  const [owed, due] = [-sumOf(claims.map(([, amount]) => amount)), sumOf([...amounts.values()].filter((amount) => amount > 0n))];
  const escrowsNel = new Map(UPLINKS.map((uplink) => [uplink, 10n ** 13n - (amounts.get(uplink) ?? 0n)]));
  const escrows = sumOf(escrowsNel.values());
  const fundNel = due - owed;
  const holders = UPLINKS.map((_, n) => treasuryOf(n));
  const balancesNel = new Map([
    ...holders.map((address) => [address, 10n ** 12n] as const),
    [moduleAddress('settlement'), escrows + fundNel],
  ]);
  const supplyNel = sumOf(balancesNel.values());
  const redeemed = 3n * 10n ** 10n;
  const attested = (asOfDay: number, amountNel: bigint) =>
    electra.Attestation.fromPartial({
      asOfUnixS: BigInt(asOfDay * 86_400),
      amountNel,
      documentHash: hash(`reserve ${asOfDay}`),
      height: 7n,
    });
  return {
    communities: UPLINKS.map((_, n) => communityOf(n)),
    kept,
    pending: [],
    keyIds: Object.fromEntries(CIRCUIT_NAMES.map((circuit) => [circuit, DEVELOPMENT_KEY_IDS[circuit]])),
    escrowsNel,
    fundNel,
    periods: [{ fromDay: FIRST_DAY, readyUnixS: BigInt(SETTLED_UNIX_S - 9000), executedUnixS: BigInt(SETTLED_UNIX_S), dueHeight: 0n }],
    entries: [...amounts].map(([uplink, amountNel]) => ({ fromDay: FIRST_DAY, uplink, amountNel, pool: 1n, height: 500n })),
    pools: [{ number: 1n, fromDay: FIRST_DAY, claimsNel: String(owed), paidNel: String(due), height: 500n }],
    claims: claims.map(([uplink, amount]) => ({ pool: 1, uplink, amountNel: -amount })),
    debts: [],
    owing: new Map(),
    missing: [],
    roles: { attestor: genesisAddress(231), guardian: genesisAddress(232), issuer: genesisAddress(233) },
    accounts: holders.map((address) => ({ address, kind: 'treasury', registrar: genesisAddress(99), height: 3n })),
    attestations: [attested(FIRST_DAY - 1, supplyNel), attested(FIRST_DAY + 2, supplyNel)],
    mintedNel: supplyNel + redeemed,
    confirmedNel: redeemed,
    redemptions: [
      electra.Redemption.fromPartial({
        ...{ id: 1n, holder: treasuryOf(0), amountNel: redeemed, reference: 'r', state: 'confirmed', paymentHash: hash('payment') },
        ...{ unixS: BigInt(FIRST_DAY * 86_400), closedUnixS: BigInt((FIRST_DAY + 1) * 86_400) },
      }),
    ],
    frozen: [],
    roleChanges: [],
    balancesNel,
    supplyNel,
  };
}

/** Takes a claim out of its pool, says where it is instead, and gives the fund what it was. Returns whose it is. */
export function withoutClaim(m: Modules, pool: bigint): string {
  const [{ uplink, amountNel }] = m.claims.splice(0, 1);
  m.entries.find((one) => one.uplink === uplink)!.pool = pool;
  m.pools[0].claimsNel = String(BigInt(m.pools[0].claimsNel) - amountNel);
  m.escrowsNel.set(uplink, m.escrowsNel.get(uplink)! - amountNel);
  m.fundNel += amountNel;
  return uplink;
}

/** One owes a unit of the week, and the state does not say since when: it is never suspended. */
export function undatedDebt(m: Modules): void {
  const { uplink } = m.entries.find(({ amountNel }) => amountNel > 0n)!;
  m.debts.push({ pool: 1, uplink, leftNel: 1n });
  m.pools[0].paidNel = String(BigInt(m.pools[0].paidNel) - 1n);
  m.fundNel -= 1n;
  m.escrowsNel.set(uplink, m.escrowsNel.get(uplink)! + 1n);
}

interface Kind {
  encode(message: never): { finish(): Uint8Array };
  fromPartial(value: never): never;
}
const value = (type: Kind, of: object): Uint8Array => type.encode(type.fromPartial(of as never)).finish();

function electraEntries(m: Modules): Entry[] {
  return [
    ...Object.entries(m.roles).map(([role, address]) => ({ key: join(0, utf8(role)), value: raw(address) })),
    ...m.accounts.map((one) => ({ key: join(1, raw(one.address)), value: value(electra.Account as never, one) })),
    ...m.attestations.map((one) => ({ key: join(3, i64(Number(one.asOfUnixS))), value: value(electra.Attestation as never, one) })),
    { key: join(4), value: u64(m.mintedNel) },
    { key: join(5), value: u64(m.confirmedNel) },
    ...m.redemptions.map((one) => ({ key: join(6, u64(one.id)), value: value(electra.Redemption as never, one) })),
    ...m.frozen.map((one) => ({ key: join(11, raw(one.account)), value: value(electra.Frozen as never, one) })),
    ...m.roleChanges.map((one) => ({ key: join(15, utf8(one.role)), value: value(electra.RoleChange as never, one) })),
  ];
}

function settlementEntries(m: Modules): Entry[] {
  const ofPool = (prefix: number, pool: number, uplink: string, amount: bigint): Entry => ({
    key: join(prefix, u64(pool), raw(uplink)),
    value: u64(amount),
  });
  return [
    { key: join(0), value: u32(FIRST_DAY) },
    { key: join(1), value: u32(FIRST_DAY + 7) },
    { key: join(2), value: u64(m.fundNel) },
    ...[...m.escrowsNel].map(([uplink, amount]) => ({ key: join(3, raw(uplink)), value: u64(amount) })),
    ...m.periods.map((one) => ({ key: join(4, u32(one.fromDay)), value: value(settlement.Period as never, one) })),
    ...m.entries.map((one) => ({ key: join(5, u32(one.fromDay), raw(one.uplink)), value: value(settlement.Entry as never, one) })),
    ...m.pools.map((one) => ({ key: join(6, u64(one.number)), value: value(settlement.Pool as never, one) })),
    ...m.claims.map(({ pool, uplink, amountNel }) => ofPool(7, pool, uplink, amountNel)),
    ...m.debts.map(({ pool, uplink, leftNel }) => ofPool(8, pool, uplink, leftNel)),
    ...[...m.owing].map(([uplink, sinceUnixS]) => ({ key: join(9, raw(uplink)), value: i64(sinceUnixS) })),
    ...m.missing.map(({ uplink, fromDay }) => ({ key: join(10, 20, raw(uplink), u32(fromDay)), value: Uint8Array.of(1) })),
    { key: join(11, u32(FIRST_DAY + 7)), value: Uint8Array.of(1) },
  ];
}

/** The stores of the modules. */
export const moduleStores = (m: Modules): Record<string, Entry[]> => ({
  bank: [
    { key: join(0, utf8('nelectra')), value: utf8(String(m.supplyNel)) },
    ...[...m.balancesNel].map(([address, amount]) => ({
      key: join(2, 20, raw(address), utf8('nelectra')),
      value: utf8(String(amount)),
    })),
    { key: join(5), value: Uint8Array.of(8, 1) },
  ],
  electra: electraEntries(m),
  register: [
    { key: join(0), value: Uint8Array.of(1) },
    ...Object.entries(m.keyIds).map(([circuit, id]) => ({
      key: join(1, utf8(circuit)),
      value: value(register.CircuitKey as never, { circuit, id }),
    })),
    ...m.communities.map((one) => ({ key: join(2, raw(one.uplink)), value: value(register.Community as never, one) })),
    ...m.kept.map((one) => ({ key: join(3, 20, raw(one.uplink), u64(one.height)), value: value(register.Kept as never, one) })),
    ...m.pending.map((one) => ({ key: join(4, u64(one.id)), value: value(register.Pending as never, one) })),
    { key: join(5), value: u64(1) },
  ],
  settlement: settlementEntries(m),
});

/** main.json of a state. */
export function mainFileOf(state: State, height: number): string {
  const stores = MAIN_STORES.map((name) => {
    const of = name === 'meter' ? state : state.others.get(name)!;
    const ranges = Object.entries(MAIN_RANGES[name]).map(([range, prefix]) => [
      range,
      of.proveRange({ from: Uint8Array.of(prefix), to: Uint8Array.of(prefix + 1) }),
    ]);
    return [name, { store: state.storeOf(name), ranges: Object.fromEntries(ranges) }];
  });
  return encodeMainFile({ chainId: MAIN_CHAIN_ID, height, stores: Object.fromEntries(stores) as MainFile['stores'] });
}

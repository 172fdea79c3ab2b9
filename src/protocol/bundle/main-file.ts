/**
 * `main.json` and `settlements.json` of a main chain's bundle (docs/main-chain.md).
 *
 * `main.json`: the modules' state after the block before the newest header, as ICS-23 proofs of whole ranges, each one prefix of a store:
 * so the file can leave out no debt, no mint and no community. The reader makes the keys itself. `settlements.json`: what the blocks
 * had and its state has not, the proof of each settled sum. It can only be right or wrong.
 */
import { addressBytes } from '../values/address.ts';
import { canonicalJson, type Json, parseCanonical } from '../values/canonical.ts';
import { array, integer, object, oneOf, small, text } from '../values/shape.ts';
import { proof, proofs, U32 } from './parts.ts';
import { type ProofJson, parseProof, proofJson } from './proofs.ts';

export const MAIN_FORMAT = 'electra/main/v1';
export const SETTLEMENTS_FORMAT = 'electra/settlements/v1';

/** By store: the names of its ranges, with their prefix byte (docs/main-chain.md, docs/electra.md: what light clients prove). */
export const MAIN_RANGES = {
  bank: { supply: 0, balances: 2 },
  electra: {
    roles: 0,
    accounts: 1,
    attestations: 3,
    minted: 4,
    confirmed: 5,
    redemptions: 6,
    frozen: 11,
    paused: 12,
    roleChanges: 15,
  },
  meter: { meters: 3 },
  register: { development: 0, keys: 1, communities: 2, kept: 3, pending: 4 },
  settlement: {
    firstDay: 0,
    nextDay: 1,
    fund: 2,
    escrows: 3,
    periods: 4,
    entries: 5,
    pools: 6,
    claims: 7,
    debts: 8,
    owing: 9,
    missing: 10,
  },
} as const;

export type MainStore = keyof typeof MAIN_RANGES;
export const MAIN_STORES = Object.keys(MAIN_RANGES) as MainStore[];
export type MainRange<S extends MainStore> = keyof (typeof MAIN_RANGES)[S] & string;

/** The root of a store in the app hash, and proofs of its ranges. */
export interface MainStoreProofs {
  store: string;
  ranges: Readonly<Record<string, readonly string[]>>;
}

export interface MainFile {
  chainId: string;
  /** the proofs are of the state after this block; the next header holds its app hash */
  height: number;
  stores: Readonly<Record<MainStore, MainStoreProofs>>;
}

export const encodeMainFile = ({ chainId, height, stores }: MainFile): string =>
  canonicalJson({ format: MAIN_FORMAT, chainId, height: String(height), stores: stores as unknown as Json });

function parseStore(value: unknown, name: MainStore): MainStoreProofs {
  const field = `main.stores.${name}`;
  const { store, ranges } = object(value as Json, field, ['store', 'ranges']);
  const names = Object.keys(MAIN_RANGES[name]);
  const given = object(ranges, `${field}.ranges`, names);
  return {
    store: proof(store, `${field}.store`),
    ranges: Object.fromEntries(names.map((of) => [of, proofs(given[of], `${field}.ranges.${of}`)])),
  };
}

/** @throws ProtocolError naming the field. What is in the proofs is not looked at. */
export function parseMainFile(bytes: string): MainFile {
  const f = object(parseCanonical(bytes, 'main'), 'main', ['format', 'chainId', 'height', 'stores']);
  oneOf(f.format, 'main.format', [MAIN_FORMAT]);
  const stores = object(f.stores, 'main.stores', MAIN_STORES);
  return {
    chainId: text(f.chainId, 'main.chainId'),
    height: small(f.height, 'main.height', 1, 2 ** 40),
    stores: Object.fromEntries(MAIN_STORES.map((name) => [name, parseStore(stores[name], name)])) as Record<MainStore, MainStoreProofs>,
  };
}

/** A sum as somebody settled it. */
export interface SettledSum {
  fromDay: number;
  uplink: string;
  /** negative: the uplink is owed it */
  amountNel: bigint;
  proof: ProofJson;
}

export interface SettlementsFile {
  chainId: string;
  /** by first day and address, each once */
  sums: readonly SettledSum[];
}

export const encodeSettlementsFile = ({ chainId, sums }: SettlementsFile): string =>
  canonicalJson({
    format: SETTLEMENTS_FORMAT,
    chainId,
    sums: sums.map((sum) => ({
      fromDay: String(sum.fromDay),
      uplink: sum.uplink,
      amountNel: String(sum.amountNel),
      proof: proofJson(sum.proof),
    })),
  });

/** @throws ProtocolError naming the field. Points are for the verifier. */
export function parseSettlementsFile(bytes: string): SettlementsFile {
  const f = object(parseCanonical(bytes, 'settlements'), 'settlements', ['format', 'chainId', 'sums']);
  oneOf(f.format, 'settlements.format', [SETTLEMENTS_FORMAT]);
  return {
    chainId: text(f.chainId, 'settlements.chainId'),
    sums: array(f.sums, 'settlements.sums').map((value, i) => {
      const field = `settlements.sums[${i}]`;
      const sum = object(value, field, ['fromDay', 'uplink', 'amountNel', 'proof']);
      const uplink = text(sum.uplink, `${field}.uplink`);
      addressBytes(uplink, `${field}.uplink`);
      return {
        fromDay: small(sum.fromDay, `${field}.fromDay`, 0, U32),
        uplink,
        amountNel: integer(sum.amountNel, `${field}.amountNel`),
        proof: parseProof(sum.proof, `${field}.proof`),
      };
    }),
  };
}

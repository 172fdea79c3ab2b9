/**
 * Check 8: the verification keys are those that genesis pins, sound, and no development keys (protocol §7, §8).
 *
 * Whoever knows a key's secret forges any proof. The repository's development keys have such a secret somewhere, so they are refused unless
 * the reader asks for them, by their points: under another name they are the same keys. A key with gamma = delta needs no secret at all
 * and is refused always.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import { keyPath } from '../../protocol/index.ts';
import { type Bundle, type BundleDay, keyOf } from '../bundle.ts';
import {
  CLEARING_INPUTS,
  DAY_BILL_INPUTS,
  decodeVerificationKey,
  isDevelopmentKey,
  type VerificationKey,
  VerifierError,
  verificationKeyHash,
} from '../verifier/index.ts';
import { type Check, type Fault, lines } from './checks.ts';
import { faultLines } from './file-checks.ts';

export interface Keys {
  dayBill: VerificationKey | null;
  clearing: VerificationKey | null;
}

export interface KeyOptions {
  /** accept development keys */
  developmentKeys: boolean;
}

const CIRCUITS = {
  dayBill: { name: 'day-bill', inputs: DAY_BILL_INPUTS },
  clearing: { name: 'clearing', inputs: CLEARING_INPUTS },
} as const;

function hashOf(value: unknown): string | null {
  try {
    return verificationKeyHash(value);
  } catch {
    return null; // numbers or strings that RFC 8785 cannot express
  }
}

function readKey(
  bundle: Bundle,
  hash: string,
  circuit: keyof typeof CIRCUITS,
  options: KeyOptions,
): { key: VerificationKey | null; checks: Check[]; development: boolean } {
  const { name, inputs } = CIRCUITS[circuit];
  const head = { id: '8' as const, name: `${name} key` };
  const path = keyPath(hash);
  const json = keyOf(bundle, hash);
  if (json.fault) return { key: null, checks: faultLines(head, json.fault), development: false };
  const found = hashOf(json.value);
  if (found !== hash)
    return {
      key: null,
      checks: lines(head, [{ detail: `${path}: its content has hash ${found ?? 'none'}, not the one that genesis pins` }], ''),
      development: false,
    };
  const faults: Fault[] = [];
  let key: VerificationKey | null = null;
  try {
    key = decodeVerificationKey(json.value, inputs);
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    faults.push({ detail: `${path}: ${error.message}` });
  }
  const development = key !== null && isDevelopmentKey(name, key);
  if (development && !options.developmentKeys)
    faults.push({ detail: `${hash} is a development key: whoever made it can forge proofs (accepted with --development-keys only)` });
  return {
    key,
    development,
    checks: lines(
      head,
      faults,
      `${hash}, pinned by genesis, points in their groups, gamma and delta differ${development ? ', a DEVELOPMENT key' : ''}`,
    ),
  };
}

/** The bundle's keys, under the hashes of genesis. A key that is refused for what it is, not for who made it, is null. */
export function readKeys(bundle: Bundle, genesis: Genesis, options: KeyOptions): { keys: Keys; checks: Check[]; development: boolean } {
  const dayBill = readKey(bundle, genesis.keys.dayBill, 'dayBill', options);
  const clearing = readKey(bundle, genesis.keys.clearing, 'clearing', options);
  return {
    keys: { dayBill: dayBill.key, clearing: clearing.key },
    checks: [...dayBill.checks, ...clearing.checks],
    development: dayBill.development || clearing.development,
  };
}

/** A day's book and chain file name the keys that genesis pins. */
export function pinnedKeyChecks(day: BundleDay, genesis: Genesis): Check[] {
  const named = [
    ...(day.chain ? [{ where: 'chain.keys', keys: day.chain.keys }] : []),
    ...[...day.books.values()].map((b) => ({
      where: b.version === 1 ? 'book.keys' : `book.keys of version ${b.version}`,
      keys: b.book.keys,
    })),
  ];
  const faults = named.flatMap(({ where, keys }) =>
    (['dayBill', 'clearing'] as const)
      .filter((k) => keys[k] !== genesis.keys[k])
      .map((k): Fault => ({ detail: `${where}.${k} is ${keys[k]}, genesis pins ${genesis.keys[k]}` })),
  );
  return lines({ id: '8', name: 'keys', day: day.date }, faults, 'those that genesis pins');
}

/**
 * Check 8: the verification keys of genesis are sound, no development keys, and those that the books name (protocol §7, §9.5).
 *
 * Whoever knows a key's secret forges any proof. The repository's development keys have such a secret somewhere, so they are refused unless
 * the reader asks for them, by their points: under another name they are the same keys. A key with gamma = ±delta needs no secret at all
 * and is refused always.
 */
import type { Genesis, SharedGenesis, VerificationKeyBytes } from '../../protocol/genesis/index.ts';
import {
  type AnyCircuitName,
  CIRCUIT_NAMES,
  MAIN_CIRCUIT_NAMES,
  type MainCircuitName,
  type PerCircuit,
  perCircuit,
} from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import { decodeKeyBytes, isDevelopmentKeyId, PUBLIC_INPUTS, type VerificationKey, VerifierError } from '../verifier/index.ts';
import { type Check, type Fault, lines } from './checks.ts';

/** By circuit; null where a key cannot be used. */
export type Keys = PerCircuit<VerificationKey | null>;

/** The same of a main chain. */
export type MainKeys = Readonly<Record<MainCircuitName, VerificationKey | null>>;

export interface KeyOptions {
  /** accept development keys */
  developmentKeys: boolean;
}

interface ReadKey {
  key: VerificationKey | null;
  checks: Check[];
}

function readKey(circuit: AnyCircuitName, { id, bytes }: { id: string; bytes: VerificationKeyBytes }, options: KeyOptions): ReadKey {
  const faults: Fault[] = [];
  let key: VerificationKey | null = null;
  try {
    key = decodeKeyBytes(bytes, PUBLIC_INPUTS[circuit]);
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    faults.push({ detail: `the key of genesis: ${error.message}` });
  }
  const development = isDevelopmentKeyId(circuit, id);
  if (development && !options.developmentKeys)
    faults.push({ detail: `${id} is a development key: whoever made it can forge proofs (accepted with --development-keys only)` });
  return {
    key,
    checks: lines(
      { id: '8', name: `${circuit} key` },
      faults,
      `${id}, points in their groups, gamma and delta differ${development ? ', a DEVELOPMENT key' : ''}`,
    ),
  };
}

/** The keys of genesis. One that is refused for what it is, not for who made it, is null. */
export function readKeys(genesis: Genesis, options: KeyOptions): { keys: Keys; checks: Check[] } {
  const { keyIds, verificationKeys } = genesis;
  const read = perCircuit((circuit) => readKey(circuit, { id: keyIds[circuit], bytes: verificationKeys[circuit] }, options));
  return {
    keys: perCircuit((circuit) => read[circuit].key),
    checks: CIRCUIT_NAMES.flatMap((circuit) => read[circuit].checks),
  };
}

/** The same of a main chain. */
export function readMainKeys({ keyIds, verificationKeys }: SharedGenesis, options: KeyOptions): { keys: MainKeys; checks: Check[] } {
  const read = MAIN_CIRCUIT_NAMES.map((circuit) => ({
    circuit,
    ...readKey(circuit, { id: keyIds[circuit], bytes: verificationKeys[circuit] }, options),
  }));
  return {
    keys: Object.fromEntries(read.map(({ circuit, key }) => [circuit, key])) as Record<MainCircuitName, VerificationKey | null>,
    checks: read.flatMap(({ checks }) => checks),
  };
}

/** A day's books name the keys of genesis. */
export function pinnedKeyChecks(day: BundleDay, genesis: Genesis): Check[] {
  const faults = [...day.books.values()].flatMap(({ version, book: { keys } }) =>
    CIRCUIT_NAMES.filter((circuit) => keys[circuit] !== genesis.keyIds[circuit]).map((circuit): Fault => {
      const where = version === 1 ? 'book.keys' : `book.keys of version ${version}`;
      return { detail: `${where}.${circuit} is ${keys[circuit]}, that of genesis is ${genesis.keyIds[circuit]}` };
    }),
  );
  return lines({ id: '8', name: 'keys', day: day.date }, faults, 'those of genesis');
}

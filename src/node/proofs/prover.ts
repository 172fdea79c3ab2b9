/**
 * A prover of all statements: witness, proof, and the check of one's own proof before it leaves the room (protocol §6).
 *
 * Everything that can be kept is kept: parsed keys, witness calculators, the curve. Keys load when first used, so a process that only
 * proves bills does not hold the clearing's. Of several statements, witnesses are computed here while the engine proves those before, and
 * the proofs are verified as one batch.
 */
import { readFile } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Signals } from '../../protocol/day/witness.ts';
import type { ProofJson, Random, VerificationKey } from '../../reader/verifier/index.ts';
import { decodeVerificationKey, verificationKeyId, verifyBatch } from '../../reader/verifier/index.ts';
import { wasmBackend } from './backend-wasm.ts';
import type { AnyCircuitName } from './circuits.ts';
import { PUBLIC_INPUTS } from './circuits.ts';
import type { Engine, EngineKind } from './engine.ts';
import { isThere, PROVER_BINARY } from './engine.ts';
import { ProverError } from './errors.ts';
import { keyFile } from './key-files.ts';
import { NativeEngine } from './native-engine.ts';
import { wasmEngine } from './wasm-engine.ts';
import type { WitnessCalculator } from './witness.ts';
import { witnessCalculator } from './witness.ts';

export type { AnyCircuitName } from './circuits.ts';

export interface Proven {
  readonly proof: ProofJson;
  readonly publicSignals: readonly bigint[];
}

export interface Statement {
  circuit: AnyCircuitName;
  signals: Signals;
}

export interface Prover {
  /** who proves at present */
  readonly engine: EngineKind;
  /** Each statement's proof, or why there is none; one failure does not touch the others. */
  proveAll(statements: readonly Statement[]): Promise<PromiseSettledResult<Proven>[]>;
  /** @throws ProverError: bad-input, unsatisfied (the statement is false), self-check, prover-ended */
  prove(circuit: AnyCircuitName, signals: Signals): Promise<Proven>;
  dayBill(signals: Signals): Promise<Proven>;
  clearing(signals: Signals): Promise<Proven>;
  substitute(signals: Signals): Promise<Proven>;
  /** of the verification key's points */
  keyId(circuit: AnyCircuitName): Promise<string>;
  /** Ends the engine's process. Not needed before one's own end. */
  close(): void;
}

interface Loaded {
  calculator: WitnessCalculator;
  vk: VerificationKey;
  keyId: string;
}

export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));

function publicSignalsOf(witness: Uint8Array, count: number): bigint[] {
  const view = new DataView(witness.buffer, witness.byteOffset);
  return Array.from({ length: count }, (_, i) => {
    let value = 0n;
    for (let word = 3; word >= 0; word--) value = (value << 64n) | view.getBigUint64((i + 1) * 32 + word * 8, true);
    return value;
  });
}

async function load(keysDir: string, circuit: AnyCircuitName, engine: Engine): Promise<Loaded> {
  const read = (kind: string): Promise<Buffer<ArrayBuffer>> => keyFile(keysDir, `${circuit}.${kind}`, (path) => readFile(path));
  // All at once, and of several that cannot be read always the same one is named.
  const [key, ...files] = await Promise.allSettled([engine.load(circuit), read('wasm'), read('vk.json')]);
  if (key.status === 'rejected') throw key.reason;
  const [wasm, vkText] = files.map((file) => {
    if (file.status === 'rejected') throw file.reason;
    return file.value;
  });
  const vkJson: unknown = JSON.parse(vkText.toString('utf8'));
  const vk = decodeVerificationKey(vkJson, PUBLIC_INPUTS[circuit]);
  return { calculator: await witnessCalculator(wasm, circuit), vk, keyId: verificationKeyId(circuit, vk) };
}

export interface ProverSettings {
  /** a CSPRNG: for verification, and for the WebAssembly engine's blinding */
  random?: Random;
  /** electra-prove; `null`: prove in WebAssembly. By default the one that was built with the chain, if it was. */
  binary?: string | null;
  warn?: (fields: object, message: string) => void;
}

/** @param keysDir holds NAME.* of each circuit: .zkey, .wasm, .vk.json */
export async function createProver(keysDir: string, settings: ProverSettings = {}): Promise<Prover> {
  const { random = systemRandom, binary = isThere(PROVER_BINARY) ? PROVER_BINARY : null, warn = () => undefined } = settings;
  const fallback = (): Engine => wasmEngine(keysDir, random);
  const engine = binary === null ? fallback() : new NativeEngine({ binary, keysDir, fallback, warn });
  return new EngineProver(keysDir, engine, random);
}

/** A statement on its way: proven, and not verified yet. */
interface Claimed extends Proven {
  circuit: AnyCircuitName;
}

class EngineProver implements Prover {
  readonly #keysDir: string;
  readonly #engine: Engine;
  readonly #random: Random;
  readonly #loading = new Map<AnyCircuitName, Promise<Loaded>>();

  constructor(keysDir: string, engine: Engine, random: Random) {
    this.#keysDir = keysDir;
    this.#engine = engine;
    this.#random = random;
  }

  get engine(): EngineKind {
    return this.#engine.kind;
  }

  #get(circuit: AnyCircuitName): Promise<Loaded> {
    const known = this.#loading.get(circuit) ?? load(this.#keysDir, circuit, this.#engine);
    this.#loading.set(circuit, known);
    return known;
  }

  async #claim({ circuit, signals }: Statement): Promise<Claimed> {
    const { calculator } = await this.#get(circuit);
    const witness = calculator.calculate(signals);
    const publicSignals = publicSignalsOf(witness, PUBLIC_INPUTS[circuit]);
    return { circuit, publicSignals, proof: await this.#engine.prove(circuit, witness) };
  }

  /** The proofs of one circuit among `claims` that do not verify. */
  async #wrong(circuit: AnyCircuitName, claims: readonly Claimed[]): Promise<Set<Claimed>> {
    const mine = claims.filter((claim) => claim.circuit === circuit);
    const { vk } = await this.#get(circuit);
    const batch = mine.map(({ proof, publicSignals }, i) => ({ id: String(i), proof, publicInputs: publicSignals }));
    const { bad } = await verifyBatch(vk, batch, this.#random, await wasmBackend());
    return new Set(bad.map(({ id }) => mine[Number(id)]));
  }

  async proveAll(statements: readonly Statement[]): Promise<PromiseSettledResult<Proven>[]> {
    const claiming: Promise<Claimed>[] = [];
    for (const statement of statements) {
      const claim = this.#claim(statement);
      claim.catch(() => undefined); // looked at below
      claiming.push(claim);
      await breathe(); // lets the witness go before the next one is computed
    }
    const claims = await Promise.allSettled(claiming);
    const proven = claims.flatMap((claim) => (claim.status === 'fulfilled' ? [claim.value] : []));
    const wrong = new Set<Claimed>();
    for (const circuit of new Set(proven.map((claim) => claim.circuit)))
      for (const claim of await this.#wrong(circuit, proven)) wrong.add(claim);
    if (proven.length > 0) this.#engine.judged(wrong.size === 0);
    return claims.map((claim) => (claim.status === 'fulfilled' && wrong.has(claim.value) ? refused(claim.value.circuit) : claim));
  }

  async prove(circuit: AnyCircuitName, signals: Signals): Promise<Proven> {
    const [result] = await this.proveAll([{ circuit, signals }]);
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  dayBill(signals: Signals): Promise<Proven> {
    return this.prove('day-bill', signals);
  }

  clearing(signals: Signals): Promise<Proven> {
    return this.prove('clearing', signals);
  }

  substitute(signals: Signals): Promise<Proven> {
    return this.prove('substitute', signals);
  }

  async keyId(circuit: AnyCircuitName): Promise<string> {
    return (await this.#get(circuit)).keyId;
  }

  close(): void {
    this.#engine.close();
  }
}

const refused = (circuit: AnyCircuitName): PromiseRejectedResult => ({
  status: 'rejected',
  reason: new ProverError('self-check', `${circuit}: the proof just made does not verify; the key files do not belong together`),
});

/**
 * The witness calculator: circom's WebAssembly, kept in memory, driven by signal name.
 *
 * A calculator is made once (compiling takes most of a proof's time otherwise) and used for one witness after another. circom's module
 * reports a failed constraint by a callback; what the module prints may quote signals, so nothing of it is passed on.
 */
import type { Signals } from '../../protocol/day/witness.ts';
import { FIELD_ORDER } from '../../protocol/values/field.ts';
import { ProverError } from './errors.ts';
import { isFieldDecimal } from './inputs.ts';

interface CircomExports {
  getFieldNumLen32(): number;
  getWitnessSize(): number;
  getInputSize(): number;
  getInputSignalSize(high: number, low: number): number;
  init(sanityCheck: number): void;
  setInputSignal(high: number, low: number, index: number): void;
  writeSharedRWMemory(index: number, word: number): void;
  readSharedRWMemory(index: number): number;
  getRawPrime(): void;
  getWitness(index: number): void;
}

/** FNV-1a, 64 bits: how circom names input signals. */
function signalHash(name: string): [number, number] {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < name.length; i++) hash = ((hash ^ BigInt(name.charCodeAt(i))) * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn;
  return [Number(hash >> 32n) | 0, Number(hash & 0xffff_ffffn) | 0];
}

const ASSERT_FAILED = 4;
const WORDS = 8; // a field element is eight 32-bit words, least significant first

export interface WitnessCalculator {
  /** The full witness, 32 bytes little-endian per variable. @throws ProverError `bad-input`, `unsatisfied` */
  calculate(signals: Signals): Uint8Array;
}

/** @param code the circuit's .wasm; @param name for messages */
export async function witnessCalculator(code: Uint8Array<ArrayBuffer>, name: string): Promise<WitnessCalculator> {
  const nothing = (): void => undefined;
  const { instance } = await WebAssembly.instantiate(code, {
    runtime: {
      exceptionHandler(reason: number): never {
        if (reason === ASSERT_FAILED) throw new ProverError('unsatisfied', `${name}: the inputs do not satisfy the circuit`);
        throw new ProverError('bad-input', `${name}: the inputs are not those of the circuit (circom error ${reason})`);
      },
      printErrorMessage: nothing,
      writeBufferMessage: nothing,
      showSharedRWMemory: nothing,
    },
  });
  const wasm = instance.exports as unknown as CircomExports;
  if (wasm.getFieldNumLen32() !== WORDS) throw new ProverError('bad-key', `${name}: expected a circuit over BN254`);
  const inputCount = wasm.getInputSize();

  const readShared = (): bigint => {
    let value = 0n;
    for (let i = WORDS - 1; i >= 0; i--) value = (value << 32n) | BigInt(wasm.readSharedRWMemory(i) >>> 0);
    return value;
  };
  wasm.getRawPrime();
  if (readShared() !== FIELD_ORDER) throw new ProverError('bad-key', `${name}: expected a circuit over BN254`);

  function setSignal(signal: string, values: readonly unknown[]): number {
    const [high, low] = signalHash(signal);
    if (wasm.getInputSignalSize(high, low) !== values.length)
      throw new ProverError('bad-input', `${name}: signal ${signal} is unknown or has another number of values`);
    values.forEach((value, index) => {
      if (!isFieldDecimal(value)) throw new ProverError('bad-input', `${name}: signal ${signal} is not a canonical field element`);
      let rest = BigInt(value);
      for (let word = 0; word < WORDS; word++, rest >>= 32n) wasm.writeSharedRWMemory(word, Number(rest & 0xffff_ffffn) | 0);
      wasm.setInputSignal(high, low, index); // the last one computes the witness
    });
    return values.length;
  }

  return {
    calculate(signals) {
      wasm.init(0);
      let given = 0;
      for (const [signal, value] of Object.entries(signals)) given += setSignal(signal, Array.isArray(value) ? value : [value]);
      if (given !== inputCount) throw new ProverError('bad-input', `${name}: ${given} of ${inputCount} input values were given`);
      const size = wasm.getWitnessSize();
      const words = new Uint32Array(size * WORDS);
      for (let i = 0; i < size; i++) {
        wasm.getWitness(i);
        for (let word = 0; word < WORDS; word++) words[i * WORDS + word] = wasm.readSharedRWMemory(word);
      }
      return new Uint8Array(words.buffer);
    },
  };
}

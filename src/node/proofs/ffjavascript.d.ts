// What this project calls of ffjavascript 0.3 (no types of its own). Points and field elements are buffers in Montgomery form,
// little-endian.
declare module 'ffjavascript' {
  export interface Field {
    readonly n8: number;
    readonly s: number;
    readonly one: Uint8Array;
    readonly w: Uint8Array[];
    readonly shift: Uint8Array;
    e(value: bigint | number): Uint8Array;
    mul(a: Uint8Array, b: Uint8Array): Uint8Array;
    neg(a: Uint8Array): Uint8Array;
    fft(values: Uint8Array): Promise<Uint8Array>;
    ifft(values: Uint8Array): Promise<Uint8Array>;
    batchApplyKey(values: Uint8Array, first: Uint8Array, increment: Uint8Array): Promise<Uint8Array>;
    toObject(a: Uint8Array): bigint;
  }
  export interface Group {
    readonly zero: Uint8Array;
    readonly g: Uint8Array;
    add(a: Uint8Array, b: Uint8Array): Uint8Array;
    neg(a: Uint8Array): Uint8Array;
    eq(a: Uint8Array, b: Uint8Array): boolean;
    isZero(a: Uint8Array): boolean;
    timesScalar(a: Uint8Array, scalar: Uint8Array): Uint8Array;
    timesFr(a: Uint8Array, scalar: Uint8Array): Uint8Array;
    toAffine(a: Uint8Array): Uint8Array;
    fromObject(a: unknown): Uint8Array;
    toObject(a: Uint8Array): unknown;
    multiExpAffine(bases: Uint8Array, scalars: Uint8Array): Promise<Uint8Array>;
  }
  export interface Task {
    cmd: string;
    var?: number;
    out?: number;
    buff?: Uint8Array;
    len?: number;
    fnName?: string;
    params?: ({ var: number } | { val: number })[];
  }
  export interface Curve {
    readonly Fr: Field;
    readonly G1: Group;
    readonly G2: Group;
    readonly tm: {
      queueAction(task: Task[]): Promise<Uint8Array[]>;
      /** in a curve of one thread: the module itself, and its memory */
      readonly instance: { readonly exports: Readonly<Record<string, (...args: number[]) => void>> };
      readonly memory: WebAssembly.Memory;
      u8: Uint8Array;
      u32: Uint32Array;
      alloc(bytes: number): number;
      setBuff(at: number, bytes: Uint8Array): void;
      getBuff(at: number, bytes: number): Uint8Array;
    };
    pairingEq(...points: Uint8Array[]): Promise<boolean>;
    terminate(): Promise<void>;
  }
  export function buildBn128(singleThread?: boolean): Promise<Curve>;
}

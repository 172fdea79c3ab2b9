/**
 * The vector files with their shapes, for those tests that read them: integers that may exceed 53 bits and field elements are decimal
 * strings, bytes are hex, an address is the 20 bytes of it.
 */
import { readFileSync } from 'node:fs';
import type { Kind } from '../../src/protocol/meter/context.ts';
import type { HedgeLabel } from '../../src/protocol/meter/hedge.ts';
import type { ReportJson, StatementJson } from '../../src/protocol/meter/json.ts';
import type { OperatorCase } from './operator.ts';
import type { RegisterCase } from './registers.ts';

interface Carrier {
  chainId: string;
  meter: string;
  keyEpoch: number;
}
interface Transaction {
  secretKey: string;
  publicKey: string;
  address: string;
  chainId: string;
  accountNumber: string;
  sequence: string;
  timeoutHeight: string;
  memo: string;
  gasLimit: string;
  messages: { typeUrl: string; value: string }[];
  tx: string;
  hash: string;
}

interface RefusedPlaintext extends Carrier {
  name: string;
  kind: 'report' | 'statement';
  at: number;
  plaintext: string;
  code: string;
  field: string;
}
interface RefusedBox {
  name: string;
  nodeSecret: string;
  nodeKey: string;
  sealed: string;
  code: string;
  field: string;
}

/** A household's day and everything that is hidden or shown of it. */
export interface MemberVector {
  member: string;
  address: string;
  importWh: number[];
  exportWh: number[];
  importStart: string;
  exportStart: string;
  blinding: string;
  k: string;
  v: string;
  s: string;
  u0: string;
  u1: string;
  meterTag: string;
  meterDay: string;
  root: string;
  C: string;
  K: string;
  B: string;
  L0: string;
  L1: string;
  S: string;
  amountNel: string;
  reportContext: string;
  statementContext: string;
}

interface RealDay {
  chainId: string;
  gridId: string;
  day: number;
  keyEpoch: number;
  tick: number;
  tariff: { retailNelPerWh: number[]; feedInNelPerWh: number[]; feePerDayNel: string };
  p4: { inputs: string[]; out: string }[];
  bookHash: string;
  rho: string;
  totals: { importWh: number[]; exportWh: number[] };
  prices: { buyNelPerWh: number[]; sellNelPerWh: number[] };
  gridDay: string;
  maskSum: string;
  x: string;
  X: string;
  sumS: string;
  members: MemberVector[];
}

interface KeyVector {
  name: string;
  circuit: string;
  publicInputs: number;
  alpha: string;
  beta: string;
  gamma: string;
  delta: string;
  ic: string;
}

interface VectorFiles {
  operator: { digests: { nodeKey: string; rotation: string }; cases: OperatorCase[] };
  registers: { cases: RegisterCase[] };
  'verification-keys': { keys: (KeyVector & { id: string })[]; refused: (KeyVector & { field: string })[] };
  clock: {
    what: string;
    start_unix_s: number;
    rate: number;
    genesis_unix_s: number;
    time_unix_s: number;
    time_nanos: number;
    chain_unix_s: number;
  }[];
  commitments: {
    cases: {
      chainId: string;
      meter: string;
      statement: StatementJson;
      gridId: string;
      meterTag: string;
      meterDay: string;
      registers: string;
      root: string;
      commitment: string;
    }[];
  };
  contexts: { cases: (Carrier & { kind: Kind; at: number; context: string })[] };
  encodings: {
    reports: (Carrier & { report: ReportJson; plaintext: string })[];
    statements: (Carrier & { statement: StatementJson; plaintext: string })[];
  };
  hedge: { cases: { label: HedgeLabel; secret: string; random: string; plaintext: string; hedge: string }[] };
  'protocol-v1': RealDay;
  refusals: { plaintexts: RefusedPlaintext[]; boxes: RefusedBox[]; nodeKeys: string[] };
  sealed: {
    nodeSecret: string;
    nodeKey: string;
    cases: { plaintext: string; ephemeralSecret: string; ephemeralKey: string; sealed: string }[];
  };
  transactions: { cases: Transaction[] };
}

export const readVectors = <Name extends keyof VectorFiles>(name: Name): VectorFiles[Name] =>
  JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as VectorFiles[Name];

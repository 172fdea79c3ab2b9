/** What the vectors are made of: edges of every range, and patterns in which no two bytes are alike. */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Report, Statement } from '../ts/src/index.ts';

export const bytesOf = (label: string): Uint8Array => sha256(utf8ToBytes(`electra/vectors/v1 ${label}`));
export const address = (label: string): Uint8Array => bytesOf(label).slice(0, 20);

export const CHAIN_ID = 'electra-rural-5eed0001';
const MAX_REGISTER = (1n << 56n) - 1n;
const series = (f: (i: number) => number): number[] => Array.from({ length: 96 }, (_, i) => f(i));
const quiet = series(() => 0);

export const ORIGINS = [
  { chainId: CHAIN_ID, meter: address('meter a'), keyEpoch: 3 },
  { chainId: 'electra-town-00c0ffee', meter: address('meter b'), keyEpoch: 0xffff_ffff },
  { chainId: 'e', meter: new Uint8Array(20), keyEpoch: 0 },
];

export const REPORTS: Report[] = [
  { slot: 1_981_055, importRegisterWh: 29_172_000n, exportRegisterWh: 41n, powerW: 2444, flags: 0 },
  { slot: 0, importRegisterWh: 0n, exportRegisterWh: 0n, powerW: 0, flags: 0 },
  { slot: 0xffff_ffff, importRegisterWh: MAX_REGISTER, exportRegisterWh: MAX_REGISTER, powerW: -(2 ** 31), flags: 0xffff },
  { slot: 1_981_056, importRegisterWh: 0x0102030405_0607n, exportRegisterWh: 0x08090a0b0c_0d0en, powerW: 2 ** 31 - 1, flags: 0x0102 },
];

export const STATEMENTS: Statement[] = [
  {
    day: 20_635,
    importStartWh: 0n,
    exportStartWh: 0n,
    importWh: series((i) => 500 + 7 * i),
    exportWh: series((i) => Math.max(0, 40 - Math.abs(48 - i)) ** 2),
    blinding: bytesOf('blinding a').slice(0, 31),
    flags: 0,
  },
  { day: 0, importStartWh: 0n, exportStartWh: 0n, importWh: quiet, exportWh: quiet, blinding: new Uint8Array(31), flags: 0 },
  {
    day: 0xffff_ffff,
    importStartWh: MAX_REGISTER - 96n * 0xfffffn,
    exportStartWh: MAX_REGISTER,
    importWh: series(() => 0xfffff),
    exportWh: quiet,
    blinding: new Uint8Array(31).fill(0xff),
    flags: 0xffff,
  },
  {
    day: 20_636,
    importStartWh: 0x0102030405_0607n,
    exportStartWh: 0x08090a0b0c_0d0en,
    importWh: series((i) => i * 256 + 1),
    exportWh: series((i) => 0xfffff - i * 9999),
    blinding: bytesOf('blinding b').slice(0, 31),
    flags: 0x0102,
  },
];

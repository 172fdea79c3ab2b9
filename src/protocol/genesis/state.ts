/** Who is in a genesis, and at what prices. */
import type { Tariff } from '../day/prices.ts';

/** lastDay null: not retired. serviceDay null: not in service yet, as in every fresh genesis. consensusKey null: a light meter. */
export interface GenesisMeter {
  meter: string;
  member: string;
  firstDay: number;
  lastDay: number | null;
  serviceDay: number | null;
  maxWhPerSlot: number;
  consensusKey: Uint8Array | null;
  enrolledHeight: number;
}

/** signature: the operator's; null before it is signed */
export interface GenesisNodeKey {
  epoch: number;
  key: Uint8Array;
  height: number;
  effectiveUnixS: number;
  signature: Uint8Array | null;
}

export type GenesisTariff = Tariff & { fromDay: number; height: number };

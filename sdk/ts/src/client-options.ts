/** What a MeterClient is given, and what it says of itself. */
import type { Signer } from '../../../src/protocol/messages/sign.ts';
import type { MeterChain } from './chain.ts';
import type { Outfit } from './node-key.ts';
import type { SentCounts } from './outbox.ts';
import type { SenderEvent } from './sender.ts';
import type { MeterStore } from './store.ts';

export interface MeterClientOptions {
  chainId: string;
  chain: MeterChain;
  /** Whose keys this meter seals to: what it learned when it was outfitted, and takes from no node. */
  outfit: Outfit;
  store: MeterStore;
  /** The meter's secp256k1 key: 32 bytes, or a signer in a secure element (then `deviceSecret` is needed). */
  key: Uint8Array | Signer;
  /** 32 bytes that never leave the device; default: the key itself. */
  deviceSecret?: Uint8Array;
  /** The most that the meter's connection can carry each way in a slot, as it is enrolled: what is above is refused. Default 2^20 − 1. */
  maxWhPerSlot?: number;
  /** Where the display begins again at 0 (6 digits of kWh: 1,000,000,000 Wh). Registers are counted on across it. Default: nowhere. */
  rollsOverAtWh?: bigint;
  nowMs?: () => number;
  /** Milliseconds of a clock that nobody sets, for all that is waited for. Default: performance.now. */
  monotonicMs?: () => number;
  random?: (length: number) => Uint8Array;
  /** Blocks after which a lost transaction's items are sent anew. Default 100. */
  timeoutBlocks?: number;
  /** Default 15,000. */
  rebroadcastMs?: number;
  /** How often an inclusion is looked for where the chain gives no hint. Default 1000. */
  pollMs?: number;
  /** Longest wait between tries. Default 5 minutes. */
  backoffMaxMs?: number;
  /** For how many days what was stated is kept for `exportDays`; about 1.5 kB each. Default 400. */
  keepStatementsDays?: number;
  onEvent?: (event: SenderEvent) => void;
}

export interface MeterStatus {
  meter: string;
  queued: SentCounts;
  /** The newest slot whose registers were recorded: where a device goes on after a restart. */
  newestSlot: number | undefined;
  /** Readings of slots ahead of the chain's clock, which wait for it: this device's clock may be wrong. */
  heldBack: number;
  inFlight: { hash: string; messages: number; sinceUnixS: number } | undefined;
  sent: SentCounts;
  deadLetters: number;
  /** Days that can't be closed because registers are missing: the slots whose end is needed (the one before the first: 00:00). */
  incompleteDays: { day: number; missingSlots: number[] }[];
  /** Days that the operator disputed: billed by a substitute, not by what this meter stated. Oldest first. */
  disputedDays: { day: number; reason: string }[];
  /** Days that were stated and are on the chain by a node's word, but not on their frozen roster. */
  missingDays: number[];
  lastError: { code: string; message: string; unixS: number } | undefined;
}

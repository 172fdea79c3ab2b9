/** What the page and its worker say to each other. */
import type { BillName, OwnVerdict, Verdict } from '../../../src/reader/index.ts';

/** Where a bundle comes from: an archive, or the files of a folder with their paths inside it. */
export type Source =
  | { name: string; zip: Uint8Array<ArrayBuffer> }
  | { name: string; files: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] };

export interface CheckRequest {
  id: number;
  source: Source;
  /** accept keys with which whoever made them can forge: for demonstrations */
  developmentKeys: boolean;
  /** SHA-256 of the genesis that the reader trusts, hex */
  genesisHash?: string;
  /** text of what an earlier audit saved */
  since?: string;
  /** with a main chain's bundle: those of communities, which are audited too */
  communities?: readonly Source[];
  /** with a community's bundle: that of the main chain on which it shares, which is audited and compared */
  main?: Source;
}

export interface Checked {
  chain: 'community' | 'main';
  verdict: Verdict;
  /** the verdict as the command line prints it */
  text: string;
  /** what the next audit goes on from; null unless this one passed */
  resume: string | null;
  /** bills of the latest versions of all audited days, and prices: 96 to buy and 96 to sell a day */
  bills: number;
  prices: number;
  /** of each audited day: SHA-256 of its book's first version, hex, and how many versions there were */
  books: Readonly<Record<string, { hash: string | null; versions: number }>>;
  /** whether keys with which whoever made them can forge are in it, and the reader accepted them or did not */
  developmentKeys: 'none' | 'refused' | 'accepted';
  /** CPU time can't be had in a page: time from the first file to the verdict */
  tookMs: number;
}

/** What a member's own check is of: the day's bundle, what the meter stated, and what the operator delivered. */
export interface OwnInputs {
  name: string;
  zip: Uint8Array<ArrayBuffer>;
  meterExport: string;
  /** the month's signed invoice, or else … */
  invoice?: string;
  /** … the openings of single bills */
  openings?: string;
}

export interface OwnRequest {
  id: number;
  own: OwnInputs;
  /** the bill that the page shows: a node that answers with another one's files has not answered */
  about: BillName;
  /** verify everybody's proofs too, not the own meter's alone */
  everybody: boolean;
  /** SHA-256 of the genesis that the reader has pinned, hex */
  genesisHash?: string;
  developmentKeys: boolean;
}

export interface OwnChecked {
  verdict: OwnVerdict;
  /** as the command line prints it */
  text: string;
  /** files that prove a false bill to anybody */
  evidence: readonly { name: string; text: string }[];
  refusedDevelopmentKeys: boolean;
  tookMs: number;
}

/** The audit on several cores: ports of those who help, or the port of whom one helps. */
export type CoresRequest = { helpers: readonly MessagePort[] } | { helps: MessagePort };

/** The member's check is loaded before it is asked for: then it needs the network no more either. */
export interface PrepareRequest {
  prepare: 'own';
}

/** `ready`: the worker is loaded and needs the network no more; `elsewhere`: a bundle is for the worker of main chains. */
export type CheckAnswer =
  | { id: 0; ready: true }
  | { id: number; checked: Checked | OwnChecked }
  | { id: number; elsewhere: 'main' }
  | { id: number; refused: { code: string; message: string } };

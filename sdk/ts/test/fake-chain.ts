/**
 * A chain in memory that keeps x/meter's rules as far as a meter can feel them: sequences, one report per slot, one statement per day, key
 * epochs, timeout heights, and a mempool from which blocks are made by hand. Tests script its faults; it checks every box it includes.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { AuthInfo, TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { encodeRoster } from '../../../src/protocol/day/roster.ts';
import {
  type AccountState,
  boxPublicKey,
  type ChainStatus,
  decodeReport,
  decodeStatement,
  fieldFromBytes,
  keySigner,
  type MeterChain,
  MsgCloseDay,
  MsgReport,
  nodeKeyDigest,
  openBox,
  type Report,
  RpcError,
  type Statement,
  type state,
  type TxAnswer,
  type TxFound,
  txHash,
  type UsedSlots,
} from '../src/index.ts';

export interface Included {
  height: number;
  report?: Report;
  statement?: Statement;
  commitment?: Uint8Array;
  sealed: Uint8Array;
  keyEpoch: number;
}

/** The address of ./meter.ts. */
const METER = keySigner(new Uint8Array(32).fill(0x11)).address;
/** Whose keys the meters of this chain seal to. */
export const OPERATOR_KEY = new Uint8Array(32).fill(0x5e);
const IDENTITY = { chainId: 'electra-fake-00000001', genesisHash: new Uint8Array(32).fill(0x9e) };
export const OUTFIT = { operator: keySigner(OPERATOR_KEY).address, genesisHash: IDENTITY.genesisHash };
export const signed = (digest: Uint8Array, by = OPERATOR_KEY): Uint8Array => secp256k1.sign(digest, by, { prehash: false, lowS: true });

const OK: TxAnswer = { code: 0, codespace: '', log: '' };
const refuse = (codespace: string, code: number, log: string): TxAnswer => ({ code, codespace, log });

export class FakeChain implements MeterChain {
  readonly chainId = IDENTITY.chainId;
  height = 10;
  chainUnixS: number;
  sequence = 0n;
  enrolled = true;
  firstDay = 0;
  indexing = true;
  /** Refuses these items with this answer, as a rule that the client does not know. */
  readonly oddities = new Map<string, TxAnswer>();
  readonly included = new Map<string, Included>();
  readonly #secrets = new Map<number, Uint8Array>();
  readonly #keys: state.NodeKey[] = [];
  readonly #results = new Map<string, TxFound>();
  #mempool: Uint8Array[] = [];
  /** Messages of every transaction that was ever handed in, for counting. */
  broadcasts: string[][] = [];
  oldestEpoch = 1;
  readonly disputed: { day: number; meter: string; reason: string }[] = [];

  constructor(chainUnixS: number) {
    this.chainUnixS = chainUnixS;
    this.publishKey();
  }

  publishKey(by = OPERATOR_KEY): void {
    const epoch = this.#keys.length + 1;
    const secret = new Uint8Array(32).fill(epoch);
    this.#secrets.set(epoch, secret);
    this.#keys.push({
      epoch,
      key: boxPublicKey(secret),
      height: BigInt(this.height),
      effectiveUnixS: BigInt(this.chainUnixS),
      signature: signed(nodeKeyDigest(IDENTITY, epoch, boxPublicKey(secret)), by),
    });
  }

  /** Makes a block of what is in the mempool. */
  makeBlock(): void {
    this.height++;
    const mempool = this.#mempool;
    this.#mempool = [];
    for (const bytes of mempool) {
      if (this.#check(bytes).code !== 0) continue; // a proposer leaves it out
      const hash = txHash(bytes);
      this.sequence++;
      for (const message of messagesOf(bytes)) this.#include(message);
      this.#results.set(hash, { ...OK, height: this.height });
    }
  }

  dropMempool(): void {
    this.#mempool = [];
  }

  #include({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): void {
    if (typeUrl.endsWith('MsgReport')) {
      const { meter, slot, keyEpoch, sealed } = MsgReport.decode(value);
      const report = decodeReport(this.#open(sealed, keyEpoch), { chainId: this.chainId, meter, at: slot, keyEpoch });
      this.#put(`r/${slot}`, { height: this.height, report, sealed, keyEpoch });
    } else {
      const { meter, day, keyEpoch, sealed, commitment } = MsgCloseDay.decode(value);
      const statement = decodeStatement(this.#open(sealed, keyEpoch), { chainId: this.chainId, meter, at: day, keyEpoch });
      this.#put(`s/${day}`, { height: this.height, statement, commitment, sealed, keyEpoch });
    }
  }

  #open(sealed: Uint8Array, epoch: number): Uint8Array {
    return openBox(sealed, this.#keys[epoch - 1].key, this.#secrets.get(epoch)!);
  }

  #put(id: string, included: Included): void {
    if (this.included.has(id)) throw new Error(`${id} was included twice`);
    this.included.set(id, included);
  }

  #check(bytes: Uint8Array): TxAnswer {
    const { bodyBytes, authInfoBytes } = TxRaw.decode(bytes);
    const { timeoutHeight } = TxBody.decode(bodyBytes);
    if (!this.enrolled) return refuse('meter', 2, 'stranger');
    if (timeoutHeight !== 0n && BigInt(this.height) > timeoutHeight) return refuse('sdk', 30, 'timeout height');
    if (AuthInfo.decode(authInfoBytes).signerInfos[0].sequence !== this.sequence) return refuse('sdk', 32, 'account sequence mismatch');
    const seen = new Set<string>();
    for (const message of messagesOf(bytes)) {
      const id = idOf(message);
      const at = Number(id.slice(2));
      const isReport = id.startsWith('r/');
      const { keyEpoch } = isReport ? MsgReport.decode(message.value) : MsgCloseDay.decode(message.value);
      if (this.oddities.has(id)) return this.oddities.get(id)!;
      if (keyEpoch > this.#keys.length) return refuse('meter', 30, 'key epoch not published');
      if (keyEpoch < this.oldestEpoch) return refuse('meter', 31, 'key epoch no longer accepted');
      if ((isReport ? at / 96 : at) < this.firstDay) return refuse('meter', 26, 'before the first day');
      if ((at + 1) * (isReport ? 900 : 86400) > this.chainUnixS) return refuse('meter', isReport ? 21 : 24, 'not over yet');
      if (this.included.has(id) || seen.has(id)) return refuse('meter', isReport ? 20 : 23, 'already there');
      seen.add(id);
    }
    return OK;
  }

  async status(): Promise<ChainStatus> {
    return { height: this.height, chainUnixS: this.chainUnixS };
  }
  async nodeKeys(): Promise<state.NodeKey[]> {
    return [...this.#keys];
  }
  /** The operators after the first, by n − 1. */
  readonly rotated: state.Rotation[] = [];
  async rotations(): Promise<state.Rotation[]> {
    return [...this.rotated];
  }
  async account(): Promise<AccountState | undefined> {
    return this.enrolled ? { accountNumber: 7n, sequence: this.sequence } : undefined;
  }

  async used(_meter: string, fromSlot: number, toSlot: number): Promise<UsedSlots> {
    const at = (prefix: string) => [...this.included.keys()].filter((id) => id.startsWith(prefix)).map((id) => Number(id.slice(2)));
    return {
      height: this.height,
      slots: new Set(at('r/').filter((slot) => slot >= fromSlot && slot <= toSlot)),
      days: new Set(at('s/').filter((day) => day >= Math.floor(fromSlot / 96) && day <= Math.floor(toSlot / 96))),
    };
  }

  async commitment(_meter: string, day: number): Promise<Uint8Array | undefined> {
    return this.included.get(`s/${day}`)?.commitment;
  }

  /** Days whose roster is frozen: with what is included, of the one meter that sends here. */
  readonly frozen = new Set<number>();
  async roster(day: number): Promise<Uint8Array | undefined> {
    if (!this.frozen.has(day)) return undefined;
    const commitment = this.included.get(`s/${day}`)?.commitment;
    return encodeRoster({ day, meters: [{ meter: METER, commitment: commitment ? fieldFromBytes(commitment, 'commitment') : null }] });
  }

  async disputes(day: number): Promise<{ meter: string; reason: string }[]> {
    return this.disputed.filter((one) => one.day === day);
  }

  async broadcast(txBytes: Uint8Array): Promise<TxAnswer> {
    this.broadcasts.push(messagesOf(txBytes).map(idOf));
    if (this.#mempool.some((bytes) => txHash(bytes) === txHash(txBytes))) return OK;
    const answer = this.#check(txBytes);
    if (answer.code === 0) this.#mempool.push(txBytes);
    return answer;
  }

  async tx(hash: string): Promise<TxFound | undefined> {
    if (!this.indexing) throw new RpcError('answer', 'tx: transaction indexing is disabled');
    return this.#results.get(hash);
  }
}

export const messagesOf = (bytes: Uint8Array) => TxBody.decode(TxRaw.decode(bytes).bodyBytes).messages;
const idOf = ({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): string =>
  typeUrl.endsWith('MsgReport') ? `r/${MsgReport.decode(value).slot}` : `s/${MsgCloseDay.decode(value).day}`;

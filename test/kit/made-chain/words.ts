/**
 * What else can be said on a chain, each kind of message at least once and each event of a block's end, in an order in which it means
 * something: what two runtimes are compared over (interop/subquery). Nothing of it touches the meters whose rosters the story knows.
 */
import { toBech32 } from '@cosmjs/encoding';
import type { EncodedMessage } from '../../../sdk/ts/src/index.ts';
import { mainTypes, mainTypeUrlOf } from '../../../src/protocol/messages/main-messages.ts';
import { MAIN_MESSAGES, type MainMessageName } from '../../../src/protocol/messages/main-table.ts';
import { ADDRESS_PREFIX } from '../../../src/protocol/values/address.ts';
import { encodeMessage, message } from '../chain.ts';
import { BLOCK_S, BLOCKS_PER_DAY, DELAY_S, FIRST_DAY, type MadeMeter } from './genesis.ts';
import type { SeededRandom } from './random.ts';

export interface BlockEvent {
  type: string;
  attributes: { key: string; value: string; index: boolean }[];
}
export interface Said {
  txs: { meter: Pick<MadeMeter, 'address'>; message: EncodedMessage }[];
  events: BlockEvent[];
}

/** The first block of them; changes and rotations are due so many blocks later. */
const FIRST = 20;
const DUE = FIRST + 8 + DELAY_S / BLOCK_S;
const START_UNIX_S = FIRST_DAY * BLOCKS_PER_DAY * BLOCK_S;
const FAR_DAY = FIRST_DAY + 300;

const MAIN = new Map(mainTypes);

/** A message of meters, or one of the main chain. */
function encoded(name: string, value: Record<string, unknown>): EncodedMessage {
  if (!MAIN_MESSAGES.some((one) => one.name === name)) return encodeMessage(message(name, value));
  const typeUrl = mainTypeUrlOf(name as MainMessageName);
  const codec = MAIN.get(typeUrl)!;
  return { typeUrl, value: codec.encode(codec.fromPartial(value as never) as never).finish() };
}

type Words = readonly [signer: string, name: string, value: Record<string, unknown>][];

export class EveryWord {
  readonly #random: SeededRandom;
  readonly #validator: MadeMeter;
  readonly #light: MadeMeter;
  /** addresses that nobody else has */
  readonly #operator: string;
  readonly #next: string;
  readonly #retired: string;
  readonly #joining: string;

  constructor(meters: readonly MadeMeter[], random: SeededRandom) {
    this.#random = random;
    this.#validator = meters.find(({ consensusKey }) => consensusKey !== null)!;
    this.#light = meters.find(({ consensusKey }) => consensusKey === null)!;
    [this.#operator, this.#next, this.#retired, this.#joining] = Array.from({ length: 4 }, () =>
      toBech32(ADDRESS_PREFIX, random.bytes(20)),
    );
  }

  at(height: number): Said {
    const words = height === DUE ? this.#lastWords() : (this.#words()[height - FIRST] ?? []);
    return {
      txs: words.map(([address, name, value]) => ({ meter: { address }, message: encoded(name, value) })),
      events: height === DUE ? this.#events(height) : [],
    };
  }

  #words(): readonly Words[] {
    const [operator, next, retired, joining] = [this.#operator, this.#next, this.#retired, this.#joining];
    const { address: meter, member } = this.#light;
    const { address: validator } = this.#validator;
    const bytes = (length: number) => this.#random.bytes(length);
    const says = (name: string, value: Record<string, unknown>): Words[number] => [operator, name, { operator, ...value }];
    const day = FIRST_DAY;
    const closing = { meter: validator, day: FAR_DAY, keyEpoch: 1, commitment: Buffer.alloc(32, 1), sealed: bytes(715) };
    const prices = { retailNelPerWh: Array<bigint>(96).fill(310_000n), feedInNelPerWh: Array<bigint>(96).fill(-20_000n) };
    return [
      [
        says('EnrolMeter', { meter: retired, member, firstDay: FAR_DAY, maxWhPerSlot: 900 }),
        says('EnrolMeter', { meter: joining, member, firstDay: FAR_DAY, maxWhPerSlot: 100, consensusKey: bytes(32) }),
        says('PublishNodeKey', { epoch: 2, key: bytes(32), signature: bytes(64) }),
        says('SetTariff', { fromDay: FAR_DAY, rule: 'mid-market/1', ...prices, feePerDayNel: 1n }),
        says('SetPrices', { fromSlot: FAR_DAY * 96, retailNelPerWh: [2_000n, -40_000n], feedInNelPerWh: [0n, 80_000n] }),
      ],
      [
        says('RetireMeter', { meter: retired, lastDay: FAR_DAY + 1 }),
        says('DisputeDay', { meter, day, reason: 'commitment-mismatch' }),
        says('AnchorBook', { day, version: 1, bookHash: bytes(32), totals: bytes(32) }),
        [member, 'NoBill', { member, meter, day }],
      ],
      [
        says('FinalReading', { meter: retired, link: bytes(32) }),
        says('SetConsensusKey', { meter, key: bytes(32) }),
        says('RotateOperator', { n: 2, address: next, signature: bytes(64) }),
        says('ProveBook', { day, version: 1, part: 0, parts: 1, bytes: bytes(600) }),
        says('SetUplink', { fromDay: FAR_DAY, mainChainId: 'electra-main-5eed0002', mainGenesisHash: bytes(32), uplink: meter }),
        [member, 'WithdrawNoBill', { member, meter, day }],
      ],
      [
        [member, 'ObjectFinalReading', { member, meter: retired }],
        [validator, 'VetoValidator', { meter: validator, target: meter, end: false }],
        [validator, 'VetoValidator', { meter: validator, target: retired, end: true }], // nothing of it waits: it has no place
        [validator, 'VetoRotation', { meter: validator, n: 2 }],
        [validator, 'ReplaceOperator', { meter: validator, n: 2, address: operator }],
        [validator, 'LeaveValidators', { meter: validator }],
        [validator, 'CloseDay', { ...closing, evidence: bytes(90), netProof: bytes(128) }],
      ],
      ...this.#mainWords(),
    ];
  }

  /** What only a main chain takes. A runtime asks no chain: it has rows for whatever its chain has accepted. */
  #mainWords(): readonly Words[] {
    const [operator, next, treasury] = [this.#operator, this.#next, this.#retired];
    const { address: meter, member } = this.#light;
    const { address: validator } = this.#validator;
    const hash = this.#random.bytes(32);
    const money = (amountNel: bigint) => ({ treasury, uplink: meter, amountNel });
    const evidence = {
      signedHeader: hash,
      validators: [{ key: hash, power: 1n }],
      trustedValidators: [],
      storeProof: hash,
      proofs: [hash],
    };
    const terms = { operator, uplink: meter, chainId: 'electra-rural-00000001', genesisHash: hash, creditNel: 5n, members: 3 };
    const register: Words[number] = [operator, 'RegisterCommunity', { ...terms, checkpoint: evidence }];
    return [
      [
        register,
        [operator, 'ReplaceTreasury', { operator, uplink: meter, treasury }],
        [validator, 'Veto', { meter: validator, id: 1n }],
        [validator, 'Veto', { meter: validator, id: 9n }], // nothing of that number waits: it has no place
        [operator, 'RegisterAccount', { registrar: operator, address: treasury, kind: 'treasury' }],
        [treasury, 'RegisterAccount', { registrar: treasury, address: member, kind: 'member' }],
        [next, 'AttestReserve', { attestor: next, asOfUnixS: 5n, amountNel: 2n ** 61n, documentHash: hash }],
        [next, 'Mint', { issuer: next, to: treasury, amountNel: 2n ** 60n }],
      ],
      [
        [treasury, 'Send', { fromAddress: treasury, toAddress: member, amount: [{ denom: 'nelectra', amount: '1000000' }] }],
        [treasury, 'PayMember', { treasury, member, counter: 1n, amountNel: 10n ** 10n }],
        [treasury, 'Redeem', { holder: treasury, amountNel: 10n ** 7n, reference: 'IBAN 1' }],
        [treasury, 'Redeem', { holder: treasury, amountNel: 2n * 10n ** 7n, reference: 'IBAN 2' }],
        [next, 'ConfirmRedemption', { issuer: next, id: 1n, paymentHash: hash }],
        [next, 'RejectRedemption', { issuer: next, id: 2n, reason: 'legal-order' }],
        [next, 'Freeze', { guardian: next, account: member, reasonHash: hash }],
        [next, 'Unfreeze', { guardian: next, account: member, reasonHash: hash }],
        [next, 'Freeze', { guardian: next, account: treasury, reasonHash: hash }],
        [next, 'Pause', { guardian: next }],
        [next, 'Unpause', { guardian: next }],
      ],
      [
        [treasury, 'Deposit', money(10n ** 9n)],
        [treasury, 'Withdraw', money(10n ** 6n)],
        [operator, 'WithdrawFund', { operator, amountNel: 10n ** 6n }],
        [
          treasury,
          'Settle',
          {
            ...{ sender: treasury, fromDay: FIRST_DAY },
            entries: [
              { uplink: meter, amountNel: -3n, sumProof: hash },
              { uplink: validator, amountNel: 4n, sumProof: hash },
            ],
          },
        ],
        [next, 'RotateRole', { holder: next, role: 'issuer', address: member }],
        [next, 'RotateRole', { holder: next, role: 'guardian', address: operator }],
        [next, 'CancelRotation', { guardian: next, role: 'guardian' }],
        [validator, 'ReplaceRole', { meter: validator, role: 'attestor', address: member }],
        [meter, 'UpdateClient', { uplink: meter, evidence }],
        [operator, 'Resume', { operator, uplink: meter, checkpoint: evidence }],
      ],
    ];
  }

  /** In the block in which the community of the register comes into force. */
  #lastWords(): Words {
    const [uplink, meter] = [this.#light.address, this.#validator.address];
    const header = { signedHeader: Buffer.alloc(3, 1), validators: [], trustedValidators: [], storeProof: Buffer.alloc(0), proofs: [] };
    return [
      [this.#next, 'Conflict', { sender: this.#next, uplink, one: header, other: header }],
      [meter, 'Suspend', { meter, uplink }],
    ];
  }

  /** One that joins, one that was vetoed, a rotation in force; and one that nobody asked for. */
  #events(height: number): BlockEvent[] {
    const unix_s = String(START_UNIX_S + height * BLOCK_S);
    const event = (type: string, said: Record<string, string>): BlockEvent => ({
      type,
      attributes: Object.entries({ ...said, unix_s, mode: 'EndBlock' }).map(([key, value]) => ({ key, value, index: true })),
    });
    return [
      event('electra.validator_change', { meter: this.#joining, end: 'false', fate: 'applied' }),
      event('electra.validator_change', { meter: this.#light.address, end: 'false', fate: 'vetoed' }),
      event('electra.validator_change', { meter: this.#retired, end: 'true', fate: 'applied' }),
      event('electra.operator_rotated', { n: '2', address: this.#next, fate: 'applied', signed: 'true' }),
      event('electra.role_rotated', { role: 'issuer', address: this.#light.member, fate: 'applied', voted: 'false' }),
      event('electra.role_rotated', { role: 'attestor', address: this.#light.member, fate: 'moot', voted: 'true' }),
      event('electra.role_rotated', { role: 'guardian', address: this.#next, fate: 'applied', voted: 'false' }),
      event('electra.register_decided', { id: '1', uplink: this.#light.address, what: 'register', fate: 'applied' }),
      event('electra.register_decided', { id: '2', uplink: this.#light.address, what: 'treasury', fate: 'vetoed' }),
      event('electra.register_decided', { id: '7', uplink: this.#light.address, what: 'treasury', fate: 'applied' }),
      event('electra.suspended', { uplink: this.#light.address, why: 'conflict' }),
    ];
  }
}

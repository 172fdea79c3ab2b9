/**
 * What else can be said on a chain, each kind of message at least once and each event of a block's end, in an order in which it means
 * something: what two runtimes are compared over (interop/subquery). Nothing of it touches the meters whose rosters the story knows.
 */
import { toBech32 } from '@cosmjs/encoding';
import type { EncodedMessage } from '../../../sdk/ts/src/index.ts';
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
    const words = this.#words()[height - FIRST] ?? [];
    return {
      txs: words.map(([address, name, value]) => ({ meter: { address }, message: encodeMessage(message(name, value)) })),
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
      ],
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
    ];
  }
}

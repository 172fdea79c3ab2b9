/** Everything that goes wrong with telegrams, by chance: what is sent in place of a whole one. */
import type { Chance } from './random.ts';
import type { SimulatedSource } from './sources.ts';
import type { Shown } from './telegrams.ts';

export const FAULTS = [
  'torn',
  'glued',
  'flipped',
  'spike',
  'zero',
  'swapped',
  'stale',
  'lost',
  'other serial',
  'stamp of 1970',
  'stamp of the future',
  'odd',
  'new line',
  'restart',
  'power cut',
  'clock jumps',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What lasts: minutes to hours, and a week. */
export const LONG_FAULTS = [
  'silent for hours',
  'silent for a week',
  'disk full',
  'off for hours',
  'off, and back in 1970',
  'off, and back an hour off',
] as const;
export type LongFault = (typeof LONG_FAULTS)[number];

export class Faults {
  readonly #source: SimulatedSource;
  readonly #chance: Chance;
  #previous: Uint8Array | undefined;

  constructor(source: SimulatedSource, chance: Chance) {
    this.#source = source;
    this.#chance = chance;
  }

  short(): Fault {
    return this.#chance.of(FAULTS);
  }

  /** A week is rare. */
  long(): LongFault {
    const fault = this.#chance.of(LONG_FAULTS);
    return fault === 'silent for a week' && !this.#chance.oneIn(8) ? 'silent for hours' : fault;
  }

  whole(shown: Shown): Uint8Array {
    this.#previous = this.#source.write(shown);
    return this.#previous;
  }

  /** Undefined: nothing comes. */
  broken(fault: Fault, shown: Shown): Uint8Array | undefined {
    const source = this.#source;
    const before = this.#previous;
    const whole = this.whole(shown);
    switch (fault) {
      case 'torn':
        return whole.subarray(0, 1 + this.#chance.below(whole.length - 1));
      case 'glued':
        return source.isSummed ? Uint8Array.from([...whole.subarray(0, this.#chance.below(whole.length)), ...whole]) : undefined;
      case 'flipped': {
        const at = this.#chance.below(whole.length);
        return source.isSummed ? whole.map((byte, i) => (i === at ? byte ^ (1 << this.#chance.below(8)) : byte)) : undefined;
      }
      case 'spike':
        return source.write({ ...shown, importMilliWh: shown.importMilliWh + BigInt(1 + this.#chance.below(900)) * 1_000_000n });
      case 'zero':
        return source.write({ ...shown, importMilliWh: 0n });
      case 'swapped':
        return source.write({ ...shown, importMilliWh: shown.exportMilliWh, exportMilliWh: shown.importMilliWh });
      case 'stale':
        return source.isStamped ? before : undefined;
      case 'other serial':
        return source.write({ ...shown, serial: '1EMH0099999999' });
      case 'stamp of 1970':
        return source.isStamped ? source.write({ ...shown, unixS: 946_684_800 }) : undefined; // P1 writes two digits of a year
      case 'stamp of the future':
        return source.isStamped ? source.write({ ...shown, unixS: shown.unixS + 60 + this.#chance.below(2 ** 24) }) : undefined;
      case 'odd':
        return source.odd?.(shown);
      case 'new line':
        return source.newLine?.(shown) ?? whole;
      case 'lost':
        return undefined;
      default:
        return whole;
    }
  }
}

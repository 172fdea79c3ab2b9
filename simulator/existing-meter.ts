/** What stands on a household's existing meter now, by the machine's clock: a real profile, played year after year, which never falls. */
import type { Shown } from '../gateway/testing/telegrams.ts';
import { SLOT_S } from '../sdk/ts/src/index.ts';
import { loadCommunity, SimulatorError } from './profiles.ts';
import { SimulatedMeter } from './registers.ts';

/** Where counting began; by then the meter showed 0. */
const BEGAN_SLOT = Date.UTC(2020, 0, 1) / 1000 / SLOT_S;

export class ExistingMeter {
  readonly serial: string;
  readonly #importWh: bigint[] = [0n];
  readonly #exportWh: bigint[] = [0n];

  private constructor(serial: string) {
    this.serial = serial;
  }

  /** @throws SimulatorError for a household that is none of the community's */
  static async load(community: string, name: string, serial: string): Promise<ExistingMeter> {
    const { members, columns } = await loadCommunity(community);
    const member = members.find((one) => one.member === name);
    if (!member) throw new SimulatorError('no-member', name, `one of ${members.map((one) => one.member).join(', ')}`);
    const [existing, meter] = [new ExistingMeter(serial), new SimulatedMeter(member, columns)];
    const rows = columns.get(member.loadProfile)!.length;
    for (let row = 0; row < rows; row++) {
      const { importRegisterWh, exportRegisterWh } = meter.advance(row);
      existing.#importWh.push(importRegisterWh);
      existing.#exportWh.push(exportRegisterWh);
    }
    return existing;
  }

  /** A straight line within each quarter-hour. */
  at(unixMs: number): Shown {
    const rows = this.#importWh.length - 1;
    const slot = Math.floor(unixMs / 1000 / SLOT_S) - BEGAN_SLOT;
    const [years, row] = [BigInt(Math.floor(slot / rows)), slot % rows];
    const part = BigInt(Math.floor(unixMs - (slot + BEGAN_SLOT) * SLOT_S * 1000));
    const counted = (wh: readonly bigint[]): bigint =>
      (years * wh[rows] + wh[row]) * 1000n + ((wh[row + 1] - wh[row]) * 1000n * part) / BigInt(SLOT_S * 1000);
    const net = this.#importWh[row + 1] - this.#importWh[row] - (this.#exportWh[row + 1] - this.#exportWh[row]);
    return {
      importMilliWh: counted(this.#importWh),
      exportMilliWh: counted(this.#exportWh),
      powerW: Number(net) * 4,
      unixS: Math.floor(unixMs / 1000),
      serial: this.serial,
    };
  }
}

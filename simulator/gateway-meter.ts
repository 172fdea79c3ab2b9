/**
 * A member whose meter is a gateway beside an existing meter. The existing meter is simulated down to its bytes: at each quarter-hour's
 * end its telegrams, of a protocol of the member's own, go through the gateway's parser, judge and interpolation, and what comes out is
 * recorded by the same client as any other meter's. The meter has counted before it came here, as existing meters have.
 */

import { Device, type Meter } from '../gateway/src/device.ts';
import { Clock } from '../gateway/src/slots/clock.ts';
import { type SimulatedSource, SOURCES } from '../gateway/testing/sources.ts';
import { dayToDate, firstSlot, type MeterClient, memoryStore, type Reading, SLOT_S } from '../sdk/ts/src/index.ts';

const BEGAN = { importMilliWh: 4_711_042_000n, exportMilliWh: 815_003_000n };
/** Seconds around a quarter-hour's end at which telegrams come. */
const AROUND_S = [-20, -10, 0, 10, 20] as const;

/** Sources that show each Wh, by their names. */
const FINE = Object.entries(SOURCES).filter(([, { stepMilliWh }]) => stepMilliWh <= 1_000n);

export interface GatewayMeterOptions {
  client: MeterClient;
  /** Which of the sources: the member's number in its community. */
  index: number;
  firstDay: number;
  maxWhPerSlot: number;
  warn: (message: string) => void;
}

export class GatewayMeter {
  readonly source: string;
  readonly #source: SimulatedSource;
  readonly #decoder: ReturnType<SimulatedSource['decoder']>;
  readonly #device: Device;
  readonly #serial: string;

  private constructor(device: Device, index: number) {
    [this.source, this.#source] = FINE[index % FINE.length];
    this.#decoder = this.#source.decoder();
    this.#device = device;
    this.#serial = `SIM${String(index).padStart(8, '0')}`;
  }

  static async open({ client, index, firstDay, maxWhPerSlot, warn }: GatewayMeterOptions): Promise<GatewayMeter> {
    const meter: Meter = {
      meter: client.meter,
      status: () => client.status(),
      startDay: (...start) => client.startDay(...start),
      recordAll: (readings) => client.recordAll(readings),
      run: async () => {}, // whoever has the client runs and closes it
      close: async () => {},
    };
    const clock = new Clock({ isSynchronized: async () => true });
    await clock.ask(performance.now());
    const [, { plan }] = FINE[index % FINE.length];
    const device = await Device.open({
      settings: { firstDate: dayToDate(firstDay), maxWhPerSlot, distanceS: 30, confirmations: 2, lagS: 60, registers: plan },
      clock,
      openMeter: async () => meter,
      openState: async () => memoryStore(),
      onEvent: ({ kind, message }) => {
        if (kind !== 'started' && kind !== 'plan') warn(message);
      },
    });
    const gateway = new GatewayMeter(device, index);
    if (client.status().newestSlot === undefined)
      gateway.say({ slot: firstSlot(firstDay) - 1, importRegisterWh: 0n, exportRegisterWh: 0n });
    await gateway.save();
    return gateway;
  }

  /** The telegrams around a slot's end. Nothing flows in the last seconds before it and the first behind it. */
  say(reading: Reading): void {
    const { importRegisterWh, exportRegisterWh, powerW = 0 } = reading;
    for (const atS of AROUND_S) {
      const unixMs = ((reading.slot + 1) * SLOT_S + atS) * 1000;
      const shown = this.#source.write({
        importMilliWh: BEGAN.importMilliWh + importRegisterWh * 1000n,
        exportMilliWh: BEGAN.exportMilliWh + exportRegisterWh * 1000n,
        powerW: atS === 0 ? powerW : 0,
        unixS: unixMs / 1000,
        serial: this.#serial,
      });
      const atMs = unixMs - (Date.now() - performance.now());
      for (const outcome of this.#decoder.push(shown, atMs)) this.#device.hear(outcome);
    }
  }

  save(): Promise<void> {
    return this.#device.save();
  }
}

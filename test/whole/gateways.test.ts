/**
 * A community of four whose meters are gateways, each on a real line of its own: P1 on a serial port, SML over TCP, SunSpec over Modbus,
 * Tasmota by a broker. Four days around the middle of a month, of real profiles:
 *
 *   day 0   all is well
 *   day 1   at noon, the existing meter on the serial port is exchanged: its gateway stops stating and says so. It ends with that day, by a
 *           final reading of its display; the new meter's gateway, with a key of its own, waits for midnight
 *   day 2   the new meter is in service
 *   day 3   all is well
 *
 * Every day is billed to the Wh, proven and audited.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Shown } from '../../gateway/testing/telegrams.ts';
import { dateToDay, dayToDate, firstSlot } from '../../sdk/ts/src/index.ts';
import { loadCommunity } from '../../simulator/profiles.ts';
import { SimulatedMeter } from '../../simulator/registers.ts';
import { testAccount } from '../kit/chain.ts';
import { electra } from '../kit/electra.ts';
import type { FleetMeter } from '../kit/fleet.ts';
import { Grid } from '../kit/grid.ts';
import { brokerLine, modbusLine, PlayedGateway, type PlayedLine, p1Line, smlLine } from '../kit/played-gateway.ts';

const FIRST = dateToDay('2026-09-14');
const DAYS = 4;
const FIRST_ROW = 96 * 170; // June: much sun
const MAX_WH = 10_000;
/** Seconds around a quarter-hour's end at which telegrams come; nothing flows between them. */
const AROUND_S = [-10, 0, 10, 20] as const;
/** Before the first midnight: three telegrams say which registers there are. */
const BEFORE_S = [-60, -50, -40, -30, -20] as const;
const EXCHANGE_SLOT = 96 + 48;
const LONG_MS = 240_000;

interface Household {
  /** registers at the end of each slot, in Wh, before the first one and on */
  importWh: bigint[];
  exportWh: bigint[];
}

let grid: Grid;
let newcomer: FleetMeter;
let lines: PlayedLine[] = [];
let gateways: PlayedGateway[] = [];
let successor: PlayedGateway;
let households: Household[] = [];

/** Members of a real grid, whose meters have counted before they came here. */
async function realHouseholds(): Promise<Household[]> {
  const { members, columns } = await loadCommunity('rural');
  return members.slice(0, 4).map((member, k) => {
    const meter = new SimulatedMeter(member, columns);
    const began = { importRegisterWh: 0n, exportRegisterWh: 0n };
    const ends = [began, ...Array.from({ length: 96 * DAYS }, (_, i) => meter.advance(FIRST_ROW + i))];
    const from = BigInt(1_000_003 * (k + 1));
    return {
      importWh: ends.map(({ importRegisterWh }) => importRegisterWh + from),
      exportWh: ends.map(({ exportRegisterWh }) => exportRegisterWh + from / 2n),
    };
  });
}

/** What stands on a household's meter; a new meter of the first household begins with what flowed since the exchange, and 7 Wh. */
function shownAt(k: number, end: number, atS: number, isNew: boolean): Shown {
  const { importWh, exportWh } = households[k];
  const since = (wh: bigint[]): bigint => (isNew ? wh[end] - wh[EXCHANGE_SLOT] + 7n : wh[end]);
  return {
    importMilliWh: since(importWh) * 1000n,
    exportMilliWh: since(exportWh) * 1000n,
    powerW: 0,
    unixS: (firstSlot(FIRST) + end) * 900 + atS,
    serial: isNew ? 'E0099000000000002' : `E004700000000000${k}`,
  };
}

const options = ({ account, firstDay }: Pick<FleetMeter, 'account' | 'firstDay'>) => ({
  chain: grid.chain,
  outfit: { operator: grid.chain.operator.address, genesisHash: grid.chain.genesisHash },
  key: account.privateKey,
  firstDay,
  maxWhPerSlot: MAX_WH,
});

async function playAll(): Promise<void> {
  let first = gateways[0];
  for (let end = 0; end <= 96 * DAYS; end++) {
    if (end === EXCHANGE_SLOT + 4) {
      // An hour after the exchange, its owner sets up the gateway anew: `electra-gateway setup --exchange`.
      await first.leave();
      first = successor = await PlayedGateway.open(lines[0], options(newcomer));
    }
    for (const atS of end === 0 ? [...BEFORE_S, ...AROUND_S] : AROUND_S)
      await Promise.all([first, ...gateways.slice(1)].map((one, k) => one.play(shownAt(k, end, atS, k === 0 && end > EXCHANGE_SLOT))));
  }
  await Promise.all([successor, ...gateways.slice(1)].map((gateway) => gateway.save()));
}

beforeAll(async () => {
  grid = await Grid.start({
    rate: 14_400,
    firstDay: FIRST,
    lastDay: FIRST + DAYS - 1,
    lightMeters: 3,
    maxWhPerSlot: MAX_WH,
    timeoutCommit: '150ms',
    params: {
      graceS: 172_800,
      graceBlocks: 2,
      lateS: 172_800,
      anchorDueS: 400 * 86_400,
      linkDueS: 800 * 86_400,
      validatorDelayS: 400 * 86_400,
    },
    plan: () => 'silent', // the gateways speak for them
  });
  const [first] = grid.fleet.meters;
  newcomer = { account: testAccount(), member: first.member, firstDay: FIRST + 2, lastDay: 2 ** 31, maxWhPerSlot: MAX_WH };
  await grid.operator('RetireMeter', { meter: first.account.address, lastDay: FIRST + 1 });
  await grid.operator('EnrolMeter', {
    meter: newcomer.account.address,
    member: newcomer.member.address,
    firstDay: newcomer.firstDay,
    maxWhPerSlot: MAX_WH,
    consensusKey: '',
  });
  households = await realHouseholds();
  lines = await Promise.all([p1Line(), smlLine(), modbusLine(), brokerLine()]);
  gateways = await Promise.all(grid.fleet.meters.map((meter, k) => PlayedGateway.open(lines[k], options(meter))));
}, 120_000);
afterAll(async () => {
  await Promise.all([successor, ...gateways].map((gateway) => gateway?.close()));
  for (const line of lines) await line.close();
  await grid?.stop();
});

const stated = (k: number, day: number) => {
  const of = (wh: bigint[]): number[] => Array.from({ length: 96 }, (_, slot) => Number(wh[96 * day + slot + 1] - wh[96 * day + slot]));
  return { source: 'metered', import_wh: of(households[k].importWh), export_wh: of(households[k].exportWh) };
};

describe('four gateways on lines of their own', () => {
  test(
    'are heard, and the one whose meter is exchanged stops and says so',
    async () => {
      await playAll();
      expect(gateways.map(({ stop }) => stop)).toEqual(['meter-exchanged', undefined, undefined, undefined]);
      expect(gateways[0].events.filter(({ kind }) => kind === 'stopped')).toEqual([
        { kind: 'stopped', message: expect.stringContaining("another meter's number") },
      ]);
      expect(gateways[0].client.status().newestSlot).toBe(firstSlot(FIRST) + EXCHANGE_SLOT - 1);
      expect(successor.stop).toBeUndefined();
    },
    LONG_MS,
  );

  test(
    'are billed to the Wh, before the exchange and behind it',
    async () => {
      await grid.released(DAYS - 1);
      for (let day = 0; day < DAYS; day++)
        for (const [k, meter] of grid.fleet.meters.entries()) {
          if (k === 0 && day === 1) continue;
          const [entry] = await grid.entries(k === 0 && day > 1 ? newcomer : meter, day);
          expect([k, day, entry]).toMatchObject([k, day, stated(k, day)]);
        }
    },
    LONG_MS,
  );

  test(
    'end with a final reading where a meter was taken away, so that nobody’s energy is lost',
    async () => {
      const [old] = grid.fleet.meters;
      const { importWh, exportWh } = households[0];
      await grid.until('the late roster of its last day is frozen', async () => {
        return (await grid.sql`select from chain.roster where day = ${FIRST + 1} and late`).count > 0;
      });
      // What the old display showed when it went, and what the new one has counted from then to midnight.
      const [read, fed] = [importWh, exportWh].map((wh) => wh[EXCHANGE_SLOT] + (wh[2 * 96] - wh[EXCHANGE_SLOT]));
      const args = ['--import-wh', String(read), '--export-wh', String(fed), '--data', grid.data.dir];
      const { code, err } = await electra('meter', 'final-reading', old.account.address, ...args);
      expect([code, err]).toEqual([0, '']);
      await grid.released(1, 2);
      const entries = await grid.entries(old, 1);
      expect(entries.map(({ source, version }) => [source, version])).toEqual([
        ['substitute', 1],
        ['substitute', 2],
      ]);
      expect(entries[1]).toMatchObject({ import_start_wh: importWh[96], import_end_wh: read, export_end_wh: fed });
      const [begins] = await grid.entries(newcomer, 2);
      expect(begins.import_start_wh).toBe(importWh[2 * 96] - importWh[EXCHANGE_SLOT] + 7n);
    },
    LONG_MS,
  );

  test(
    'pass a stranger’s audit, and each member owes what its bills say',
    async () => {
      const verdict = await grid.audit(0, 1, 2, 3);
      expect(verdict.checks.filter(({ status }) => status === 'failed' || status === 'unreadable' || status === 'open')).toEqual([]);
      expect(verdict).toMatchObject({ exitCode: 0, counts: { substitutes: 1, disputes: 0, openRuns: 0 } });
      expect(verdict.days).toEqual([0, 1, 2, 3].map((n) => dayToDate(FIRST + n)));
      for (const { balanceNel, billedNel } of await grid.accounts()) expect(balanceNel).toBe(billedNel);
    },
    LONG_MS,
  );
});

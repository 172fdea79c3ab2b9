/**
 * The month of plan.ts as it happens: a community of real meters on a real chain whose clock runs fast, with the node's own processes and
 * real proofs. While the chain goes on, four auditors export and audit one after the other, each going on from what the one before saved;
 * at the end a fifth audits the whole as one range. All by the command line, as an operator and an auditor would.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { submitAsOperator } from '../../../src/cli/operator/operator.ts';
import { dayToDate } from '../../../src/protocol/index.ts';
import { typeUrlOf } from '../../../src/protocol/messages/table.ts';
import { parseResume, type Resume, type Verdict } from '../../../src/reader/audit/index.ts';
import { readZip } from '../../../src/reader/zip.ts';
import { message } from '../chain.ts';
import { electra, scratch } from '../electra.ts';
import type { FleetMeter } from '../fleet.ts';
import { Grid } from '../grid.ts';
import { behaviourOf, lastDayOf, type MonthPlan, meterOf, PARTS, type Part } from './plan.ts';
import { realDays } from './profiles.ts';

const FIRST = 20_600;
const DAY_S = 86_400;
/** Real seconds for a statement to be in time, and as many again for a late one, however fast the clock is and however busy the machine. */
const PATIENCE_S = 12;
/** Twice what the largest roof of `rural` gives in a quarter-hour. */
const MAX_WH_PER_SLOT = 40_000;

/** One audit of the month: what it was given, what it said, what it saved. */
export interface Audited {
  files: Readonly<Record<string, string>>;
  verdict: Verdict;
  resume: Resume;
  /** the file that it saved it in */
  saved: string;
}

export class Month {
  readonly grid: Grid;
  readonly plan: MonthPlan;
  readonly audits: Audited[] = [];
  readonly #out = scratch('month');

  private constructor(grid: Grid, plan: MonthPlan) {
    this.grid = grid;
    this.plan = plan;
  }

  static async begin(plan: MonthPlan): Promise<Month> {
    const days = await realDays('rural', plan.from, plan.days);
    let grid: Grid | undefined;
    const partOf = (meter: FleetMeter): Part => PARTS[grid!.fleet.meters.indexOf(meter)];
    grid = await Grid.start({
      rate: plan.rate,
      firstDay: FIRST,
      lastDay: FIRST + plan.days - 1,
      lightMeters: PARTS.length - 1,
      maxWhPerSlot: MAX_WH_PER_SLOT,
      timeoutCommit: '150ms',
      params: {
        graceS: PATIENCE_S * plan.rate,
        graceBlocks: 40,
        lateS: PATIENCE_S * plan.rate,
        anchorDueS: 400 * DAY_S,
        linkDueS: 800 * DAY_S,
        validatorDelayS: 400 * DAY_S,
      },
      plan: (meter, day) => (grid ? behaviourOf(partOf(meter), day - FIRST, plan) : 'silent'),
      profile: (meter, day) => days[grid!.fleet.meters.indexOf(meter)][day - FIRST],
    });
    const month = new Month(grid, plan);
    for (const part of PARTS) {
      const meter = month.meter(part);
      meter.lastDay = FIRST + lastDayOf(part, plan);
    }
    const retire = ({ account, lastDay }: FleetMeter) => ({
      typeUrl: typeUrlOf('RetireMeter'),
      value: { meter: account.address, lastDay },
    });
    await submitAsOperator(grid.data, grid.fleet.meters.map(retire));
    return month;
  }

  stop = async (): Promise<void> => {
    await this.grid.stop();
    this.#out.remove();
  };

  meter = (part: Part): FleetMeter => this.grid.fleet.meters[meterOf(part)];
  address = (part: Part): string => this.meter(part).account.address;
  date = (n: number): string => dayToDate(FIRST + n);
  day = (n: number): number => FIRST + n;

  cli = async (...args: string[]) => electra(...args, '--json', '--data', this.grid.data.dir);

  /** Exports days and audits them, from what `since` saved: both as commands. */
  async audit(from: number, to: number, since?: string): Promise<Audited> {
    const name = `${this.audits.length}-${from}-${to}`;
    const [bundle, saved] = [join(this.#out.dir, `${name}.zip`), join(this.#out.dir, `${name}.json`)];
    const goesOn = since === undefined ? [] : ['--since', since];
    const exported = await this.cli('export', this.date(from), this.date(to), '--out', bundle, ...goesOn);
    if (exported.code !== 0) throw new Error(`export of days ${from} to ${to}: ${exported.err}`);
    const { out, err } = await electra('audit', bundle, '--json', '--development-keys', '--save', saved, ...goesOn);
    let verdict: Verdict;
    try {
      verdict = JSON.parse(out);
    } catch {
      throw new Error(`audit of days ${from} to ${to}: ${err}`);
    }
    const wrong = verdict.checks.filter(({ status }) => status === 'failed' || status === 'unreadable');
    if (wrong.length > 0) throw new Error(`audit of days ${from} to ${to}: ${JSON.stringify(wrong.slice(0, 5), null, 1)}`);
    const files = Object.fromEntries(readZip(readFileSync(bundle)));
    return { files, verdict, resume: parseResume(readFileSync(saved, 'utf8')), saved };
  }

  /** What the registers of a meter that ends silent showed at the end of its last day, read by hand and said by the operator. */
  async finalReading(part: Part): Promise<void> {
    const meter = this.meter(part);
    const { importStartWh, exportStartWh, importWh, exportWh } = this.grid.fleet.measured(meter, meter.lastDay);
    const end = (start: bigint, wh: readonly number[]) => String(wh.reduce((sum, one) => sum + BigInt(one), start));
    const registers = ['--import-wh', end(importStartWh, importWh), '--export-wh', end(exportStartWh, exportWh)];
    const { code, err } = await this.cli('meter', 'final-reading', meter.account.address, ...registers);
    if (code !== 0) throw new Error(`final reading of ${part}: ${err}`);
  }

  /** Says on the chain, as the member of a meter, that its final reading is wrong. */
  object = (part: Part) => {
    const { member, account } = this.meter(part);
    return this.grid.chain.send(member, [message('ObjectFinalReading', { member: member.address, meter: account.address })]);
  };

  /** Says on the chain, as the member of a meter, that a day's bill did not come. */
  noBill = (part: Part, n: number) => {
    const { member, account } = this.meter(part);
    return this.grid.chain.send(member, [message('NoBill', { member: member.address, meter: account.address, day: this.day(n) })]);
  };
}

/**
 * A day's quarter-hours: what was taken stands above the line, what was given below it. What came from neighbours is solid and what came
 * from outside is hatched, so that nobody needs to tell two colours apart; what no bill has yet is an outline. A quarter-hour that nobody
 * knows is a gap. The same numbers stand in a table.
 */
import { scaleLinear } from 'd3-scale';
import { SLOTS } from '../values/day-clock.ts';
import { Hours, Scale } from './axes.tsx';
import { useWidth } from './use-width.ts';

export interface SlotValue {
  slot: number;
  importWh: number;
  exportWh: number;
  /** Wh of what was taken that came from neighbours; null before the prices are known */
  localWh: number | null;
  provisional: boolean;
}

interface DayChartProps {
  date: string;
  slots: readonly SlotValue[];
  timeZone: string;
  locale: string;
  /** what the picture shows, in words */
  summary: string;
}

const HEIGHT = 190;
const MARGIN = { top: 24, right: 4, bottom: 22, left: 44 };
const WH_TO_KW = 4 / 1000; // a quarter-hour's energy as the power that it takes

/** Hatching, which tells energy from outside from that of neighbours. */
export function Patterns() {
  return (
    <defs>
      <pattern id="hatch-outside" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch-ground" width="4" height="4" />
        <line class="hatch-line" x1="0" y1="0" x2="0" y2="4" />
      </pattern>
    </defs>
  );
}

export function DayChart({ date, slots, timeZone, locale, summary }: DayChartProps) {
  const { box, width } = useWidth();
  const most = (key: 'importWh' | 'exportWh'): number => Math.max(0, ...slots.map((slot) => slot[key])) * WH_TO_KW;
  const [up, down] = [most('importWh'), most('exportWh')];
  const x = scaleLinear([0, SLOTS], [MARGIN.left, Math.max(MARGIN.left, width - MARGIN.right)]);
  const y = scaleLinear([-down, Math.max(up, down === 0 ? 1 : 0)], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4);
  const kW = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const ticks = y.ticks(4).map((tick) => [tick, kW.format(Math.abs(tick))] as const);
  const bar = { width: Math.max(1, x(1) - x(0) - 1) };
  const above = (fromKw: number, toKw: number) => ({ y: y(toKw), height: Math.max(0, y(fromKw) - y(toKw)) });
  return (
    <div ref={box} class="chart">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={summary}>
          <Patterns />
          <text class="tick" x={MARGIN.left - 6} y={MARGIN.top - 13} text-anchor="end">
            kW
          </text>
          <Scale ticks={ticks} y={y} left={MARGIN.left} right={width - MARGIN.right} />
          <Hours date={date} timeZone={timeZone} locale={locale} x={x} y={HEIGHT - 5} />
          {slots.map(({ slot, importWh, exportWh, localWh, provisional }) => {
            const taken = importWh * WH_TO_KW;
            const local = (localWh ?? 0) * WH_TO_KW;
            const kind = localWh === null ? `waiting${provisional ? ' provisional' : ''}` : 'outside';
            return (
              <g key={slot} transform={`translate(${x(slot)} 0)`}>
                {local > 0 && <rect class="local" {...bar} {...above(0, local)} />}
                {taken > local && <rect class={kind} {...bar} {...above(local, taken)} />}
                {exportWh > 0 && <rect class={`given${provisional ? ' provisional' : ''}`} {...bar} {...above(-exportWh * WH_TO_KW, 0)} />}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

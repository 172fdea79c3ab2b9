/** What pictures have in common: times below a day, and a scale at the left with lines across. */
import { clock, slotStartMs } from '../values/day-clock.ts';

const HOURS_SHOWN = [0, 6, 12, 18, 24];

interface HoursProps {
  date: string;
  timeZone: string;
  locale: string;
  /** where a quarter-hour begins */
  x: (slot: number) => number;
  y: number;
}

export const Hours = ({ date, timeZone, locale, x, y }: HoursProps) => (
  <>
    {HOURS_SHOWN.map((hour) => (
      <text key={hour} class="tick" x={x(hour * 4)} y={y} text-anchor={hour === 0 ? 'start' : hour === 24 ? 'end' : 'middle'}>
        {clock(slotStartMs(date, hour * 4), timeZone, locale)}
      </text>
    ))}
  </>
);

interface ScaleProps {
  /** each with its label */
  ticks: readonly (readonly [number, string])[];
  y: (tick: number) => number;
  left: number;
  right: number;
}

export const Scale = ({ ticks, y, left, right }: ScaleProps) => (
  <>
    {ticks.map(([tick, label]) => (
      <g key={tick}>
        <line class={tick === 0 ? 'axis' : 'grid'} x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
        <text class="tick" x={left - 6} y={y(tick)} dy="0.32em" text-anchor="end">
          {label}
        </text>
      </g>
    ))}
  </>
);

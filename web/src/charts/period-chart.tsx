/** Days or months as bars: taken above the line, of it from neighbours solid, given below. A bar with gaps in it is drawn open. */
import { scaleBand, scaleLinear } from 'd3-scale';
import { Scale } from './axes.tsx';
import { Patterns } from './day-chart.tsx';
import { useWidth } from './use-width.ts';

export interface PeriodBar {
  key: string;
  /** below the bar */
  label: string;
  importWh: bigint;
  exportWh: bigint;
  /** null before it is known */
  localWh: bigint | null;
  gaps: boolean;
}

const HEIGHT = 220;
const MARGIN = { top: 24, right: 4, bottom: 22, left: 44 };
/** of a digit at the axis, and of what stands between it and the bars */
const [DIGIT_PX, APART_PX] = [7.5, 10];
const LABEL_PX = 26;
const WIDEST_PX = 72;

const kWhOf = (wh: bigint): number => Number(wh) / 1000;

export function PeriodChart({ bars, locale, summary }: { bars: readonly PeriodBar[]; locale: string; summary: string }) {
  const { box, width } = useWidth();
  const up = Math.max(0, ...bars.map(({ importWh }) => kWhOf(importWh)));
  const down = Math.max(0, ...bars.map(({ exportWh }) => kWhOf(exportWh)));
  const y = scaleLinear([-down, Math.max(up, down === 0 ? 1 : 0)], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4);
  const kWh = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const ticks = y.ticks(4).map((tick) => [tick, kWh.format(Math.abs(tick))] as const);
  const left = Math.max(MARGIN.left, APART_PX + DIGIT_PX * Math.max(...ticks.map(([, label]) => label.length)));
  const x = scaleBand(
    bars.map(({ key }) => key),
    [left, Math.max(left, Math.min(width - MARGIN.right, left + bars.length * WIDEST_PX))],
  ).paddingInner(0.25);
  const every = Math.max(1, Math.ceil(LABEL_PX / Math.max(1, x.step())));
  const part = (from: number, to: number) => ({ width: x.bandwidth(), y: y(to), height: Math.max(0, y(from) - y(to)) });
  return (
    <div ref={box} class="chart" style={{ minHeight: `${HEIGHT}px` }}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={summary}>
          <Patterns />
          <text class="tick" x={left - 6} y={MARGIN.top - 13} text-anchor="end">
            kWh
          </text>
          <Scale ticks={ticks} y={y} left={left} right={width - MARGIN.right} />
          {bars.map(({ key, label, importWh, exportWh, localWh, gaps }, i) => {
            const [taken, given, local] = [kWhOf(importWh), kWhOf(exportWh), kWhOf(localWh ?? 0n)];
            const kind = localWh === null ? 'waiting' : 'outside';
            return (
              <g key={key} transform={`translate(${x(key)} 0)`}>
                {local > 0 && <rect class="local" {...part(0, local)} />}
                {taken > local && <rect class={gaps ? `${kind} provisional` : kind} {...part(local, taken)} />}
                {given > 0 && <rect class={gaps ? 'given provisional' : 'given'} {...part(-given, 0)} />}
                {i % every === 0 && (
                  <text class="tick" x={x.bandwidth() / 2} y={HEIGHT - 5} text-anchor="middle">
                    {label}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

/** Two prices through a day, as steps: a full line for taking and a broken one for giving, so that two colours need not be told apart. */
import { scaleLinear } from 'd3-scale';
import { price } from '../i18n/shown.ts';
import { clock, SLOTS, slotStartMs } from '../values/day-clock.ts';
import { useWidth } from './use-width.ts';

const HEIGHT = 170;
const MARGIN = { top: 10, right: 4, bottom: 22, left: 64 };
const HOURS_SHOWN = [0, 6, 12, 18, 24];

interface PriceChartProps {
  date: string;
  buyNelPerWh: readonly number[];
  sellNelPerWh: readonly number[];
  timeZone: string;
  locale: string;
  currency: string;
  /** what the picture shows, in words */
  summary: string;
}

export function PriceChart({ date, buyNelPerWh, sellNelPerWh, timeZone, locale, currency, summary }: PriceChartProps) {
  const { box, width } = useWidth();
  const x = scaleLinear([0, SLOTS], [MARGIN.left, Math.max(MARGIN.left, width - MARGIN.right)]);
  const top = Math.max(1, ...buyNelPerWh, ...sellNelPerWh);
  const y = scaleLinear([0, top], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(3);
  const line = (prices: readonly number[]): string =>
    prices.map((value, slot) => `${slot === 0 ? 'M' : 'L'}${x(slot)} ${y(value)}H${x(slot + 1)}`).join('');
  return (
    <div ref={box} class="chart" style={{ minHeight: `${HEIGHT}px` }}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={summary}>
          {y.ticks(3).map((tick) => (
            <g key={tick}>
              <line class={tick === 0 ? 'axis' : 'grid'} x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
              <text class="tick" x={MARGIN.left - 6} y={y(tick)} dy="0.32em" text-anchor="end">
                {price(tick, currency)}
              </text>
            </g>
          ))}
          {HOURS_SHOWN.map((hour) => (
            <text
              key={hour}
              class="tick"
              x={x(hour * 4)}
              y={HEIGHT - 5}
              text-anchor={hour === 0 ? 'start' : hour === 24 ? 'end' : 'middle'}
            >
              {clock(slotStartMs(date, hour * 4), timeZone, locale)}
            </text>
          ))}
          <path class="price taking" d={line(buyNelPerWh)} />
          <path class="price giving" d={line(sellNelPerWh)} />
        </svg>
      )}
    </div>
  );
}

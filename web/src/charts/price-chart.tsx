/** Two prices through a day, as steps: a full line for taking and a broken one for giving, so that two colours need not be told apart. */
import { scaleLinear } from 'd3-scale';
import { price } from '../i18n/shown.ts';
import { SLOTS } from '../values/day-clock.ts';
import { Hours, Scale } from './axes.tsx';
import { useWidth } from './use-width.ts';

const HEIGHT = 170;
const MARGIN = { top: 10, right: 4, bottom: 22, left: 64 };

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
  const ticks = y.ticks(3).map((tick) => [tick, price(tick, currency)] as const);
  const line = (prices: readonly number[]): string =>
    prices.map((value, slot) => `${slot === 0 ? 'M' : 'L'}${x(slot)} ${y(value)}H${x(slot + 1)}`).join('');
  return (
    <div ref={box} class="chart" style={{ minHeight: `${HEIGHT}px` }}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={summary}>
          <Scale ticks={ticks} y={y} left={MARGIN.left} right={width - MARGIN.right} />
          <Hours date={date} timeZone={timeZone} locale={locale} x={x} y={HEIGHT - 5} />
          <path class="price taking" d={line(buyNelPerWh)} />
          <path class="price giving" d={line(sellNelPerWh)} />
        </svg>
      )}
    </div>
  );
}

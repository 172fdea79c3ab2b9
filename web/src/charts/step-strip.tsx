/**
 * A day in five steps, as one band from left to right: the higher and fuller, the more of it was local. Height tells the steps apart, so
 * that nobody needs colours, and the same stands below it as a table.
 */
import { scaleLinear } from 'd3-scale';
import { useMemo } from 'preact/hooks';
import { locale } from '../i18n/index.ts';
import { SLOTS } from '../values/day-clock.ts';
import { STEPS, type Step, stretchesOf } from '../values/steps.ts';
import { Hours } from './axes.tsx';
import { useWidth } from './use-width.ts';

const LABELS = 22;

interface StepStripProps {
  date: string;
  steps: readonly (Step | null)[];
  timeZone: string;
  /** what the picture shows, in words */
  summary: string;
  height?: number;
  /** a quarter-hour that is spoken of */
  at?: number;
}

type DayProps = Pick<StepStripProps, 'date' | 'steps' | 'timeZone'> & { width: number; height: number };

function Day({ date, steps, timeZone, width, height }: DayProps) {
  const x = scaleLinear([0, SLOTS], [0, width]);
  const ground = height - LABELS;
  const top = (step: Step): number => ground - ((STEPS.indexOf(step) + 0.35) / (STEPS.length - 0.65)) * (ground - 2);
  return (
    <>
      {stretchesOf(steps).map(
        ({ step, from, to }) =>
          step && (
            <rect
              key={from}
              class={`step ${step}`}
              x={x(from)}
              y={top(step)}
              width={Math.max(1, x(to) - x(from) - 1)}
              height={ground - top(step)}
            />
          ),
      )}
      <line class="axis" x1={0} x2={width} y1={ground} y2={ground} />
      <Hours date={date} timeZone={timeZone} locale={locale()} x={x} y={height - 5} />
    </>
  );
}

export function StepStrip({ date, steps, timeZone, summary, height = 96, at }: StepStripProps) {
  const { box, width } = useWidth();
  const x = scaleLinear([0, SLOTS], [0, Math.max(0, width)]);
  const ground = height - LABELS;
  // Drawn once a day and width: while a reader moves through the day only the marker is.
  const day = useMemo(
    () => <Day date={date} steps={steps} timeZone={timeZone} width={width} height={height} />,
    [date, steps, timeZone, width, height, locale()],
  );
  return (
    <div ref={box} class="chart" style={{ minHeight: `${height}px` }}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={summary}>
          {day}
          {at !== undefined && <line class="marker" x1={x(at + 0.5)} x2={x(at + 0.5)} y1={0} y2={ground} />}
        </svg>
      )}
    </div>
  );
}

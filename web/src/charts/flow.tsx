/**
 * Outside, the community, and oneself, in one quarter-hour. The community's ribbon has five steps and no number; its thickness and its
 * direction say which. Only one's own ribbon follows one's own figures. It moves slowly, while it is looked at, and not at all for
 * readers who want no motion.
 */
import type { Step } from '../values/steps.ts';
import { useWidth } from './use-width.ts';

const RADIUS = 38;
const MIDDLE = RADIUS + 2;
const NAME_BELOW = 24;
/** As high as circles and names, and no higher. */
const HEIGHT = MIDDLE + RADIUS + NAME_BELOW + 8;
/** px: on a narrower page two circles stand at its edges */
const WIDE = 560;

/** px, and towards whom */
const RIBBONS: Record<Step, { thick: number; out: boolean }> = {
  none: { thick: 26, out: false },
  little: { thick: 20, out: false },
  partly: { thick: 12, out: false },
  balanced: { thick: 3, out: false },
  surplus: { thick: 16, out: true },
};
/** How full the community's circle is drawn. */
const FILLED: Record<Step, number> = { none: 0, little: 0.25, partly: 0.6, balanced: 1, surplus: 1 };

export interface Own {
  importWh: number;
  exportWh: number;
  /** the most of the day, by which the ribbon's thickness is drawn */
  mostWh: number;
}

interface FlowProps {
  step: Step | null;
  own: Own | null;
  names: { outside: string; community: string; you: string };
  summary: string;
}

function Ribbon({ from, to, thick, kind }: { from: number; to: number; thick: number; kind: string }) {
  return (
    <g class={`ribbon ${kind}`}>
      <line x1={from} x2={to} y1={MIDDLE} y2={MIDDLE} stroke-width={thick} />
      {thick > 4 && <line class="pulse" x1={from} x2={to} y1={MIDDLE} y2={MIDDLE} stroke-width={2} />}
    </g>
  );
}

interface NodeProps {
  x: number;
  name: string;
  kind: string;
  filled?: number;
  /** it stands at this edge of the page: a name wider than its circle grows away from there */
  at?: 'start' | 'end';
}

function Node({ x, name, kind, filled = 0, at }: NodeProps) {
  const nameAt = { start: x - RADIUS, end: x + RADIUS, middle: x }[at ?? 'middle'];
  return (
    <g class={`node ${kind}`}>
      <circle cx={x} cy={MIDDLE} r={RADIUS} />
      {filled > 0 && <circle class="fill" cx={x} cy={MIDDLE} r={(RADIUS - 5) * Math.sqrt(filled)} />}
      <text class="name" x={nameAt} y={MIDDLE + RADIUS + NAME_BELOW} text-anchor={at ?? 'middle'}>
        {name}
      </text>
    </g>
  );
}

export function Flow({ step, own, names, summary }: FlowProps) {
  const { box, width } = useWidth();
  const edge = RADIUS + 2;
  const atEdges = own !== null || width < WIDE;
  const places = own ? [edge, width / 2, width - edge] : atEdges ? [edge, width - edge] : [width * 0.22, width * 0.78];
  const [outside, community, you] = places;
  const between = (a: number, b: number): [number, number] => [a + RADIUS, b - RADIUS];
  const ribbon = step && RIBBONS[step];
  const [left, right] = between(outside, community);
  const net = own ? own.importWh - own.exportWh : 0;
  const ownThick = own && own.mostWh > 0 ? 2 + (22 * Math.abs(net)) / own.mostWh : 0;
  const [near, far] = you === undefined ? [0, 0] : between(community, you);
  return (
    <div ref={box} class="chart flow">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={summary}>
          {ribbon && (
            <Ribbon
              from={ribbon.out ? right : left}
              to={ribbon.out ? left : right}
              thick={ribbon.thick}
              kind={ribbon.out ? 'given' : 'outside'}
            />
          )}
          {own && net !== 0 && (
            <Ribbon from={net > 0 ? near : far} to={net > 0 ? far : near} thick={ownThick} kind={net > 0 ? 'local' : 'given'} />
          )}
          <Node x={outside} name={names.outside} kind="outside" at={atEdges ? 'start' : undefined} />
          <Node
            x={community}
            name={names.community}
            kind="local"
            filled={step ? FILLED[step] : 0}
            at={atEdges && !own ? 'end' : undefined}
          />
          {own && <Node x={you} name={names.you} kind="you" at="end" />}
        </svg>
      )}
    </div>
  );
}

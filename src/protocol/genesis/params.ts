/**
 * The chain's parameters: durations in seconds of chain time, `graceBlocks` in blocks, `tick` in nELECTRA/Wh. They never change after
 * genesis. A production chain runs on wall-clock time with the durations of protocol §5; whatever differs is named, since a chain whose
 * anchors are due after ten years may well pass every check.
 */
import { PRICE_LIMIT } from '../day/prices.ts';
import { SHARED_RULE } from '../day/shared-prices.ts';
import { object, oneOf, small } from '../values/shape.ts';
import { DAY_S } from '../values/time.ts';

export interface GenesisDurations {
  graceS: number;
  graceBlocks: number;
  lateS: number;
  validatorDelayS: number;
  validatorWindowS: number;
  keyMaxAgeS: number;
  keyOverlapS: number;
  anchorDueS: number;
  linkDueS: number;
  trustPeriodS: number;
  tick: number;
}

/** rule: of a chain whose members are communities (docs/shared-rule.md); null: a community's, which has no name here */
export interface GenesisParams extends GenesisDurations {
  rule: typeof SHARED_RULE | null;
}

export const PRODUCTION: GenesisDurations = {
  graceS: 21_600,
  graceBlocks: 600,
  lateS: 2_592_000,
  validatorDelayS: 604_800,
  validatorWindowS: 1_209_600,
  keyMaxAgeS: 2_678_400,
  keyOverlapS: 86_400,
  anchorDueS: 172_800,
  linkDueS: 3_888_000,
  trustPeriodS: 1_209_600,
  tick: 1000,
};

/** Production's of a chain with a rule: each level waits for the one below to prove its day; where communities share nothing comes late. */
export const productionParams = (rule: GenesisParams['rule']): GenesisDurations =>
  rule === SHARED_RULE ? { ...PRODUCTION, graceS: 216_000, lateS: 0 } : PRODUCTION;

export const PARAMS = Object.keys(PRODUCTION) as (keyof GenesisDurations)[];
/** A hundred years: what the chain itself takes at most. */
const DURATION_MAX = 100 * 366 * DAY_S;

export const snake = (camel: string): string => camel.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** @throws ProtocolError naming the field */
export function readParams(value: unknown, field: string): GenesisParams {
  const params = object(value, field, PARAMS.map(snake), ['rule']);
  const rule = Object.hasOwn(params, 'rule') ? oneOf(params.rule, `${field}.rule`, [SHARED_RULE]) : null;
  const read = { rule } as GenesisParams;
  for (const key of PARAMS) {
    const [least, most] = key === 'lateS' && rule !== null ? [0, 0] : [1, key === 'tick' ? PRICE_LIMIT / 2 - 1 : DURATION_MAX];
    read[key] = small(params[snake(key)], `${field}.${snake(key)}`, least, most);
  }
  return read;
}

/**
 * The chain's parameters: durations in seconds of chain time, `graceBlocks` in blocks, `tick` in nELECTRA/Wh. They never change after
 * genesis. A production chain runs on wall-clock time with the durations of protocol §5; whatever differs is named, since a chain whose
 * anchors are due after ten years may well pass every check.
 */
import { PRICE_LIMIT } from '../day/prices.ts';
import { object, small } from '../values/shape.ts';
import { DAY_S } from '../values/time.ts';

export interface GenesisParams {
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

export const PRODUCTION: GenesisParams = {
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

export const PARAMS = Object.keys(PRODUCTION) as (keyof GenesisParams)[];
/** A hundred years: what the chain itself takes at most. */
const DURATION_MAX = 100 * 366 * DAY_S;

export const snake = (camel: string): string => camel.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** @throws ProtocolError naming the field */
export function readParams(value: unknown, field: string): GenesisParams {
  const params = object(value, field, PARAMS.map(snake));
  const read = {} as GenesisParams;
  for (const key of PARAMS)
    read[key] = small(params[snake(key)], `${field}.${snake(key)}`, 1, key === 'tick' ? PRICE_LIMIT / 2 - 1 : DURATION_MAX);
  return read;
}

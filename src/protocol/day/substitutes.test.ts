import { describe, expect, test } from 'vitest';
import { substitute } from './substitutes.ts';

const copied = { importWh: Array<number>(96).fill(633), exportWh: Array<number>(96).fill(1) };

describe('a substitute', () => {
  test('takes the values of the copied day and the registers of the last booked one', () => {
    expect(substitute(copied, { importEndWh: 500n, exportEndWh: 7n })).toEqual({ importStartWh: 500n, exportStartWh: 7n, ...copied });
  });
  test('of the zero day is zero, from zero where nothing is booked yet', () => {
    const zero = Array(96).fill(0);
    expect(substitute(null, undefined)).toEqual({ importStartWh: 0n, exportStartWh: 0n, importWh: zero, exportWh: zero });
  });
  test('is a copy: changing it changes no other day', () => {
    substitute(copied, undefined).importWh[0] = 99;
    expect(copied.importWh[0]).toBe(633);
  });
});

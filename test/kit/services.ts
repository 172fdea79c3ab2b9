/** Meters and days, and whether the meter is in service on the day: known answers for everybody who computes it. */
export const SERVICES: readonly { serviceDay: number | null; lastDay: number | null; day: number; is: boolean }[] = [
  { serviceDay: 5, lastDay: null, day: 4, is: false },
  { serviceDay: 5, lastDay: null, day: 5, is: true },
  { serviceDay: 5, lastDay: null, day: 500, is: true },
  { serviceDay: 5, lastDay: 7, day: 7, is: true },
  { serviceDay: 5, lastDay: 7, day: 8, is: false },
  { serviceDay: 5, lastDay: 5, day: 5, is: true },
  { serviceDay: null, lastDay: null, day: 5, is: false },
  { serviceDay: null, lastDay: 7, day: 5, is: false },
];

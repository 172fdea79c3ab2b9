/** A made-up market of three communities: days with and without a price, one void, one on its way; what one of them shared. */
const FIRST = Date.parse('2026-06-19');
const DAYS = 14;
const DAY_MS = 86_400_000;
const P = 191_000;
const TICK = 1_000;
const VOID = 9;

const dayAt = (i: number): string => new Date(FIRST + i * DAY_MS).toISOString().slice(0, 10);
/** What all of them lack and have too much of, Wh of a slot. */
const lack = (slot: number): number => Math.round(4_000 + 3_000 * Math.exp(-((slot - 76) ** 2) / 120));
const surplus = (i: number, slot: number): number =>
  Math.round(Math.max(0, Math.sin(((slot - 20) / 58) * Math.PI)) * (i % 3 === 0 ? 3_000 : 12_000) * (slot < 20 || slot > 78 ? 0 : 1));

/** By the rule of the chain (docs/shared-rule.md). */
function pricesAt(i: number) {
  const slots = Array.from({ length: 96 }, (_, slot) => {
    const [d, e] = [lack(slot), surplus(i, slot)];
    const shared = Math.min(d, e);
    const tick = (value: number, up: boolean): number => (up ? Math.ceil : Math.floor)(value / TICK) * TICK;
    return { buy: d <= e ? P : tick((shared * P) / d, true), sell: e === 0 ? P : e <= d ? P : tick((shared * P) / e, false) };
  });
  return { day: dayAt(i), buyNelPerWh: slots.map(({ buy }) => buy), sellNelPerWh: slots.map(({ sell }) => sell) };
}

const isPriced = (i: number): boolean => i !== VOID && i < DAYS - 1;
const newestFirst = (): number[] => Array.from({ length: DAYS }, (_, i) => DAYS - 1 - i);

export const marketDays = () =>
  newestFirst().map((i) => ({
    day: dayAt(i),
    state: isPriced(i) ? 'RELEASED' : 'FROZEN',
    meters: 3,
    metered: i === VOID ? 1 : i === 4 ? 2 : 3,
    void: i === VOID,
  }));

/** With what the page of supply asks, too. */
export const marketPrices = () =>
  newestFirst()
    .filter(isPriced)
    .map((i) => ({
      ...pricesAt(i),
      retailNelPerWh: Array<number>(96).fill(P),
      feedInNelPerWh: Array<number>(96).fill(0),
      feePerDayNel: '100000000',
    }));

/** A third of what was shared: taken in the evening, given at noon. */
const sharedAt = (i: number) => ({
  day: dayAt(i),
  takenWh: Array.from({ length: 96 }, (_, slot) => (slot > 60 ? Math.round(Math.min(lack(slot), surplus(i, slot)) / 3) : 0)),
  givenWh: Array.from({ length: 96 }, (_, slot) => (slot > 60 ? 0 : Math.round(Math.min(lack(slot), surplus(i, slot)) / 3))),
  amountNel: String(-3_000_000_000n - BigInt(i) * 110_000_000n),
});

export const madeUpMarket = (member: boolean) => ({
  chainId: 'electra-main-5eed0002',
  days: marketDays(),
  prices: marketPrices().map(({ retailNelPerWh, ...one }) => ({ ...one, sharedNelPerWh: retailNelPerWh })),
  electra: {
    supplyNel: '1250000000000',
    attestedNel: '1300000000000',
    attestedAt: '2026-07-01T12:00:00.000Z',
    redeemingNel: '40000000000',
    overdue: 1,
    paused: false,
  },
  own: member
    ? {
        balanceNel: '50000000000',
        escrowNel: '50000000000',
        owedNel: '1500000000',
        sharedDays: Array.from({ length: DAYS }, (_, i) => i)
          .filter(isPriced)
          .map(sharedAt),
        periods: [{ fromDay: '2026-06-19', toDay: '2026-06-25', amountNel: '-21870000000' }],
        transfers: [
          { at: '2026-06-28T10:00:00.000Z', kind: 'ESCROW', amountNel: '-50000000000', counterparty: null },
          {
            at: '2026-06-27T09:30:00.000Z',
            kind: 'SEND',
            amountNel: '100000000000',
            counterparty: 'electra1qz7rk2w0a8m6n3c5h4y9t0s7d6f5g4h3j2k1',
          },
        ],
      }
    : null,
});

/** A day's 96 prices as stretches of equal ones: what a person reads of a tariff. */
export interface Stretch {
  /** slots, the last excluded */
  from: number;
  to: number;
  nelPerWh: number;
}

export function stretchesOf(prices: readonly number[]): Stretch[] {
  const found: Stretch[] = [];
  prices.forEach((nelPerWh, slot) => {
    const last = found.at(-1);
    if (last && last.nelPerWh === nelPerWh) last.to = slot + 1;
    else found.push({ from: slot, to: slot + 1, nelPerWh });
  });
  return found;
}

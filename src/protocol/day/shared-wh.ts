/**
 * What of each community's flow was shared, in whole Wh (docs/exchange.md): of a slot in which D was short and E left over, L = min(D, E)
 * among those who took, and L among those who gave, in proportion to their flows. Parts are rounded down, and what that leaves goes to the
 * largest remainders, the first of equals first: so they add up to L, and nobody has more than its flow.
 */
export function sharedWh(flowsWh: readonly number[], sharedTotalWh: number): number[] {
  const whole = flowsWh.reduce((sum, wh) => sum + wh, 0);
  if (whole === 0) return flowsWh.map(() => 0);
  const [total, shared] = [BigInt(whole), BigInt(sharedTotalWh)];
  const exact = flowsWh.map((wh) => BigInt(wh) * shared);
  const parts = exact.map((part) => Number(part / total));
  const left = sharedTotalWh - parts.reduce((sum, part) => sum + part, 0);
  const order = exact
    .map((part, i) => ({ i, rest: part % total }))
    .sort((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest > b.rest ? -1 : 1));
  for (const { i } of order.slice(0, left)) parts[i]++;
  return parts;
}

/** How many workers help with an audit on this device: one core is left to the page, one to the worker that audits. */
const HELPERS_MAX = 7;

export const helpersWanted = (cores: number): number => Math.max(0, Math.min(HELPERS_MAX, cores - 2));

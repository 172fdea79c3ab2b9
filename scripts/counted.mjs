/** How far a command is, by the lines that it writes: what long work says beside its seconds. */

/** Counts whole lines, those that begin with a prefix apart. */
export function lineCounter(prefix) {
  let rest = '';
  const counter = {
    prefixed: 0,
    others: 0,
    hear(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) counter[line.startsWith(prefix) ? 'prefixed' : 'others']++;
    },
  };
  return counter;
}

/** @returns e.g. `[######··············] 312 of 1,092 packages` */
export function bar(done, total, unit) {
  const width = 20;
  const full = total > 0 ? Math.min(width, Math.floor((width * done) / total)) : 0;
  return `[${'#'.repeat(full)}${'·'.repeat(width - full)}] ${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${unit}`;
}

/** For programs that start others: asked to end, they end in a way that lets them end what they started (`process.on('exit')`). */
import { constants } from 'node:os';
import { endWithParent } from '../../bin/parent.mjs';

export function endOnSignals(): void {
  endWithParent();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

/** An answer that many may ask for at once is made once and given to all for a moment: it costs what one costs. */
import { LIMITS } from './limits.ts';

export function fresh<T>(now: () => number, make: () => Promise<T>, forMs: number = LIMITS.freshMs): () => Promise<T> {
  let made: Promise<T> | undefined;
  /** undefined: it is being made, and whoever comes waits for it */
  let madeAtMs: number | undefined;
  const isFresh = (): boolean => madeAtMs === undefined || Math.abs(now() - madeAtMs) < forMs;
  return () => {
    if (made && isFresh()) return made;
    madeAtMs = undefined;
    made = make().then(
      (value) => {
        madeAtMs = now();
        return value;
      },
      (error) => {
        made = undefined;
        throw error;
      },
    );
    return made;
  };
}

/** A page of what is now: it is asked for again while somebody looks at it. */
import { useEffect } from 'preact/hooks';
import { refresh } from './refresh.ts';

export function useAgain(everyMs: number, isOn = true): void {
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => {
      if (!document.hidden) refresh();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isOn]);
}

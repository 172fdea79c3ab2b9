/** Why something is not there, in a sentence: what it is, that nothing is lost, what to do. */
import { useEffect, useRef } from 'preact/hooks';
import type { Trouble } from '../api/client.ts';
import { refresh } from '../api/refresh.ts';
import { words } from '../i18n/index.ts';

/** What passes by itself: the page asks again, soon at first, then ever later. */
const PASSING: ReadonlySet<string> = new Set(['NETWORK', 'UNAVAILABLE', 'RATE_LIMITED']);
const FIRST_MS = 3_000;
const LONGEST_MS = 60_000;

/** Pages of many readers do not ask at the same moment. */
const waitMs = (tries: number, { retryAfterS = 0 }: Trouble): number =>
  Math.max(retryAfterS * 1_000, Math.min(LONGEST_MS, FIRST_MS * 2 ** tries)) * (1 + Math.random() / 2);

function useAskingAgain(trouble: Trouble): void {
  const tries = useRef(0);
  useEffect(() => {
    if (!PASSING.has(trouble.code)) return;
    const timer = setTimeout(refresh, waitMs(tries.current++, trouble));
    return () => clearTimeout(timer);
  }, [trouble]);
}

export function TroubleNotice({ trouble }: { trouble: Trouble }) {
  useAskingAgain(trouble);
  const { trouble: texts } = words();
  const known = { ...texts } as unknown as Record<string, unknown>;
  const text = typeof known[trouble.code] === 'string' && trouble.code === trouble.code.toUpperCase() ? known[trouble.code] : texts.other;
  return (
    <div class="notice bad" role="alert">
      <p>{text as string}</p>
      {trouble.retryAfterS !== undefined && <p>{texts.after(String(trouble.retryAfterS))}</p>}
      {trouble.reference !== undefined && <p class="small">{texts.reference(trouble.reference)}</p>}
      <p>
        <button type="button" class="button plain" onClick={refresh}>
          {texts.again}
        </button>
      </p>
    </div>
  );
}

/** Why something is not there, in a sentence: what it is, that nothing is lost, what to do. */
import type { Trouble } from '../api/client.ts';
import { refresh } from '../api/refresh.ts';
import { words } from '../i18n/index.ts';

export function TroubleNotice({ trouble }: { trouble: Trouble }) {
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

/** Which community a verdict is about, short and whole, beside it; and whether it is the one that its reader has pinned. */
import { pin, pinned } from '../check/pinned.ts';
import { billTexts } from '../i18n/bill/index.ts';
import { pinnedOn } from '../i18n/format.ts';

const SHORT = 8;

/** Both ends: enough to see at a glance that it is another one, too little to compare. */
const short = (hash: string): string => `${hash.slice(0, SHORT)} … ${hash.slice(-SHORT)}`;
/** In groups of eight, as one reads it from paper. */
const groups = (hash: string): string => hash.replaceAll(/.{8}(?=.)/g, '$& ');

export function Fingerprint({ hash }: { hash: string }) {
  const texts = billTexts().check.fingerprint;
  const known = pinned();
  const differs = known !== null && known.genesisHash !== hash;
  return (
    <section class="stack tight" aria-label={texts.title}>
      {differs && (
        <div class="notice bad" role="alert">
          <p>{texts.other(pinnedOn(known))}</p>
          <p class="small">
            {texts.before} <code>{groups(known.genesisHash)}</code>
          </p>
        </div>
      )}
      <details class="raw">
        <summary>
          {texts.title}: <code>{short(hash)}</code>
          {known && !differs && ` ✓ ${texts.same}`}
        </summary>
        <p>
          <code>{groups(hash)}</code>
        </p>
        <p class="small quiet read">{known && !differs ? texts.since(pinnedOn(known)) : texts.compare}</p>
        <p class="screen-only">
          {known && !differs ? (
            <button type="button" class="button plain" onClick={() => pin(null)}>
              {texts.letGo}
            </button>
          ) : (
            <button type="button" class="button plain" onClick={() => pin(hash)}>
              {differs ? texts.pinOther : texts.pin}
            </button>
          )}
        </p>
      </details>
    </section>
  );
}

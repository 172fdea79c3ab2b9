/** One-time codes by which somebody could look at own meters while they were installed: that there was one, and what became of it. */
import { credentialTexts } from '../i18n/credentials/index.ts';
import type { OwnMeter } from '../settings/question.ts';
import { OneTimeLine } from './one-time-line.tsx';

export function InstallCodes({ of, timeZone }: { of: readonly OwnMeter[]; timeZone: string }) {
  const texts = credentialTexts();
  const meters = of.filter(({ installCodes }) => installCodes.length > 0);
  return (
    <section class="stack" aria-labelledby="install-codes">
      <h2 id="install-codes">{texts.installCodes}</h2>
      <p class="read quiet">{texts.installCodesWhat}</p>
      {meters.length === 0 ? (
        <p>{texts.noInstallCodes}</p>
      ) : (
        <ul class="plain-list">
          {meters.map(({ address, installCodes }) => (
            <li key={address}>
              <code>{address}</code>
              <ul class="plain-list">
                {installCodes.map((one) => (
                  <OneTimeLine key={one.createdAt} of={one} timeZone={timeZone} />
                ))}
              </ul>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

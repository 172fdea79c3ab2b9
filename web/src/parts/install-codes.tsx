/** One-time codes by which somebody could look at own meters while they were installed: that there was one, and what became of it. */
import { ask } from '../api/client.ts';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { credentialTexts } from '../i18n/credentials/index.ts';
import { type OneTime, OneTimeLine } from './one-time-line.tsx';
import { TroubleNotice } from './trouble.tsx';

interface OwnMeter {
  address: string;
  installCodes: readonly OneTime[];
}

interface Found {
  member: { meters: { edges: readonly { node: OwnMeter }[] } };
}

const QUESTION = '{ member { meters(first: 100) { edges { node { address installCodes { createdAt expiresAt usedAt withdrawnAt } } } } } }';

function Codes({ meter: { address, installCodes } }: { meter: OwnMeter }) {
  return (
    <li>
      <code>{address}</code>
      <ul class="plain-list">
        {installCodes.map((one) => (
          <OneTimeLine key={one.createdAt} of={one} />
        ))}
      </ul>
    </li>
  );
}

export function InstallCodes() {
  const texts = credentialTexts();
  const { data, trouble } = useLoaded(`install codes ${viewer.value?.address}`, () => ask<Found>(QUESTION)).value;
  const meters = data?.member.meters.edges.map(({ node }) => node).filter(({ installCodes }) => installCodes.length > 0);
  return (
    <section class="stack" aria-labelledby="install-codes">
      <h2 id="install-codes">{texts.installCodes}</h2>
      <p class="read quiet">{texts.installCodesWhat}</p>
      {!meters && (trouble ? <TroubleNotice trouble={trouble} /> : <div class="skeleton" aria-busy="true" />)}
      {meters?.length === 0 && <p>{texts.noInstallCodes}</p>}
      {meters && meters.length > 0 && (
        <ul class="plain-list">
          {meters.map((meter) => (
            <Codes key={meter.address} meter={meter} />
          ))}
        </ul>
      )}
    </section>
  );
}

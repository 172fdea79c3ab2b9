/** How a balance is topped up: from which account, to whom, on which chain, and what to mind. */
import { useSignal } from '@preact/signals';
import type { OwnAccount, Served } from '../balance/question.ts';
import { balanceTexts } from '../i18n/balance/index.ts';
import { words } from '../i18n/index.ts';
import { electraOf } from '../i18n/shown.ts';
import { QrCode } from './qr-code.tsx';

const SAID_MS = 2_000;

function Copied({ address }: { address: string }) {
  const { copy, copied } = words();
  const done = useSignal(false);
  const take = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      return; // it stands on the page
    }
    done.value = true;
    setTimeout(() => (done.value = false), SAID_MS);
  };
  return (
    <>
      <button type="button" class="button plain" onClick={take} aria-label={`${copy}: ${address}`}>
        {done.value ? copied : copy}
      </button>
      <span class="hidden" role="status">
        {done.value ? copied : ''}
      </span>
    </>
  );
}

export function BalanceTopUp({ of: { treasury, mainChainId, stepNel }, linked }: { of: Served; linked: readonly OwnAccount[] }) {
  const texts = balanceTexts().topUp;
  const waiting = linked.filter(({ registeredHeight }) => registeredHeight === null);
  return (
    <section class="stack" aria-labelledby="top-up">
      <h2 id="top-up">{texts.title}</h2>
      <p class="read">{texts.how(electraOf(stepNel).replace(/[.,]00$/, ''))}</p>
      {waiting.length > 0 && <p class="notice">{texts.notRegistered}</p>}
      <div class="top-up">
        <dl class="node-facts">
          <div>
            <dt>{texts.from}</dt>
            <dd>
              {linked.map(({ address }) => (
                <div key={address}>
                  <code class="address">{address}</code>
                </div>
              ))}
            </dd>
          </div>
          <div>
            <dt>{texts.to}</dt>
            <dd>
              <code class="address">{treasury}</code>
              <div>
                <Copied address={treasury} />
              </div>
            </dd>
          </div>
          <div>
            <dt>{texts.chain}</dt>
            <dd>
              <code>{mainChainId}</code>
            </dd>
          </div>
        </dl>
        <QrCode text={treasury} label={texts.qr(treasury)} />
      </div>
      <p class="read small quiet">{texts.others}</p>
    </section>
  );
}

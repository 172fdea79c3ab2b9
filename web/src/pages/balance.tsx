/** A member's balance in ELECTRA: what there is, how it is topped up and paid out, what moved it, and whose accounts are linked to it. */
import { useSignal } from '@preact/signals';
import { useAgain } from '../api/again.ts';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { askBalance, type Balance, type Electra, isServed, type OwnAccount } from '../balance/question.ts';
import { balanceTexts } from '../i18n/balance/index.ts';
import { number } from '../i18n/format.ts';
import { electraOf, electraToSpend, money } from '../i18n/shown.ts';
import { BalanceEntries } from '../parts/balance-entries.tsx';
import { BalanceLink } from '../parts/balance-link.tsx';
import { BalancePayout } from '../parts/balance-payout.tsx';
import { whySaid } from '../parts/balance-said.ts';
import { BalanceTopUp } from '../parts/balance-top-up.tsx';
import { Block } from '../parts/block.tsx';
import { SignedIn } from '../parts/signed-in.tsx';
import { useTitle } from '../parts/use-title.ts';
import { NEL } from '../values/amounts.ts';
import '../styles/operate.css';
import '../styles/join.css';
import '../styles/balance.css';

/** The node judges what was asked for within moments; a payment takes as long as whoever holds the treasury's key. */
const SOON_MS = 5_000;

function NotShared() {
  const { none } = balanceTexts();
  return (
    <>
      <h1>{none.title}</h1>
      <p class="read">{none.text}</p>
      <p>
        <a class="button plain" href="/invoices">
          {none.invoices}
        </a>
      </p>
    </>
  );
}

/** What the balance is, in sentences. */
function Said({ of, currency, linked }: { of: Electra; currency: string; linked: boolean }) {
  const { said } = balanceTexts();
  if (!linked)
    return (
      <>
        <h1>{said.unlinked}</h1>
        <p class="read">
          {said.unlinkedText} <span class="quiet">{said.worth(money(NEL, currency))}</span>
        </p>
      </>
    );
  const isEmpty = electraToSpend(of.balanceNel) === electraOf(0n);
  return (
    <>
      <h1>{isEmpty ? said.empty : said.has(electraToSpend(of.balanceNel))}</h1>
      <p class="read">
        {said.means} <span class="quiet">{said.worth(money(NEL, currency))}</span>
      </p>
      {of.owedNel > 0n && <p class="notice">{said.owes(money(of.owedNel, currency))}</p>}
      {of.transitNel > 0n && <p class="read">{said.onItsWay(electraOf(of.transitNel))}</p>}
    </>
  );
}

function Account({ of: { address, state, why, registeredHeight } }: { of: OwnAccount }) {
  const { accounts: texts } = balanceTexts();
  const said =
    state === 'ASKED'
      ? texts.asked
      : state === 'REFUSED'
        ? texts.refused(why === null ? '' : whySaid(why))
        : registeredHeight === null
          ? texts.linked
          : texts.registered(number(registeredHeight));
  return (
    <li>
      <code class="address">{address}</code>
      <p class={state === 'REFUSED' ? 'small bad-text' : 'small quiet'}>{said}</p>
    </li>
  );
}

function Accounts({ of }: { of: Electra }) {
  const { accounts: texts, link } = balanceTexts();
  // As the node counts: what was refused takes nobody's place.
  const held = of.accounts.filter(({ state }) => state !== 'REFUSED').length;
  const mayLink = held < of.accountsMost;
  return (
    <section class="stack" aria-labelledby="accounts">
      <h2 id="accounts">{held > 0 ? texts.title : link.title}</h2>
      {of.accounts.length > 0 && (
        <ul class="entries accounts">
          {of.accounts.map((one) => (
            <Account key={one.address} of={one} />
          ))}
        </ul>
      )}
      {!mayLink ? (
        <p class="read">{texts.most(of.accountsMost)}</p>
      ) : held > 0 ? (
        <details class="raw">
          <summary>{link.another}</summary>
          <BalanceLink of={of} />
        </details>
      ) : (
        <BalanceLink of={of} />
      )}
    </section>
  );
}

interface ShownProps {
  of: Balance;
  electra: Electra;
  /** another page of the movements; null: the newest one */
  go: (after: string | null) => void;
  after: string | null;
}

function Shown({ of, electra, go, after }: ShownProps) {
  const linked = electra.accounts.filter(({ state }) => state === 'LINKED');
  const isLinked = linked.length > 0;
  const { earlier } = electra;
  useAgain(SOON_MS, electra.accounts.some(({ state }) => state === 'ASKED') || electra.payouts.some(({ state }) => state === 'ASKED'));
  return (
    <>
      <Said of={electra} currency={of.currency} linked={isLinked} />
      {isLinked && (
        <>
          {isServed(electra) ? (
            <>
              <BalancePayout of={electra} linked={linked} timeZone={of.timeZone} />
              <BalanceTopUp of={electra} linked={linked} />
            </>
          ) : (
            <p class="notice">{balanceTexts().said.noTreasury}</p>
          )}
          <BalanceEntries
            of={of}
            entries={electra.entries}
            earlier={earlier === null ? null : () => go(earlier)}
            newest={after === null ? null : () => go(null)}
          />
        </>
      )}
      <Accounts of={electra} />
    </>
  );
}

function Page() {
  useTitle(balanceTexts().title);
  const after = useSignal<string | null>(null);
  const loaded = useLoaded(`balance ${viewer.value?.address} ${after.value}`, () => askBalance(after.value)).value;
  return (
    <div class="page stack wide-gap balance">
      <Block loaded={loaded}>
        {(of) =>
          of.electra ? <Shown of={of} electra={of.electra} after={after.value} go={(next) => (after.value = next)} /> : <NotShared />
        }
      </Block>
    </div>
  );
}

export const BalancePage = () => (
  <SignedIn as="MEMBER">
    <Page />
  </SignedIn>
);

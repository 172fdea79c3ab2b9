/** A bill of a day: what it comes to and why, whether it is right, its quarter-hours, registers, and what opens it to others. */

import type { ComponentChildren } from 'preact';
import { useRoute } from 'preact-iso';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { billTexts } from '../i18n/bill/index.ts';
import { dayName, moment, number } from '../i18n/format.ts';
import { locale, words } from '../i18n/index.ts';
import { energy, money } from '../i18n/shown.ts';
import { askBill, type Bill, type BillPage, type Released } from '../member/bills.ts';
import { isMean, outsideNel, type Part, partsOf } from '../member/day-bill.ts';
import type { DayPrices, Facts } from '../member/question.ts';
import { amountWords } from '../parts/amount-words.ts';
import { BillLines } from '../parts/bill-lines.tsx';
import { Block } from '../parts/block.tsx';
import { OwnCheck } from '../parts/own-check.tsx';
import { SignedIn } from '../parts/signed-in.tsx';
import { StepLine } from '../parts/step-line.tsx';
import { useTitle } from '../parts/use-title.ts';
import { clock, isDay, monthOf, slotStartMs } from '../values/day-clock.ts';
import '../styles/bill.css';

interface Shown {
  day: string;
  facts: Facts;
  bill: Bill;
  released: Released;
  prices: DayPrices;
}

function Notice({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="notice">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** The old amount, struck through, and why there is another. */
function Corrected({
  correction,
  released,
  currency,
}: {
  correction: NonNullable<Bill['correction']>;
  released: Released;
  currency: string;
}) {
  const { notices } = billTexts();
  const { beforeNel, differenceNel, reason } = correction;
  const difference = money(differenceNel, currency);
  return (
    <Notice title={notices.correctedTitle}>
      <p>
        <s>
          <span class="hidden">{notices.corrected(amountWords(beforeNel, currency), amountWords(released.amountNel, currency))}</span>
          <span aria-hidden="true">{amountWords(beforeNel, currency)}</span>
        </s>{' '}
        → <strong>{amountWords(released.amountNel, currency)}</strong>
      </p>
      <p>{differenceNel === 0n ? notices.same : differenceNel > 0n ? notices.more(difference) : notices.less(difference)}</p>
      <p class="small">{notices.reasons[reason]}</p>
    </Notice>
  );
}

function Notices({ bill, released, facts }: Shown) {
  const { notices } = billTexts();
  const copied = released.copied?.day;
  const from = copied == null ? null : dayName(copied);
  return (
    <>
      {bill.correction && <Corrected correction={bill.correction} released={released} currency={facts.currency} />}
      {bill.version === 1 && bill.source === 'SUBSTITUTE' && (
        <Notice title={notices.substituteTitle}>
          <p>{from === null ? notices.substituteZero : notices.substitute(from)}</p>
        </Notice>
      )}
      {bill.version === 1 && bill.source === 'DISPUTED' && (
        <Notice title={notices.disputedTitle}>
          <p>{from === null ? notices.disputedZero : notices.disputed(from)}</p>
        </Notice>
      )}
      {bill.noBillOpen && <p class="notice">{notices.noBill}</p>}
    </>
  );
}

function PartRow({ part, currency }: { part: Part; currency: string }) {
  const { why } = billTexts();
  const kWh = part.wh === null || part.tensOfWh === null ? '' : energy(part.wh, part.tensOfWh);
  const name = part.kind === 'fee' ? why.fee : why[part.kind](kWh);
  return (
    <tr class={`part ${part.kind}`}>
      <th scope="row">
        <span
          class={`swatch ${{ neighbours: 'local', outside: 'outside', taken: 'waiting', fee: 'fee', given: 'given' }[part.kind]}`}
          aria-hidden="true"
        />
        {name}
      </th>
      <td class="number">
        {part.cents < 0n ? '−\u2009' : ''}
        {money(part.nel, currency, part.cents)}
      </td>
    </tr>
  );
}

function Outside({ released, prices, currency }: { released: Released; prices: DayPrices; currency: string }) {
  const { why } = billTexts();
  const outside = outsideNel(released, prices);
  const better = outside - released.amountNel;
  const said = outside === 0n ? why.outsideNone : (outside > 0n ? why.outsidePay : why.outsideReceive)(money(outside, currency));
  return (
    <>
      <h3>{why.outsideTitle}</h3>
      <p class="read">{better === 0n ? why.even(said) : (better > 0n ? why.better : why.worse)(said, money(better, currency))}</p>
    </>
  );
}

function Why({ bill, released, prices, facts: { currency } }: Shown) {
  const { why } = billTexts();
  const split = !isMean(bill);
  const parts = partsOf(released, prices, split);
  const total = parts.reduce((sum, { cents }) => sum + cents, 0n);
  const name = total === 0n ? why.total.none : total > 0n ? why.total.pay : why.total.receive;
  return (
    <section class="stack">
      <h2>{why.title}</h2>
      <table class="why">
        <thead class="hidden">
          <tr>
            <th scope="col">{why.item}</th>
            <th scope="col">{why.amount}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <PartRow key={part.kind} part={part} currency={currency} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{name}</th>
            <td class="number">{money(released.amountNel, currency, total)}</td>
          </tr>
        </tfoot>
      </table>
      <p class="small quiet read">{split ? why.how : why.mean}</p>
      <Outside released={released} prices={prices} currency={currency} />
    </section>
  );
}

/** Wh as a display shows it: kWh with three digits. */
const registerShown = (wh: bigint): string => number(Number(wh) / 1000, 3);

function Registers({ day, released: { registers }, facts: { timeZone } }: Shown) {
  const texts = billTexts().registers;
  const row = (slot: number, taken: bigint, given: bigint) => (
    <tr>
      <th scope="row">{moment(slotStartMs(day, slot) / 1000, timeZone)}</th>
      <td class="number">{registerShown(taken)}</td>
      <td class="number">{registerShown(given)}</td>
    </tr>
  );
  return (
    <section class="stack">
      <h2>{texts.title}</h2>
      <p class="read">{texts.text}</p>
      <table class="registers">
        <thead>
          <tr>
            <th scope="col">{texts.at}</th>
            <th scope="col" class="number">
              {texts.taken}
            </th>
            <th scope="col" class="number">
              {texts.given}
            </th>
          </tr>
        </thead>
        <tbody>
          {row(0, registers.importStartWh, registers.exportStartWh)}
          {row(96, registers.importEndWh, registers.exportEndWh)}
        </tbody>
      </table>
    </section>
  );
}

function Openings({ day, bill, released }: Shown) {
  const texts = billTexts().openings;
  const range = `from=${day}&to=${day}`;
  const row = (name: string, value: string) => (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </div>
  );
  return (
    <details class="raw screen-only">
      <summary>{texts.title}</summary>
      <div class="stack">
        <p class="notice bad">{texts.warning}</p>
        <details class="raw">
          <summary>{texts.show}</summary>
          <dl class="facts">
            {row(texts.amount, released.opening.amountNel)}
            {row(texts.s, released.opening.s)}
            {row(texts.commitment, released.entry.B)}
            {row(texts.book, released.bookHash)}
          </dl>
        </details>
        <p>
          {texts.files}{' '}
          <a class="target" href={`/export/statements.json?${range}&meter=${bill.meter}`} download>
            {texts.statement}
          </a>
          {' · '}
          <a class="target" href={`/export/openings.json?${range}`} download>
            {texts.opening}
          </a>
          {' · '}
          <a class="target" href={`/bundle/${day}.zip`} download>
            {texts.bundle}
          </a>
        </p>
      </div>
    </details>
  );
}

/** When the bill is expected, from how long days took lately. */
function Expected({ day, facts }: { day: string; facts: Facts }) {
  const { day: texts } = billTexts();
  if (facts.releasesAfterS === null) return <p>{texts.noExpected}</p>;
  const atMs = slotStartMs(day, 96) + facts.releasesAfterS * 1000;
  const time = moment(atMs / 1000, facts.timeZone);
  return <p>{atMs < facts.chainTimeMs ? texts.late(time) : texts.expected(time)}</p>;
}

function OnItsWay({ day, bill, facts }: { day: string; bill: Bill | null; facts: Facts }) {
  const { day: texts } = billTexts();
  const { substitute, disputed } = words().bill;
  return (
    <>
      <h1>{(bill ? texts.onItsWay : texts.notClosed)(dayName(day))}</h1>
      <StepLine status={bill?.status ?? null} label={texts.steps} />
      <Expected day={day} facts={facts} />
      <p class="quiet">{texts.waiting}</p>
      {bill?.source === 'SUBSTITUTE' && <p class="warn-text">{substitute}</p>}
      {bill?.source === 'DISPUTED' && <p class="warn-text">{disputed}</p>}
    </>
  );
}

function Final(shown: Shown) {
  const { day, facts, bill, released, prices } = shown;
  const { day: texts } = billTexts();
  const name = dayName(day);
  const amount = money(released.amountNel, facts.currency);
  const said = released.amountNel === 0n ? texts.none(name) : (released.amountNel > 0n ? texts.pay : texts.receive)(name, amount);
  return (
    <>
      <h1>{said}</h1>
      <p class="quiet">
        <span aria-hidden="true">✓ </span>
        {texts.final(number(released.anchorHeight))}
      </p>
      <Notices {...shown} />
      <div class="columns of-bill">
        <Why {...shown} />
        {facts.chainId !== null && <OwnCheck bill={{ ...bill, chainId: facts.chainId, amountNel: released.amountNel }} />}
        <Registers {...shown} />
      </div>
      <BillLines date={day} released={released} prices={prices} facts={facts} split={!isMean(bill)} />
      <Openings {...shown} />
    </>
  );
}

function Whole({ day, of: { facts, bill, prices } }: { day: string; of: BillPage }) {
  const { day: texts } = billTexts();
  const time = (slot: number): string => clock(slotStartMs(day, slot), facts.timeZone, locale());
  return (
    <>
      {bill?.released && prices ? (
        <Final day={day} facts={facts} bill={bill} released={bill.released} prices={prices} />
      ) : (
        <OnItsWay day={day} bill={bill} facts={facts} />
      )}
      <p class="small quiet">{texts.span(time(0), time(96))}</p>
      <p class="screen-only">
        <a class="target" href={`/bills?month=${monthOf(day)}`}>
          {texts.all}
        </a>
      </p>
    </>
  );
}

function Page() {
  const { params } = useRoute();
  const { day, meter } = params as { day: string; meter: string };
  useTitle(isDay(day) ? `${billTexts().title} · ${dayName(day)}` : billTexts().title);
  const loaded = useLoaded(`bill ${viewer.value?.address} ${day} ${meter}`, () => askBill(day, meter)).value;
  return (
    <div class="page stack">
      <Block loaded={loaded} height={900}>
        {(of) => <Whole day={day} of={of} />}
      </Block>
    </div>
  );
}

/** Another bill is another page: nothing of the one before stands under its name. */
export function BillOfDay() {
  const { params } = useRoute();
  return (
    <SignedIn as="MEMBER">
      <Page key={`${params.day} ${params.meter}`} />
    </SignedIn>
  );
}

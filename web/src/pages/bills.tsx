/** Own bills of a month: a sentence with what it comes to, and a row for each day and meter. The address carries the month. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { billTexts } from '../i18n/bill/index.ts';
import { atStart, dayName, monthName } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { money } from '../i18n/shown.ts';
import { askBills, type BillHead, counting } from '../member/bills.ts';
import { type Checked, changed, checkedOf } from '../member/checked.ts';
import { askDays, askFacts, askMeters, type Facts, type MemberDay, type OwnMeter } from '../member/question.ts';
import { amountWords } from '../parts/amount-words.ts';
import { Block } from '../parts/block.tsx';
import { SignedIn } from '../parts/signed-in.tsx';
import { useTitle } from '../parts/use-title.ts';
import { addingUp, CENT_NEL } from '../values/amounts.ts';
import { addDays, daysOfMonth, isMonth, monthOf } from '../values/day-clock.ts';
import '../styles/bill.css';

interface Month {
  facts: Facts;
  month: string;
  bills: readonly BillHead[];
  /** days that are over or under way, also those without a bill yet */
  days: readonly MemberDay[];
  meters: readonly OwnMeter[];
}

async function askMonth(asked: string | undefined): Promise<Month> {
  const [facts, meters] = await Promise.all([askFacts(), askMeters()]);
  const month = asked ?? monthOf(facts.today);
  const all = daysOfMonth(month);
  const [bills, days] = await Promise.all([askBills(month), all[0] <= facts.today ? askDays(all[0], all.at(-1)!) : []]);
  return { facts, month, bills: counting(bills), days: days.filter(({ day }) => day <= facts.today), meters };
}

interface Row {
  day: string;
  bill: BillHead | null;
}

/** A row for each bill, and one for each day that has none yet; newest first. */
function rowsOf({ bills, days }: Month): Row[] {
  const billed = new Set(bills.map(({ day }) => day));
  const waiting = days.filter(({ day }) => !billed.has(day)).map(({ day }): Row => ({ day, bill: null }));
  return [...bills.map((bill): Row => ({ day: bill.day, bill })), ...waiting].sort((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0));
}

function stateOf(bill: BillHead | null): { text: string; notable: boolean } {
  const { states } = billTexts();
  if (!bill) return { text: states.notClosed, notable: false };
  if (bill.amountNel === null) return { text: words().bill.onItsWay(words().bill.steps[bill.status]), notable: false };
  if (bill.version > 1) return { text: states.corrected, notable: true };
  if (bill.source === 'SUBSTITUTE') return { text: states.substitute, notable: true };
  return bill.source === 'DISPUTED' ? { text: states.disputed, notable: true } : { text: states.final, notable: false };
}

function CheckedMark({ checked, version }: { checked: Checked | null; version: number }) {
  const texts = billTexts().checked;
  if (!checked || checked.version !== version) return <span class="quiet">{texts.not}</span>;
  const [sign, text] = checked.exitCode === 0 ? ['✓', texts.yes] : checked.exitCode === 3 ? ['!', texts.open] : ['✗', texts.no];
  return (
    <span class={sign === '✗' ? 'bad-text' : sign === '!' ? 'warn-text' : undefined}>
      <span aria-hidden="true">{sign}</span> {text}
      {checked.development && <span class="small quiet"> ({texts.development})</span>}
    </span>
  );
}

/** What was checked of these bills on this device. */
function useChecked(chainId: string | null, bills: readonly BillHead[]): readonly (Checked | null)[] {
  const found = useSignal<readonly (Checked | null)[]>([]);
  const turn = changed.value;
  useEffect(() => {
    if (chainId !== null) checkedOf(chainId, bills).then((kept) => (found.value = kept));
  }, [chainId, bills, turn]);
  return found.value;
}

function Table({ of, several }: { of: Month; several: boolean }) {
  const texts = billTexts();
  const { columns } = texts.month;
  const rows = rowsOf(of);
  const checked = useChecked(of.facts.chainId, of.bills);
  const { currency } = of.facts;
  // What is shown adds up to what is shown above.
  const cents = addingUp(
    rows.map(({ bill }) => bill?.amountNel ?? 0n),
    CENT_NEL,
  );
  return (
    <table class={several ? 'bills several' : 'bills'} aria-label={texts.month.list}>
      <thead>
        <tr>
          <th scope="col">{columns.day}</th>
          {several && (
            <th scope="col" class="meter">
              {columns.meter}
            </th>
          )}
          <th scope="col" class="number">
            {columns.amount}
          </th>
          <th scope="col">{columns.state}</th>
          <th scope="col">{columns.checked}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ day, bill }, i) => {
          const { text, notable } = stateOf(bill);
          return (
            <tr key={`${day} ${bill?.meter}`}>
              <th scope="row">
                {bill ? (
                  <a class="target" href={`/bills/${day}/${bill.meter}`}>
                    {dayName(day, 'short')}
                    {several && <span class="hidden meter-of"> {texts.meter(bill.meter.slice(-4))}</span>}
                  </a>
                ) : (
                  <span class="target">{dayName(day, 'short')}</span>
                )}
              </th>
              {several && <td class="meter">{bill ? `…\u00a0${bill.meter.slice(-4)}` : '–'}</td>}
              <td class="number">{bill?.amountNel == null ? '–' : amountWords(bill.amountNel, currency, cents[i])}</td>
              <td class={notable ? 'warn-text' : undefined}>{text}</td>
              <td>
                {bill?.amountNel == null ? '–' : <CheckedMark checked={checked[of.bills.indexOf(bill)] ?? null} version={bill.version} />}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Sentence({ of }: { of: Month }) {
  const { month: texts } = billTexts();
  const name = atStart(monthName(of.month));
  const final = of.bills.filter(({ amountNel }) => amountNel !== null);
  const total = final.reduce((sum, { amountNel }) => sum + amountNel!, 0n);
  const open = of.bills.length - final.length;
  const first = of.meters.map(({ firstDay }) => firstDay).sort()[0];
  if (of.bills.length === 0 && of.days.length === 0)
    return (
      <>
        <h1>{texts.empty(name)}</h1>
        {first !== undefined && <p class="quiet">{texts.before(dayName(first))}</p>}
      </>
    );
  const said = total === 0n ? texts.none(name) : (total > 0n ? texts.pay : texts.receive)(name, money(total, of.facts.currency));
  return (
    <>
      <h1>{said}</h1>
      <p class="quiet">
        {texts.final(final.length)}
        {open > 0 && `, ${texts.open(open)}`}.
      </p>
    </>
  );
}

function Shown({ of }: { of: Month }) {
  const { month: texts } = billTexts();
  const days = daysOfMonth(of.month);
  const next = monthOf(addDays(days.at(-1)!, 1));
  return (
    <>
      <Sentence of={of} />
      <div class="buttons screen-only">
        <div class="pair">
          <a class="button plain" href={`/bills?month=${monthOf(addDays(days[0], -1))}`} rel="prev">
            {texts.earlier}
          </a>
          {next <= monthOf(of.facts.today) && (
            <a class="button plain" href={`/bills?month=${next}`} rel="next">
              {texts.later}
            </a>
          )}
        </div>
        <a class="button plain" href={`/invoices/${of.month}`}>
          {texts.invoice}
        </a>
        <a class="button plain" href={`/export/bills.csv?from=${days[0]}&to=${days.at(-1)}`} download>
          {texts.csv}
        </a>
      </div>
      {(of.bills.length > 0 || of.days.length > 0) && <Table of={of} several={of.meters.length > 1} />}
    </>
  );
}

function Page() {
  useTitle(billTexts().title);
  const { query } = useLocation();
  const month = isMonth(query.month) ? query.month : undefined;
  const loaded = useLoaded(`bills ${viewer.value?.address} ${month}`, () => askMonth(month)).value;
  return (
    <div class="page stack">
      <Block loaded={loaded}>{(of) => <Shown of={of} />}</Block>
    </div>
  );
}

export const Bills = () => (
  <SignedIn as="MEMBER">
    <Page />
  </SignedIn>
);

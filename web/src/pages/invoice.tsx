/** A signed invoice: verified in the page, printable on A4, and as the file that was signed. It shows what was signed and no more. */
import { useLocation, useRoute } from 'preact-iso';
import { dayToDate, type Invoice } from '../../../src/protocol/index.ts';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { dayName, moment, monthName } from '../i18n/format.ts';
import { invoiceTexts } from '../i18n/invoice/index.ts';
import { money } from '../i18n/shown.ts';
import { askBills, counting } from '../member/bills.ts';
import { sha256 } from '../member/checked.ts';
import { askInvoices, askText, type InvoiceHead, type Read, readInvoice } from '../member/invoices.ts';
import type { Facts } from '../member/question.ts';
import { amountWords } from '../parts/amount-words.ts';
import { Block } from '../parts/block.tsx';
import { save } from '../parts/save.ts';
import { SignedIn } from '../parts/signed-in.tsx';
import { useTitle } from '../parts/use-title.ts';
import { addingUp, CENT_NEL } from '../values/amounts.ts';
import { daysOfMonth, isMonth, slotStartMs } from '../values/day-clock.ts';
import '../styles/bill.css';

interface Judged extends InvoiceHead {
  read: Read;
  /** SHA-256 of its text, hex */
  fingerprint: string;
}

interface Found {
  facts: Facts;
  month: string;
  /** of the month, newest first; empty: none was issued */
  revisions: readonly InvoiceHead[];
  shown: Judged | null;
  /** bills that were corrected after it */
  corrected: number;
}

async function askInvoice(month: string, revision: number | null): Promise<Found> {
  const [{ facts, list, operators }, bills] = await Promise.all([askInvoices(), askBills(month)]);
  const revisions = list.filter((one) => one.month === month);
  const head = revisions.find((one) => one.revision === revision) ?? revisions[0];
  const text = head && (await askText(head));
  if (text === undefined) return { facts, month, revisions, shown: null, corrected: 0 };
  const read = readInvoice(text, { chainId: facts.chainId ?? '', operators });
  const current = new Map(counting(bills).map(({ day, meter, version }) => [`${day} ${meter}`, version]));
  const lines = read.invoice?.lines ?? [];
  const corrected = lines.filter(({ day, meter, version }) => (current.get(`${dayToDate(day)} ${meter}`) ?? version) > version).length;
  return { facts, month, revisions, shown: { ...head, read, fingerprint: await sha256(new TextEncoder().encode(text)) }, corrected };
}

function Judgement({ read }: { read: Read }) {
  const texts = invoiceTexts();
  if (read.faults.length === 0)
    return (
      <p>
        <span aria-hidden="true">✓ </span>
        {texts.good}
      </p>
    );
  return (
    <div class="notice bad" role="alert">
      <h2>{read.invoice ? texts.bad : texts.unreadable}</h2>
      <ul lang="en" class="small" aria-label={texts.faults}>
        {read.faults.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
      <p>{texts.whom}</p>
    </div>
  );
}

/** What names an invoice on paper. */
function Letterhead({ invoice, fingerprint }: { invoice: Invoice; fingerprint: string }) {
  const texts = invoiceTexts();
  const days = daysOfMonth(invoice.month);
  const who = viewer.value;
  const row = (name: string, value: string, more?: string) => (
    <div>
      <dt>{name}</dt>
      <dd>
        {more && <span>{more} </span>}
        <code>{value}</code>
      </dd>
    </div>
  );
  return (
    <dl class="facts letterhead">
      {row(texts.to, invoice.member, who?.address === invoice.member ? (who.name ?? undefined) : undefined)}
      {row(texts.from, invoice.operator)}
      {row(texts.chain, invoice.chainId)}
      <div>
        <dt>{texts.month}</dt>
        <dd>{texts.monthSpan(dayName(days[0]), dayName(days.at(-1)!))}</dd>
      </div>
      {row(texts.fingerprint, fingerprint)}
    </dl>
  );
}

function Lines({ invoice, currency }: { invoice: Invoice; currency: string }) {
  const texts = invoiceTexts();
  const { columns } = texts;
  const cents = addingUp(
    invoice.lines.map(({ amountNel }) => amountNel),
    CENT_NEL,
  );
  const several = new Set(invoice.lines.map(({ meter }) => meter)).size > 1;
  const corrected = invoice.lines.some(({ version }) => version > 1);
  return (
    <table class="invoice" aria-label={texts.linesTitle}>
      <thead>
        <tr>
          <th scope="col">{columns.day}</th>
          {several && <th scope="col">{columns.meter}</th>}
          {corrected && (
            <th scope="col" class="number">
              {columns.version}
            </th>
          )}
          <th scope="col" class="number">
            {columns.amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {invoice.lines.map(({ day, meter, version, amountNel }, i) => (
          <tr key={`${day} ${meter}`}>
            <th scope="row">
              <a href={`/bills/${dayToDate(day)}/${meter}`}>{dayName(dayToDate(day), 'short')}</a>
            </th>
            {several && <td>{texts.meter(meter.slice(-4))}</td>}
            {corrected && <td class="number">{version}</td>}
            <td class="number">{amountWords(amountNel, currency, cents[i])}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={1 + Number(several) + Number(corrected)}>
            {texts.total}
          </th>
          <td class="number">{amountWords(invoice.totalNel, currency)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function Revisions({ of: { revisions, month }, shown }: { of: Found; shown: InvoiceHead }) {
  const texts = invoiceTexts();
  if (revisions.length < 2) return null;
  return (
    <nav class="tabs screen-only" aria-label={texts.revisions}>
      {revisions.map(({ revision }) => (
        <a key={revision} href={`/invoices/${month}?revision=${revision}`} aria-current={revision === shown.revision ? 'page' : undefined}>
          {texts.revision(revision)}
        </a>
      ))}
    </nav>
  );
}

function Actions({ month, shown }: { month: string; shown: Judged }) {
  const texts = invoiceTexts();
  return (
    <div class="stack screen-only">
      <div class="buttons">
        <button type="button" class="button" onClick={() => print()}>
          {texts.print}
        </button>
        <button
          type="button"
          class="button plain"
          onClick={() => save(`invoice-${month}-${shown.revision}.json`, shown.read.text, 'application/json')}
        >
          {texts.json}
        </button>
        <a class="button plain" href={`/bills?month=${month}`}>
          {texts.bills}
        </a>
        <a class="button plain" href="/invoices">
          {texts.all}
        </a>
      </div>
      <p class="small quiet read">{texts.keep}</p>
    </div>
  );
}

/** An invoice of a month that was not over has not all of it, and a reader has to know. */
function BeforeTheEnd({ month, shown: { read, issuedAt } }: { month: string; shown: Judged }) {
  const texts = invoiceTexts();
  const last = read.invoice?.lines.reduce((latest, { day }) => Math.max(latest, day), 0);
  const isOver = Date.parse(issuedAt) >= slotStartMs(daysOfMonth(month).at(-1)!, 96);
  if (isOver || !last) return null;
  return <p class="notice screen-only">{texts.beforeTheEnd(dayName(dayToDate(last)))}</p>;
}

function Shown({ of, shown }: { of: Found; shown: Judged }) {
  const texts = invoiceTexts();
  const { facts, month, revisions, corrected } = of;
  const { read, totalNel, revision } = shown;
  const newest = revisions[0].revision;
  const name = monthName(month);
  const amount = money(totalNel, facts.currency);
  return (
    <>
      <h1>{totalNel === 0n ? texts.nothing(name) : (totalNel > 0n ? texts.pay : texts.receive)(name, amount)}</h1>
      <p class="quiet">{texts.issued(moment(Date.parse(shown.issuedAt) / 1000, facts.timeZone), revision)}</p>
      <BeforeTheEnd shown={shown} month={month} />
      {newest > revision && <p class="notice">{texts.replaced(newest)}</p>}
      <Revisions of={of} shown={shown} />
      <Judgement read={read} />
      {corrected > 0 && newest === revision && <p class="notice">{texts.corrected(corrected)}</p>}
      {read.invoice && (
        <>
          <Letterhead invoice={read.invoice} fingerprint={shown.fingerprint} />
          <Lines invoice={read.invoice} currency={facts.currency} />
          <p class="small quiet screen-only">{texts.eachBill}</p>
        </>
      )}
      <Actions month={month} shown={shown} />
    </>
  );
}

function Page() {
  const texts = invoiceTexts();
  const { params } = useRoute();
  const { query } = useLocation();
  const month = isMonth(params.month) ? params.month : null;
  const revision = /^[1-9]\d{0,4}$/.test(query.revision ?? '') ? Number(query.revision) : null;
  useTitle(month === null ? texts.title : `${texts.title} · ${monthName(month)}`);
  const loaded = useLoaded(`invoice ${viewer.value?.address} ${month} ${revision}`, () => askInvoice(month ?? '1970-01', revision)).value;
  return (
    <div class="page stack">
      <Block loaded={loaded} height={900}>
        {(of) =>
          of.shown ? (
            <Shown of={of} shown={of.shown} />
          ) : (
            <>
              <h1>{texts.noneOf(monthName(of.month))}</h1>
              <p class="read">{texts.noneText}</p>
              <p>
                <a class="button plain" href={`/bills?month=${of.month}`}>
                  {texts.bills}
                </a>
              </p>
            </>
          )
        }
      </Block>
    </div>
  );
}

export const InvoiceOfMonth = () => (
  <SignedIn as="MEMBER">
    <Page />
  </SignedIn>
);

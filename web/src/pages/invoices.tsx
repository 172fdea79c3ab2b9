/** Own invoices by month, every revision. */
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { atStart, moment, monthName } from '../i18n/format.ts';
import { invoiceTexts } from '../i18n/invoice/index.ts';
import { askInvoices, type Invoices as Found } from '../member/invoices.ts';
import { amountWords } from '../parts/amount-words.ts';
import { Block } from '../parts/block.tsx';
import { SignedIn } from '../parts/signed-in.tsx';
import { useTitle } from '../parts/use-title.ts';
import '../styles/bill.css';

function Table({ of: { list, facts } }: { of: Found }) {
  const texts = invoiceTexts();
  return (
    <table class="bills" aria-label={texts.list}>
      <thead>
        <tr>
          <th scope="col">{texts.columns.month}</th>
          <th scope="col" class="number">
            {texts.columns.total}
          </th>
          <th scope="col">{texts.columns.revision}</th>
          <th scope="col">{texts.columns.issued}</th>
        </tr>
      </thead>
      <tbody>
        {list.map(({ month, revision, totalNel, issuedAt }) => (
          <tr key={`${month} ${revision}`}>
            <th scope="row">
              <a class="target" href={`/invoices/${month}?revision=${revision}`}>
                {atStart(monthName(month))}
              </a>
            </th>
            <td class="number">{amountWords(totalNel, facts.currency)}</td>
            <td>{revision}</td>
            <td>{moment(Date.parse(issuedAt) / 1000, facts.timeZone)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Page() {
  const texts = invoiceTexts();
  useTitle(texts.title);
  const loaded = useLoaded(`invoices ${viewer.value?.address}`, askInvoices).value;
  return (
    <div class="page stack">
      <Block loaded={loaded}>
        {(of) =>
          of.list.length === 0 ? (
            <>
              <h1>{texts.none}</h1>
              <p class="read">{texts.noneText}</p>
              <p>
                <a class="button plain" href="/bills">
                  {texts.bills}
                </a>
              </p>
            </>
          ) : (
            <>
              <h1>{texts.title}</h1>
              <Table of={of} />
            </>
          )
        }
      </Block>
    </div>
  );
}

export const Invoices = () => (
  <SignedIn as="MEMBER">
    <Page />
  </SignedIn>
);

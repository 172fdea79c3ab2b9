/** Everything that the service has of a member, as files of one zip, fetched one after the other and put together in the page. */
import { writeZip } from '../../../src/reader/index.ts';
import { ask } from '../api/client.ts';
import { fetchFile } from '../api/file.ts';
import { stretches } from '../values/period.ts';
import { askTexts } from './invoices.ts';
import { askFacts, askMeters } from './question.ts';

/** Days of one file: what the service gives at once. */
const FILE_DAYS = 366;

interface File {
  name: string;
  read(): Promise<string>;
}

const get = (path: string): Promise<string> => fetchFile(path).then((response) => response.text());

interface PostingPage {
  edges: { node: Record<string, unknown> }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function account(): Promise<string> {
  const postings: Record<string, unknown>[] = [];
  let after: string | null = null;
  let balanceNel = '0';
  do {
    const { member }: { member: { balanceNel: string; statement: PostingPage } } = await ask(
      `query ($after: String) { member { balanceNel statement(first: 100, after: $after) {
        edges { node { day version journal amountNel balanceNel } } pageInfo { hasNextPage endCursor } } } }`,
      { after },
    );
    balanceNel = member.balanceNel;
    postings.push(...member.statement.edges.map(({ node }) => node));
    after = member.statement.pageInfo.hasNextPage ? member.statement.pageInfo.endCursor : null;
  } while (after !== null);
  return `${JSON.stringify({ balanceNel, postings }, null, 1)}\n`;
}

async function filesOf(): Promise<{ files: File[]; texts: Record<string, string> }> {
  const [facts, meters, invoices] = await Promise.all([askFacts(), askMeters(), askTexts()]);
  const first = meters.map(({ firstDay }) => firstDay).sort()[0] ?? facts.today;
  const parts = stretches(first, facts.today, FILE_DAYS);
  const files = parts.flatMap(({ from, to }): File[] => {
    const range = `from=${from}&to=${to}`;
    const own = meters.flatMap(({ address }) => [
      { name: `intervals-${address}-${from}.csv`, read: () => get(`/export/intervals.csv?${range}&meter=${address}`) },
      { name: `statements-${address}-${from}.json`, read: () => get(`/export/statements.json?${range}&meter=${address}`) },
    ]);
    return [
      ...own,
      { name: `bills-${from}.csv`, read: () => get(`/export/bills.csv?${range}`) },
      { name: `openings-${from}.json`, read: () => get(`/export/openings.json?${range}`) },
    ];
  });
  files.push({ name: 'account.json', read: account });
  const texts = {
    'meters.json': `${JSON.stringify(meters, null, 1)}\n`,
    ...Object.fromEntries(invoices.map(({ month, revision, text }) => [`invoices/${month}-${revision}.json`, text])),
  };
  return { files, texts };
}

/**
 * One zip of everything. One file after another: the service counts what a client asks for.
 * @throws ApiTrouble
 */
export async function everything(
  readme: string,
  progress: (done: number, all: number) => void,
): Promise<{ zip: Uint8Array; files: number }> {
  const { files, texts } = await filesOf();
  const found: Record<string, string> = { 'README.txt': readme, ...texts };
  for (const [i, { name, read }] of files.entries()) {
    progress(i, files.length);
    found[name] = await read();
  }
  return { zip: writeZip(found), files: Object.keys(found).length };
}

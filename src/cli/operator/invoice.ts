/**
 * `electra invoice`: sign and hand out the members' invoices of a calendar month. They hold amounts and openings: one file per member, for
 * that member alone.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { members } from '../../node/books/members.ts';
import { type Issued, issueInvoice, membersBilled, type Previewed, previewInvoice } from '../../node/books/money/invoice.ts';
import type { Sql } from '../../node/db/index.ts';
import { type DataFolder, dataFolder, readSettings, writeWhole } from '../../node/processes/data-folder.ts';
import type { Signer } from '../../node/signer/client.ts';
import { offlineInvoiceSigner } from '../../node/signer/operator-key.ts';
import { monthDays } from '../../protocol/invoice/invoice.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption } from '../options.ts';
import { electra } from './amount.ts';
import { fileNames } from './file-names.ts';
import { operatorSigner } from './operator.ts';

function parseMonth(text: string): string {
  try {
    monthDays(text);
  } catch {
    throw new InvalidArgumentError('expected a calendar month YYYY-MM (UTC).');
  }
  return text;
}

/** The running signer, or the vault's key where none runs. */
function invoiceSigner(data: DataFolder): Promise<Pick<Signer, 'address' | 'signInvoice' | 'close'>> {
  const running = operatorSigner(data);
  if (running) return Promise.resolve(running);
  return offlineInvoiceSigner({ dir: data.signer, passphraseFile: data.signerPassphrase, chainId: readSettings(data).chainId });
}

/** Address and name of the members to invoice: all, or the one of that name or address. */
async function membersOf(sql: Sql, month: string, wanted: string | undefined): Promise<{ address: string; name: string }[]> {
  const names = new Map((await members(sql)).map((m) => [m.address, m.name]));
  const billed = (await membersBilled(sql, month)).map((address) => ({ address, name: names.get(address) ?? address }));
  const found = wanted === undefined ? billed : billed.filter((m) => m.address === wanted || m.name === wanted);
  if (found.length === 0)
    throw new CliError(
      wanted === undefined ? `month: no bill of ${month} is released yet` : `--member: no released bill of ${month} for ${wanted}`,
    );
  return found;
}

type Named<T> = T & { name: string };
const printed = <T extends { totalNel: bigint }>(all: readonly T[]): string =>
  `${JSON.stringify(all.map((one) => ({ ...one, totalNel: String(one.totalNel) })))}\n`;

/** What the invoices would come to; nothing is signed and no signer is asked. */
async function preview(data: DataFolder, month: string, { member, json }: { member?: string; json?: boolean }): Promise<void> {
  const found: Named<Previewed>[] = [];
  await withDatabase(data, 'books', async (sql) => {
    for (const { address, name } of await membersOf(sql, month, member)) {
      const one = await previewInvoice(sql, { member: address, month });
      if (one) found.push({ ...one, name });
    }
  });
  if (json) return void process.stdout.write(printed(found));
  for (const { name, revision, isNew, lines, totalNel } of found)
    process.stdout.write(
      `${name}: ${lines} bills, ${electra(totalNel)} ELECTRA, ${isNew ? 'would be' : 'issued as'} revision ${revision}\n`,
    );
}

async function issue(data: DataFolder, month: string, o: { member?: string; json?: boolean; out?: string }): Promise<void> {
  const issued: (Named<Issued> & { file: string | null })[] = [];
  await withDatabase(data, 'books', async (sql) => {
    const wanted = await membersOf(sql, month, o.member);
    const fileNameOf = fileNames(wanted);
    const signer = await invoiceSigner(data);
    try {
      for (const { address, name } of wanted) {
        const one = await issueInvoice(sql, signer, { member: address, month });
        if (one)
          issued.push({ ...one, name, file: o.out === undefined ? null : join(o.out, `${fileNameOf(name, address)}-${month}.json`) });
      }
    } finally {
      signer.close();
    }
  });
  if (o.out !== undefined) mkdirSync(o.out, { recursive: true, mode: 0o700 });
  for (const { file, text } of issued) if (file) writeWhole(file, text);
  if (o.json) return void process.stdout.write(printed(issued.map(({ text: _, ...rest }) => rest)));
  for (const i of issued)
    process.stdout.write(
      `✓ ${i.name}: ${i.month} revision ${i.revision}${i.isNew ? '' : ' (as issued before)'}, ` +
        `${i.lines} bills${i.file ? `, ${i.file}` : ''}\n`,
    );
}

export function register(program: Command): void {
  const c = program
    .command('invoice')
    .argument('<month>', 'the month, YYYY-MM (of UTC days)', parseMonth)
    .description('sign the members’ invoices of a month; the API hands each member its own')
    .option('--member <name>', 'one member, by name or wallet address; default: all')
    .addOption(new Option('--preview', 'say what they would come to; sign and keep nothing').conflicts('out'))
    .option('--out <dir>', 'also write each invoice as a file, 0600; private: it opens the member’s bills')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra invoice 2026-11 --out invoices');
  c.action(async (month: string) => {
    const o = c.opts();
    await (o.preview ? preview : issue)(dataFolder(o.data), month, o);
  });
}

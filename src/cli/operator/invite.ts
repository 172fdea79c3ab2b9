/**
 * `electra invite`: a one-time invitation for an address, as a link, as a QR code in the terminal, and as a letter to print. It only lets
 * whoever holds it add a passkey to that address. Made with a role of the database that can do nothing else.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { renderUnicodeCompact } from 'uqr';
import { type KnownInvite, knownInvites, makeInvite, withdrawInvites } from '../../node/api/invites.ts';
import { type DataFolder, dataFolder } from '../../node/processes/data-folder.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseAddress } from '../options.ts';
import { pagesOrigin, parseOrigin } from '../origin.ts';
import { LANGUAGES, type LetterLanguage, letter } from './letter.ts';
import { printDone } from './operator.ts';

function parseLanguage(text: string): LetterLanguage {
  const found = LANGUAGES.find((one) => one === text);
  if (!found) throw new InvalidArgumentError(`expected one of ${LANGUAGES.join(', ')}.`);
  return found;
}

function fateOf({ expiresAt, usedAt, withdrawnAt }: KnownInvite): string {
  if (usedAt) return `used on ${usedAt.toISOString()}`;
  if (withdrawnAt) return `withdrawn on ${withdrawnAt.toISOString()}`;
  return `${expiresAt.getTime() < Date.now() ? 'not used until' : 'open until'} ${expiresAt.toISOString()}`;
}

async function list(data: DataFolder, json: boolean): Promise<void> {
  const known = await withDatabase(data, 'inviter', knownInvites);
  if (json) process.stdout.write(`${JSON.stringify(known)}\n`);
  else for (const one of known) process.stdout.write(`${one.address}  made ${one.createdAt.toISOString()}, ${fateOf(one)}\n`);
}

interface Wanted {
  origin?: string;
  name?: string;
  letter?: string;
  language: LetterLanguage;
  json?: boolean;
}

async function invite(data: DataFolder, address: string, o: Wanted): Promise<void> {
  const origin = pagesOrigin(data, o.origin, '--origin');
  if (o.letter && existsSync(o.letter)) throw new CliError(`--letter: ${o.letter} is there already`);
  const { code, expiresAt } = await withDatabase(data, 'inviter', (sql) => makeInvite(sql, address));
  const link = `${origin}/join#${code}`;
  const text = letter({ link, address, name: o.name ?? null, expiresAt, language: o.language });
  if (o.letter) writeFileSync(o.letter, text, { mode: 0o600, flag: 'wx' });
  if (o.json) return void process.stdout.write(`${JSON.stringify({ address, link, expiresAt, letter: o.letter ?? null })}\n`);
  printDone(false, `an invitation for ${address}, good once, until ${expiresAt.toISOString().slice(0, 10)}:`, {});
  process.stdout.write(`\n${link}\n\n${renderUnicodeCompact(link)}\n\n`);
  process.stdout.write(
    'Hand it over by a way that only its member can read: whoever has the link can sign in as that address, and read.\n',
  );
  if (o.letter) process.stdout.write(`The letter to print (A5): ${o.letter}\n`);
}

export function register(program: Command): void {
  const c = program
    .command('invite')
    .argument('[address]', 'the member’s wallet address', parseAddress)
    .description('invite an address to add a passkey: a link that is good once, for 14 days; a new one withdraws the one before')
    .option('--name <name>', 'whom the letter greets; it is kept nowhere')
    .option('--letter <file>', 'also write a letter to print, A5, 0600: it holds the link')
    .option('--language <code>', `of the letter: ${LANGUAGES.join(', ')}`, parseLanguage, 'en')
    .option('--origin <url>', 'where the pages are; default: as `electra init` was told', parseOrigin)
    .option('--list', 'say which invitations there were, and what became of them')
    .option('--withdraw', 'take back what is open for the address, and make none')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra invite electra1… --name "Ana" --letter out/ana.html');
  c.action(async (address: string | undefined) => {
    const o = c.opts();
    const data = dataFolder(o.data);
    if (o.list) return list(data, o.json);
    if (address === undefined) throw new CliError('address: expected the member’s wallet address, or --list');
    if (!o.withdraw) return invite(data, address, o as Wanted);
    const withdrawn = await withDatabase(data, 'inviter', (sql) => withdrawInvites(sql, address));
    printDone(o.json, withdrawn === 0 ? `no invitation of ${address} was open` : `the invitation of ${address} is good no more`, {
      address,
      withdrawn,
    });
  });
}

/**
 * The corridors between rooms that no import shows: which files may read or write which table of Postgres, as rooms.ts says which rooms may
 * import which. The SQL is read from the strings of the code. What views and functions of the database itself read (src/node/db/migrations)
 * is their own matter: they are the doors.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { indexDdl, indexTables } from '../../src/node/indexer/write/schema.ts';
import { root } from './rooms.ts';

export interface Corridor {
  read: readonly string[];
  write: readonly string[];
}

/** Its tables come from schema.graphql, so it may name them as it likes. */
const INDEXER = 'src/node/indexer';
const BOOKS = 'src/node/books';
const PROOFS = 'src/node/proofs';
/** Reads proven totals, and says on a main chain what their net is. */
const UPLINK = 'src/node/uplink';
/** In the index of the main chain, a database of its own. */
const UPLINK_ON_MAIN = `${UPLINK}/main-view.ts`;
/** Where a room reads the index: one place each. */
const BOOKS_ON_CHAIN = `${BOOKS}/intake/chain-view.ts`;
const BOOKS_ON_PROOFS = `${BOOKS}/intake/chain-proofs.ts`;
const BOOKS_ON_EARLIER = `${BOOKS}/intake/earlier-days.ts`;
const API_ON_CHAIN = 'src/node/api/rows/chain.ts';
/** What the operator's board shows of the chain beside what is its own. */
const API_BOARD = 'src/node/api/rows/board.ts';
/** What is wrong between chain, index and books, for the API and a person. */
const INDEX_FINDINGS = 'src/node/db/index-findings.ts';
const SHARING = 'src/node/db/sharing-findings.ts';
const api = (rows: string): string => `src/node/api/rows/${rows}.ts`;

const viewed = (...readers: string[]): Corridor => ({ read: readers, write: [] });
/** Written by the indexer alone. */
const indexed = viewed;
const booked = (...readers: string[]): Corridor => ({ read: [BOOKS, ...readers], write: [BOOKS] });

/** Table or view → files, or rooms, that may read and write it. */
export const TABLES: Readonly<Record<string, Corridor>> = {
  'chain.cursor': indexed(),
  'chain.digest': indexed(),
  'chain.index_schema': indexed(),
  'chain.clock': indexed(API_ON_CHAIN),
  'chain.genesis': indexed(BOOKS_ON_CHAIN, API_ON_CHAIN),
  'chain.meter': indexed(BOOKS_ON_CHAIN, API_ON_CHAIN, API_BOARD, api('market')),
  'chain.node_key': indexed(BOOKS_ON_CHAIN, API_BOARD),
  'chain.operator_rotation': indexed(BOOKS_ON_CHAIN, API_ON_CHAIN),
  'chain.operator_vote': indexed(BOOKS_ON_CHAIN, API_ON_CHAIN),
  'chain.tariff': indexed(BOOKS_ON_CHAIN, API_ON_CHAIN, API_BOARD),
  'chain.slot_prices': indexed(BOOKS_ON_CHAIN, API_ON_CHAIN, API_BOARD),
  'chain.sealed_report': indexed(BOOKS_ON_CHAIN),
  'chain.sealed_statement': indexed(UPLINK_ON_MAIN, BOOKS_ON_CHAIN, API_ON_CHAIN, API_BOARD),
  'chain.dispute': indexed(BOOKS_ON_CHAIN, BOOKS_ON_EARLIER, API_ON_CHAIN),
  'chain.anchor': indexed(UPLINK_ON_MAIN, BOOKS_ON_CHAIN, BOOKS_ON_EARLIER, BOOKS_ON_PROOFS, API_ON_CHAIN),
  'chain.proven_book': indexed(UPLINK, BOOKS_ON_CHAIN, API_ON_CHAIN, INDEX_FINDINGS, SHARING),
  'chain.no_bill': indexed(BOOKS_ON_CHAIN, API_ON_CHAIN),
  'chain.validator_change': indexed(BOOKS_ON_CHAIN, API_ON_CHAIN, API_BOARD),
  'chain.validator_veto': indexed(BOOKS_ON_CHAIN, API_ON_CHAIN),
  'chain.final_reading': indexed(BOOKS_ON_CHAIN, API_ON_CHAIN),
  'chain.roster': indexed(SHARING, UPLINK_ON_MAIN, BOOKS_ON_CHAIN, BOOKS_ON_EARLIER, API_ON_CHAIN, API_BOARD),
  'chain.attestation': indexed(api('market')),
  'chain.chain_conflict': indexed(UPLINK_ON_MAIN),
  'chain.client_update': indexed(UPLINK_ON_MAIN),
  'chain.community': indexed(BOOKS_ON_PROOFS),
  'chain.day_evidence': indexed(UPLINK_ON_MAIN, BOOKS_ON_PROOFS),
  'chain.electra': indexed(api('market')),
  'chain.electra_account': indexed(UPLINK),
  'chain.electra_role': indexed(),
  'chain.escrow_move': indexed(api('market')),
  'chain.fund_withdrawal': indexed(),
  'chain.mint': indexed(api('market')),
  'chain.redemption': indexed(api('market')),
  'chain.register': indexed(),
  'chain.register_change': indexed(UPLINK, api('balance')),
  'chain.register_veto': indexed(),
  'chain.role_change': indexed(),
  'chain.role_vote': indexed(),
  'chain.settlement_entry': indexed(api('market'), BOOKS_ON_PROOFS, BOOKS_ON_CHAIN),
  'chain.suspend_vote': indexed(),
  'chain.transfer': indexed(UPLINK, api('market'), api('balance')),
  'chain.uplink': indexed(SHARING),
  'chain.bad_transaction': indexed(API_ON_CHAIN, INDEX_FINDINGS),
  'chain.frozen': indexed(),
  'chain.proven_roster': indexed(),
  'chain.main_state': indexed(UPLINK_ON_MAIN, api('market')),
  'chain.evidence': indexed(BOOKS_ON_PROOFS),
  'chain.light_block': indexed(BOOKS_ON_PROOFS),
  'chain.log_proof': indexed(BOOKS_ON_PROOFS),
  'chain.log_entry': indexed(BOOKS_ON_PROOFS),
  'chain.main_proof': indexed(BOOKS_ON_PROOFS),
  'chain.head': viewed(
    'src/node/db/chain-head.ts',
    'src/node/uplink/moves.ts',
    API_ON_CHAIN,
    INDEX_FINDINGS,
    SHARING,
    api('market'),
    api('balance'),
  ),
  'chain.frozen_day': viewed(INDEX_FINDINGS),
  'chain.differing_roster': viewed(INDEX_FINDINGS),
  'chain.settled_day': viewed(BOOKS_ON_CHAIN),
  'chain.day_change': viewed(BOOKS_ON_PROOFS),

  'books.chain': booked(),
  'books.member': { read: [BOOKS, api('account')], write: [`${BOOKS}/members.ts`] },
  'books.statement': booked(api('readings')),
  'books.report': booked(api('readings'), api('installing')),
  'books.progress': booked(),
  'books.alarm': { read: [api('alarms')], write: [BOOKS] },
  'books.market_day': { read: [UPLINK, api('market')], write: [UPLINK] },
  'books.uplink_day': { read: [UPLINK], write: [UPLINK] },
  'books.day': booked(UPLINK, api('bills'), api('books'), api('notices')),
  'books.entry': booked(api('bills'), api('notices'), api('market')),
  'books.link': booked(),
  'books.final_reading': booked(API_ON_CHAIN),
  'books.posting': { read: [BOOKS, UPLINK, api('account'), api('balance')], write: [BOOKS] },
  'books.account_link': { read: [`${BOOKS}/money`, UPLINK, api('balance')], write: [UPLINK, api('balance-requests')] },
  'books.main_reading': { read: [UPLINK], write: [UPLINK] },
  'books.withdrawal': { read: [UPLINK, api('balance'), api('balance-requests')], write: [UPLINK, api('balance-requests')] },
  'books.outbox': booked(),
  'books.period': booked(),
  'books.settlement': booked(api('market')),
  'books.shared_energy': booked(api('shared'), api('market')),
  'books.invoice': booked(api('invoices'), api('notices')),
  'books.latest_entry': viewed(`${BOOKS}/draft`),
  'books.unmetered_entry': viewed(`${BOOKS}/draft`),
  'books.released_entry': viewed(`${BOOKS}/money`, `${BOOKS}/open-runs.ts`, api('bills')),
  'books.released_source': viewed(`${BOOKS}/release`),

  'prove.input': { read: [PROOFS], write: [UPLINK, `${BOOKS}/draft`, PROOFS] },
  'prove.proof': { read: [BOOKS, UPLINK, api('bills')], write: [`${BOOKS}/draft`, PROOFS] },

  'access.setting': viewed(api('sessions')),
  'access.nonce': { read: [], write: [api('sessions')] },
  'access.session': { read: [api('sessions')], write: [api('sessions')] },
  'access.credential': { read: [api('credentials'), api('sessions'), api('notices')], write: [api('credentials')] },
  'access.invite': { read: [api('credentials'), 'src/node/api/invites.ts'], write: ['src/node/api/invites.ts'] },
  'access.auditor': { read: ['src/node/api/auditors.ts'], write: ['src/node/api/auditors.ts'] },
  'access.install_code': { read: [api('installing')], write: ['src/node/api/install-codes.ts'] },
  'access.notice': { read: [api('notices')], write: [api('notices')] },
  'access.booked_day': viewed(INDEX_FINDINGS),
  'access.void_day': viewed(INDEX_FINDINGS),
  'access.uplink_day': viewed(SHARING),
  'access.run_day': viewed(api('runs')),
  'access.day_status': viewed(api('bills'), api('operation')),
  'access.pending_bill': viewed(api('bills')),
  'access.refused_box': viewed(api('operation')),
  'access.outbox_status': viewed(api('operation')),
  'access.proving': viewed(api('operation')),
  'access.market_share': viewed(api('market')),
  'access.settled_week': viewed(api('market')),
  'access.suspense_entry': viewed(api('money')),
  'access.open_payout': viewed(api('money')),
  'access.member_name': viewed(API_BOARD),
  'access.report_time': viewed(API_BOARD),
  'access.meter_day': viewed(API_BOARD),
  'access.signed_in': viewed(API_BOARD),
};

const MIGRATIONS = join(root, 'src/node/db/migrations');

/** Every table and view that the migrations and the index make. */
export function tablesMade(): string[] {
  const migrations = readdirSync(MIGRATIONS).map((name) => readFileSync(join(MIGRATIONS, name), 'utf8').split('-- Down Migration')[0]);
  const indexer = readFileSync(join(root, 'src/node/indexer/write/schema.ts'), 'utf8');
  const made = [...migrations, ...indexDdl(indexTables()), indexer].flatMap((sql) =>
    [...sql.matchAll(/\bcreate (?:table|view) ((?:chain|books|prove|access)\.[a-z_]+)/g)].map(([, name]) => name),
  );
  return [...new Set(made)].sort();
}

/** The texts of a file's strings and templates; what a template puts in is `{}`. Comments are none. */
export function stringsOf(code: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    if (ts.isTemplateExpression(node))
      found.push([node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('{}'));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('file.ts', code, ts.ScriptTarget.Latest));
  return found;
}

export type Use = `${'reads' | 'writes' | 'hides' | 'makes up'} ${string}`;

const SQL = /\b(?:select|insert into|update|delete from|truncate)\b/i;
const NAMED = /(?<![\w.'"])((?:chain|books|prove|access)\.(?:[a-z_]+|\{\}))(?![\w(])/g;
const WRITES = /\b(?:insert into|update|delete from|truncate(?: table)?)\s+$/i;
const ALONE = /^(?:chain|books|prove|access)\.(?:[a-z_]+|\{\})$/;

/** What a text does to tables. A table's name alone is handed to a bulk write. A name that is put together cannot be held to the plan. */
export function usesOf(text: string): Use[] {
  if (ALONE.test(text)) return text.includes('{}') ? [`hides ${text}`] : text in TABLES ? [`writes ${text}`] : [];
  if (!SQL.test(text)) return [];
  return [...text.matchAll(NAMED)].map((match): Use => {
    const name = match[1];
    if (name.includes('{}')) return `hides ${name}`;
    if (!(name in TABLES)) return `makes up ${name}`;
    return `${WRITES.test(text.slice(0, match.index)) ? 'writes' : 'reads'} ${name}`;
  });
}

/** How a statement begins: a select from somewhere, or of a number or a function's result. */
const STATEMENTS = [
  /^select\s([\s\S]*\sfrom\s|\d|\w+\()/i,
  /^with \w+ as\s/i,
  /^(insert into|delete from)\s/i,
  /^update \S+ set\s/i,
  /^(create|drop|alter) (table|view|schema|role|database)\s/i,
];

/** Whether a text is a statement. */
export const isSql = (text: string): boolean => {
  const begun = text.replace(/^\s*\(?\s*/, '');
  return STATEMENTS.some((statement) => statement.test(begun));
};

const lies = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

/** One sentence for each use of a table that the plan does not have, and for each statement outside the node. */
export function tableOffences(file: string, code: string): string[] {
  return stringsOf(code).flatMap((text) => {
    if (!file.startsWith('src/node/')) return isSql(text) ? [`${file} speaks SQL: ${text.trim().slice(0, 60)}`] : [];
    return usesOf(text).flatMap((use) => {
      const [verb, name] = [use.slice(0, use.lastIndexOf(' ')), use.slice(use.lastIndexOf(' ') + 1)];
      if (lies(file, INDEXER) && name.startsWith('chain.')) return [];
      const places = verb === 'reads' ? TABLES[name].read : verb === 'writes' ? TABLES[name].write : [];
      return places.some((place) => lies(file, place)) ? [] : [`${file} ${use}`];
    });
  });
}

/** Rights of the plan that no file uses. */
export function unusedRights(files: readonly string[], read: (path: string) => string): string[] {
  const used = files.flatMap((file) => stringsOf(read(file)).flatMap((text) => usesOf(text).map((use) => ({ file, use }))));
  const rights = Object.entries(TABLES).flatMap(([name, { read: readers, write: writers }]) => [
    ...readers.map((place) => ({ place, use: `reads ${name}` })),
    ...writers.map((place) => ({ place, use: `writes ${name}` })),
  ]);
  return rights
    .filter(({ place, use }) => !used.some((one) => one.use === use && lies(one.file, place)))
    .map(({ place, use }) => `${place} never ${use}`);
}

import { describe, expect, test } from 'vitest';
import { electra } from '../kit/electra.ts';

const refused: [string, string[], number, RegExp][] = [
  ['an unknown command', ['nonsense'], 1, /no command "nonsense"; there are up, /],
  ['an unknown community', ['up', '--community', 'hamlet'], 1, /--community.*rural, village, suburb, town/],
  ['a day beyond the profiles', ['up', '--from', '2016-12-31'], 1, /2016-01-01 to 2016-12-30/],
  ['no days', ['up', '--days', '0'], 1, /--days.*whole number above 0/],
  ['a port out of range', ['up', '--port', '70000'], 1, /--port.*1 to 65535/],
  ['a date that is none', ['report', '2026-02-30', '--data', 'x'], 1, /date.*YYYY-MM-DD/],
  ['a folder without a community', ['report', '2026-01-01', '--data', '/nonexistent'], 1, /--data: .*no community yet/],
  ['a bundle that is not there', ['audit', '/nonexistent'], 2, /unreadable/],
  [
    'an audit that goes on from a missing file',
    ['audit', 'x', '--since', '/nonexistent/a.json'],
    2,
    /--since: .*cannot be read \(ENOENT\)/,
  ],
  ['an audit saved where nothing can be', ['audit', 'x', '--save', '/nonexistent/a.json'], 2, /--save: .*cannot be written \(ENOENT\)/],
  ['an audit with an option that is none', ['audit', 'x', '--sinse', 'y'], 2, /unknown option '--sinse'/],
  ['an audit of no bundle', ['audit'], 2, /missing required argument 'bundle'/],
  ['a bill of no bundle', ['verify-bill', '--meter-export', 'y'], 2, /required option '--bundle/],
  ['a foreign address', ['meter', 'retire', 'cosmos1qqqq', '--last-day', '2030-01-01'], 1, /expected a bech32 address electra1/],
  ['a veto with no key', ['meter', 'veto', 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl'], 1, /required option '--key-file/],
  ['a redraft of no date', ['redraft', 'yesterday'], 1, /date.*YYYY-MM-DD/],
  ['an invoice of no month', ['invoice', '2026-13'], 1, /month.*YYYY-MM/],
  ['a preview that is to write files', ['invoice', '2026-12', '--preview', '--out', 'x'], 1, /--preview.*--out/],
  ['a bill without its opening', ['verify-bill', '--bundle', 'x', '--meter-export', 'y'], 2, /--invoice or --openings/],
  [
    'a bill in a bundle that is not there',
    ['verify-bill', '--bundle', '/nonexistent', '--meter-export', 'y', '--invoice', 'z'],
    2,
    /--bundle: .*missing/,
  ],
  ['evidence that is not there', ['verify-evidence', '/nonexistent/e.json', '--bundle', 'x'], 2, /file: .*cannot be read/],
  ['an export of what is no meter’s store', ['meter', 'export', '--store', '/nonexistent', '--out', 'x'], 1, /store.log: missing/],
  [
    'a NoBill of no date',
    ['no-bill', 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl', 'today', '--wallet-file', 'x'],
    1,
    /date.*YYYY-MM-DD/,
  ],
  ['a digest of no height', ['index', 'digest', '--height', '-1', '--data', '/nonexistent'], 1, /--height.*number of a block/],
  ['a digest of a folder without a community', ['index', 'digest', '--data', '/nonexistent'], 1, /\/nonexistent holds no community yet/],
  ['an epoch that is none', ['key', 'destroy', '0'], 1, /epoch.*whole number above 0/],
  [
    'prices that are none',
    ['tariff', 'set', '--from', '2030-01-01', '--retail', '1,2', '--feed-in', '1', '--fee', '1'],
    1,
    /--retail.*one integer or 96/,
  ],
];

refused.push(
  ['an operator who is none', ['operator', 'rotate', '--to', 'cosmos1qqqq'], 1, /expected a bech32 address electra1/],
  [
    'an operator named with no key',
    ['meter', 'name-operator', 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl'],
    1,
    /required option '--key-file/,
  ],
  ['prices from nowhere', ['tariff', 'import'], 1, /expected a file, or --watch/],
  ['prices in a unit that is none', ['tariff', 'import', 'x.csv', '--unit', 'eur'], 1, /--unit.*eur\/mwh/],
  ['prices in a zone that is none', ['tariff', 'import', 'x.csv', '--zone', 'Mars/Olympus'], 1, /--zone.*time zone such as/],
  ['a margin that is none', ['tariff', 'import', 'x.csv', '--margin', 'much'], 1, /--margin.*ct\/kWh such as/],
  ['two rules for what is fed in', ['tariff', 'import', 'x.csv', '--feed-in', '8', '--feed-in-margin', '-1'], 1, /cannot be used with/],
  ['a folder watched by somebody who is asked', ['tariff', 'import', '--watch', '.'], 1, /--watch: expected --yes/],
);

describe('the command line', () => {
  test.each(refused)('refuses %s with one plain sentence', async (_name, args, code, message) => {
    const result = await electra(...args);
    expect(result.code).toBe(code);
    expect(result.out + result.err).toMatch(message);
    expect(result.out + result.err).not.toMatch(/\n\s+at /);
  });

  test('lists every command, and shows each one’s options and an example', async () => {
    const { code, out } = await electra('--help');
    expect(code).toBe(0);
    for (const name of [
      'up',
      'index',
      'account',
      'prove',
      'serve',
      'meter',
      'tariff',
      'key',
      'dispute',
      'redraft',
      'report',
      'export',
      'audit',
      'verify-bill',
      'verify-evidence',
      'invoice',
      'no-bill',
      'doctor',
    ])
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const args of [
      ['report'],
      ['export'],
      ['audit'],
      ['doctor'],
      ['up'],
      ['meter', 'enrol'],
      ['tariff', 'set'],
      ['key', 'rotate'],
      ['key', 'destroy'],
      ['dispute'],
      ['redraft'],
      ['verify-bill'],
      ['verify-evidence'],
      ['invoice'],
      ['no-bill'],
      ['meter', 'export'],
    ]) {
      expect((await electra(...args, '--help')).out).toMatch(/Options:[\s\S]*Example:/);
    }
  }, 180_000); // two dozen processes, one after the other
});

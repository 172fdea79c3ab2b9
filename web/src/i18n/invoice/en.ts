/** English texts of a member's invoices. */
const plural = new Intl.PluralRules('en');
const many = (count: number, one: string, other: string): string => (plural.select(count) === 'one' ? one : other);

export const texts = {
  title: 'Invoices',
  none: 'No invoice was issued yet.',
  noneText: 'The operator signs one for each month when all of its days are final. Until then your bills show what the month comes to.',
  list: 'Invoices, newest first',
  columns: {
    month: 'Month',
    revision: 'Revision',
    issued: 'Issued',
    total: 'Total',
    day: 'Day',
    meter: 'Meter',
    version: 'Version',
    amount: 'Amount',
  },
  bills: 'Bills of the month',
  all: 'All invoices',
  pay: (month: string, amount: string) => `Invoice for ${month}: you pay ${amount}.`,
  receive: (month: string, amount: string) => `Invoice for ${month}: you receive ${amount}.`,
  nothing: (month: string) => `Invoice for ${month}: nothing to pay.`,
  noneOf: (month: string) => `No invoice of ${month} was issued yet.`,
  beforeTheEnd: (day: string) => `Issued before the month was over: it goes to ${day}. What comes after that is in a later revision.`,
  issued: (time: string, revision: number) => `Issued ${time}, revision ${revision}.`,
  replaced: (revision: number) => `Revision ${revision} replaces this one.`,
  revisions: 'Revisions',
  revision: (n: number) => `Revision ${n}`,
  checking: 'Checking the signature …',
  good: 'Checked on this device: signed by the operator, for you, and the total is the sum of its lines.',
  bad: 'This invoice is not as it should be.',
  faults: 'What is wrong',
  unreadable: 'This invoice could not be read.',
  whom: 'Show it to the operator and to the other members. Save the file first.',
  corrected: (count: number) =>
    `${count} ${many(count, 'bill was', 'bills were')} corrected after this invoice. The next revision will have ${many(count, 'it', 'them')}.`,
  eachBill: 'Whether each line is right, the check of its bill says: open the day.',
  from: 'From the operator',
  to: 'For',
  chain: 'Community',
  month: 'Month',
  monthSpan: (from: string, to: string) => `${from} to ${to}, days of the books (UTC)`,
  fingerprint: 'SHA-256 of the signed file',
  linesTitle: 'Lines by day',
  total: 'Total',
  json: 'Save the signed file',
  print: 'Print',
  keep: 'The signed file holds what opens each of your bills: keep it to yourself.',
  meter: (end: string) => `… ${end}`,
};

export type Texts = typeof texts;

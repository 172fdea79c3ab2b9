/** English of the auditor's calendar. Its shape is that of every language. */
const plural = new Intl.PluralRules('en');
const many = (count: number, one: string, other: string): string => (plural.select(count) === 'one' ? one : other);

export const texts = {
  title: 'Audit',
  done: (checked: number, all: number) => `${checked} of ${all} final ${many(all, 'day', 'days')} checked on this device.`,
  lead: 'Verdicts stand here that were made in this browser. They are sent to nobody.',
  nothing: 'No day is final yet.',
  calendar: 'Days',
  weekdays: ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'],
  states: {
    passed: 'right',
    open: 'right, with open matters',
    failed: 'not right',
    unchecked: 'not checked here',
    waiting: 'not final yet',
    development: 'right, development keys accepted',
  },
  dayIs: (day: string, state: string) => `${day}: ${state}`,
  from: 'From',
  to: 'To',
  run: (days: number) => `Fetch and check ${days} ${many(days, 'day', 'days')}`,
  tooMany: (most: number) => `At most ${most} days at a time, the first one first.`,
  fetching: 'Fetching the books …',
  absentSince: (command: string) =>
    `The service has no bundle of these days that goes on from your audit: one of them is not final or not proven yet, or too much of what came before has changed. Save where the next check goes on, hand the file to the operator, and ask for: ${command}`,
  absent: 'The service has no bundle of these days now. One that you have can be checked below.',
  resume: (day: string) => `Go on from the audit that ended with ${day}`,
  resumeHint:
    'Then what was open is followed by name, and signatures are followed from the last header on. It needs the days after it without a gap.',
  genesis: 'Fingerprint of the community, from paper',
  same: 'This service shows the community with this fingerprint.',
  pinned: (when: string) => `You pinned it on this device on ${when}, and this service shows the community with it.`,
  other: 'This service shows another community. Do not go on.',
  unset: '64 characters, from your contract or the operator’s notice. It is compared at once, and again in every bundle.',
  wrong: 'Expected 64 characters, 0–9 and a–f.',
  name: 'Your name, for the printed protocol',
  protocol: 'Protocol of an audit',
  lines: {
    auditor: 'Auditor',
    at: 'Made',
    chain: 'Chain',
    genesis: 'Fingerprint of the community',
    compared: 'compared with the auditor’s own',
    trust: 'taken on trust',
    range: 'Days',
    verdict: 'Exit code',
    signature: 'Signature',
  },
  kept: 'What is kept here',
  keptLead: 'Verdicts and where the next audit goes on are kept in this browser alone. Take them along before you change the device.',
  save: 'Save them as a file',
  takeIn: 'Take in a file',
  notTaken: 'That file holds no verdicts of this community.',
  forget: 'Forget them',
  own: 'Or check a bundle that you have',
  development: 'Accept development keys. Whoever made them could forge proofs: for demonstrations alone.',
};

export type AuditTexts = typeof texts;

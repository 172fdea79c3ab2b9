/** English texts of the check. Their shape is that of every language. */
import type { Answer, Question } from '../../check/questions.ts';

const plural = new Intl.PluralRules('en');
const many = (count: number, one: string, other: string): string => (plural.select(count) === 'one' ? one : other);

const questions: Record<Question, string> = {
  chain: 'Is this the real chain?',
  signed: 'Is it the state that the meters signed?',
  everybody: 'Is everybody in, once?',
  prices: 'Are the prices what the rule says?',
  bills: 'Is every bill right?',
  midnight: 'Does no energy vanish at midnight?',
  keys: 'Are the keys those of the community?',
};

const answers: Record<Answer, string> = {
  yes: 'Yes',
  no: 'No',
  unreadable: 'Could not be read',
  open: 'Yes, with open matters',
  unchecked: 'Not checked',
  none: 'Not checked',
  accepted: 'Development keys, accepted by you',
  refused: 'Development keys, not accepted',
};

export const texts = {
  title: 'Check it yourself',
  lead: 'This page verifies a community’s books on your own device: every signature, every price, every bill. Nothing that you open here is sent anywhere.',
  checkDay: (day: string) => `Check ${day}`,
  fetching: 'Fetching the books …',
  noBundle: (day: string) => `The service has no bundle of ${day} now. It may be on its way; one that you have can be checked below.`,
  notFinal: (days: string) => `There is no bundle of all these days. Not final yet: ${days}.`,
  loading: 'Loading the check …',
  ready: 'Ready. This page needs the network no more.',
  failed: 'The check could not be loaded in this browser.',
  drop: 'Drop a bundle here',
  dropText: 'A zip file or a folder, as the operator publishes it or “electra export” writes it.',
  chooseZip: 'Choose a zip file',
  chooseFolder: 'Choose a folder',
  genesis: 'Fingerprint of the community (optional)',
  genesisHint: 'The 64 characters on your contract or on the operator’s notice. Then a bundle of any other community is refused.',
  genesisPinned: (when: string) => `You pinned it on this device on ${when}. A bundle of any other community is refused.`,
  genesisWrong: 'Expected 64 characters, 0–9 and a–f.',
  running: (name: string) => `Checking ${name} …`,
  sentence: {
    passed: (bills: string, prices: string, days: string) => `All ${bills} bills and all ${prices} prices of ${days} are right.`,
    exceptions: (bills: string, prices: string, days: string) =>
      `All ${bills} bills and all ${prices} prices of ${days} are right. Some matters are still open.`,
    failed: 'Something in these books is wrong.',
    unreadable: 'These books could not be read as a whole.',
    partial: 'No fault was found in what was looked at. It was not everything.',
  },
  refused: 'This is no bundle that can be checked.',
  facts: (checks: number, s: string) => `${checks} ${many(checks, 'check', 'checks')}, ${s} s, on this device.`,
  asOf: (time: string) => `As of chain time ${time}.`,
  days: (count: number) => many(count, 'day', 'days'),
  developmentTitle: 'Not a production chain',
  developmentText: 'Whoever made these keys could forge proofs. It is good for a demonstration and for nothing else.',
  developmentAsk: 'The keys of this chain are development keys: whoever made them could forge proofs. So it did not pass.',
  developmentSaid: 'These books are proven with development keys.',
  demonstrationTitle: 'This is a demonstration',
  demonstrationAsk:
    'Whoever made its keys could forge proofs, so no check passes unless you accept them. It did not pass; nothing else was found wrong.',
  developmentAgain: 'Check again, accepting development keys',
  copies: (day: string, count: number) =>
    `The prices of ${day} include ${count} copied ${many(count, 'profile', 'profiles')}, of ${many(count, 'a meter', 'meters')} that signed nothing in time.`,
  questions,
  answers,
  lines: (count: number) => `${count} ${many(count, 'line', 'lines')} of the audit`,
  noLines: 'No line of the audit speaks of this.',
  meansTitle: 'What a pass means',
  means: [
    'More than two thirds of the community’s meters signed these days.',
    'Each meter’s statement is in the book once, as its meter signed it.',
    'Prices follow from everybody’s true sums, and each bill from its owner’s readings and these prices.',
  ],
  meansNotTitle: 'What it does not mean',
  meansNot: [
    'That a meter measured right: what it signed is taken as measured.',
    'That an open matter, if one is named, has been settled.',
    'That this page is honest: use any copy of it, from whomever you trust.',
  ],
  whenFails: 'Show the result to the operator and to the other members. Save it first.',
  saveText: 'Save the result as text',
  saveJson: 'Save the result as JSON',
  saveResume: 'Save where the next check goes on',
  print: 'Print',
  again: 'Check another bundle',
  rawTitle: 'The result, line by line, as the command line prints it',
};

export type Texts = typeof texts;

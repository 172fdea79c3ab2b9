/**
 * The chain's refusals in the words of who typed a command: the option or argument, and what was expected of it. The chain's own sentence
 * names the message's field, which nobody has typed. What is not here is said as the chain says it.
 */
import { CliError } from './errors.ts';

interface Refusal {
  codespace: string;
  code: number;
  log: string;
}

const LIST = 'electra meter list';
/** By the chain's codes (chain/x/meter/types/errors.go). */
const WORDS: Readonly<Record<number, string>> = {
  2: 'the key that signed: expected the operator’s, a meter’s or a member’s of this chain',
  40: `<meter>: expected an enrolled meter (${LIST})`,
  41: `<meter>: is enrolled already, and an address enrols once, ever (${LIST}); a meter in its place has an address of its own`,
  42: '--first-day: expected a day to come, by the chain’s clock',
  43: '--max-wh: expected 1 to 1048575',
  44: '--max-wh: expected less: with it the meters of a day could use more than a day’s proof can hold',
  45: '--consensus-key: expected a usable Ed25519 key',
  46: '--consensus-key: expected one that no meter ever had',
  47: '--last-day: expected today or later, by the chain’s clock, and not before the first day',
  48: `<meter>: is retired already (${LIST})`,
  54: '--to: expected another address than the operator’s',
  55: 'a rotation waits for its time already (electra operator show)',
  60: '--from: expected a day to come, by the chain’s clock; single slots to come may be set by electra tariff import',
  67: 'a slot begins in less than 900 s, by the chain’s clock: expected later ones',
  71: '<date>: is disputed already',
};

/** What to say of a refusal. */
export function refusalInWords({ codespace, code, log }: Refusal): string {
  return (codespace === 'meter' && WORDS[code]) || log;
}

/** @throws CliError in words, where the chain refused */
export function assertTaken(answer: Refusal): void {
  if (answer.code !== 0) throw new CliError(`the chain refused it: ${refusalInWords(answer)}`);
}

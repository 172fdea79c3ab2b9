/**
 * The chain's refusals in the words of who typed a command: the option or argument, and what was expected of it. The chain's own sentence
 * names the message's field, which nobody has typed. What is not here is said as the chain says it.
 */
import { printable } from '../reader/audit/format.ts';
import { CliError } from './errors.ts';

interface Refusal {
  codespace: string;
  code: number;
  log: string;
}

const LIST = 'electra meter list';
/** By the chain's codes (chain/x/meter/types/errors.go). */
const WORDS: Readonly<Record<number, string>> = {
  2: 'the key that signed: expected the operator’s, a meter’s or a member’s of this chain, or one that may hold its ELECTRA',
  3: 'the key that signed: expected that of who may say this: the operator, the role’s holder (electra money status), the meter itself',
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

const ACCOUNTS = 'electra exchange account, electra uplink register-member';

/** Those of the main chain's modules (chain/x/electra, chain/x/settlement, chain/x/register), by codespace. */
const ON_MAIN: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  electra: {
    10: '<amount>: expected above 0 and below 2^62 nELECTRA; to send 0.001 or more, to redeem steps of 0.01, to members steps of 10',
    11: '--document, --payment, --reason: expected a hash of 32 bytes',
    12: '<amount>: expected at most what the account has (electra uplink treasury)',
    13: `<to>, <account>: expected one that may hold ELECTRA (${ACCOUNTS}); so does the signer have to`,
    14: '<address>: may hold ELECTRA already, or is a module’s',
    15: '<kind>: expected treasury, member or other; a treasury registers members alone',
    16: '<address>: expected fewer: the community’s members may have two accounts each',
    17: 'ELECTRA is paused by the guardian: nothing is minted, sent, paid to members or registered until it ends (electra money status)',
    18: 'ELECTRA is not paused: there is nothing to end',
    19: 'the account is frozen by the guardian: nothing leaves it (electra money status)',
    20: '<account>: expected one that is frozen (electra money status)',
    21: 'the account has sent a hundred times today: expected fewer, or tomorrow',
    22: 'the counter: expected the last one of this member + 1; the payment before it was made already',
    30: '--as-of: expected later than the attestation before, and not after the chain’s clock (electra money status)',
    31: 'the attestor has attested nothing in the last 35 days: expected an attestation first (electra money attest)',
    32: '<amount>: expected less: supply, this, and what was confirmed since the attestation are above what it attests',
    40: '<reference>: expected 1 to 140 printable ASCII characters',
    41: 'the account has ten open redemptions: expected one of them to be paid out first',
    42: '<id>: expected the number of an open redemption (electra money status)',
    43: '--payment: expected another paper: this one confirms another redemption',
    44: '<reason>: expected wrong-reference or legal-order',
    50: '<role>: expected issuer, attestor or guardian',
    51: '<address>: expected one that has no role and waits for none (electra money status)',
    52: '<role>: a rotation of it waits already (electra money status)',
    53: '<role>: expected one of which a rotation waits (electra money status)',
    54: '<address>: this meter has named it already',
    55: '--key-file: expected the key of a meter that has power on the main chain',
  },
  settlement: {
    10: '<amount>: expected 0.001 ELECTRA or more, and less than 2^62 nELECTRA',
    11: '<uplink>: expected one that is enrolled on the main chain',
    12: '--wallet-file: expected the wallet of the uplink’s treasury',
    13: '<amount>: expected at most what the treasury has (electra uplink treasury)',
    14: '<amount>: expected less: the credit stays in escrow, as does what the largest debts of a year ask for (electra uplink treasury)',
    15: 'the community owes: expected its debts to be paid before anything is taken out of the escrow (electra uplink deposit)',
    16: 'the treasury is frozen by the guardian: expected it to be unfrozen first (electra money status)',
    17: `the signer: expected an account that may hold ELECTRA (${ACCOUNTS})`,
    18: 'the community is suspended, or an entry of it is missing: expected its period to be settled first (electra uplink settle)',
    20: '<from>: expected the first day of a period, as seven days after another',
    21: '<from>: a day of the period is neither proven nor void yet: expected later',
    22: 'entries: expected 1 to 500, each uplink once',
    23: '<from>: the period of this community is settled already (electra uplink treasury)',
    24: '<from>: the community has no bill in this period: there is nothing to settle',
    25: 'the amount is more than prices and capacity allow: expected the sum of the bills',
  },
  register: {
    2: '<uplink>: expected a meter of the main chain that is not retired',
    3: '<file>: chainId: expected the id of another chain than the main chain',
    4: '<file>: the uplink or the chain is registered already, or was (electra uplink status)',
    5: '<uplink>: no community is registered behind it, or not yet in force (electra uplink status)',
    6: '<uplink>: the community is suspended already, or still: its operator has it resumed (electra exchange resume)',
    7: '<file>: checkpoint: expected evidence in its one encoding; headers alone carry no proofs',
    8: 'the header: expected one of this chain, not ahead of now, at or above what the main chain has seen',
    9: 'the main chain’s view of the community ran out: expected it to be resumed (electra exchange resume)',
    10: 'the header: expected more than two thirds of its validators, and a third of those known before, to have signed it',
    11: '<file>: checkpoint: expected proofs under its header; run electra uplink join again',
    12: '<file>: expected a community of this main chain’s own circuits, clock and durations',
    13: 'the header: expected one after the end of the day',
    14: 'the community’s chain has not verified the book of this day yet',
    15: 'too many entries of the day are copies: it cannot be shared',
    16: 'the community’s chain does not say that it shares here by this uplink: expected electra uplink join',
    17: '<uplink>: the same waits already (electra uplink pending)',
    18: '<id>: expected the number of something that waits (electra uplink pending)',
    19: '<id>: this meter has vetoed it already',
    20: '--key-file: expected the key of a meter that has power on the main chain',
    21: '--height: the nodes have one header there: expected two, of the same height',
    22: '<file>: the community is neither suspended, nor has its client run out: there is nothing to resume',
    23: '<treasury>: expected another account than now, one that may hold ELECTRA as a treasury',
    24: '<uplink>: this meter has said so already',
    25: 'the header: expected one an hour after the last that was shown',
    26: '<file>: creditNel, members: expected a smaller number',
  },
};

/** What to say of a refusal: the chain’s sentence comes from any node of it. */
export function refusalInWords({ codespace, code, log }: Refusal): string {
  const words = codespace === 'meter' ? WORDS[code] : ON_MAIN[codespace]?.[code];
  return words ?? printable(log);
}

/** @throws CliError in words, where the chain refused */
export function assertTaken(answer: Refusal): void {
  if (answer.code !== 0) throw new CliError(`the chain refused it: ${refusalInWords(answer)}`);
}

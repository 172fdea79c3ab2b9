/** English of the operator's pages. Its shape is that of every language. */
import type { Step } from '../../operate/checklist.ts';
import type { Kind } from '../../operate/matters.ts';
import type { NodeWord, Told } from '../../operate/node-words.ts';
import type { DayState, DayStatus } from '../../operate/question.ts';

const plural = new Intl.PluralRules('en');
const many = (count: number, one: string, other: string): string => (plural.select(count) === 'one' ? one : other);

/** `count` things; `who` names those of meters. */
interface MatterTexts {
  title: (count: number, who: string) => string;
  means: string;
  todo: string;
}

const matters: Record<Kind, MatterTexts> = {
  notReady: {
    title: () => 'The node is not ready.',
    means: 'Something that every day needs is away or stands still: the database, the chain, the index or the books.',
    todo: 'Let the doctor name it.',
  },
  power: {
    title: () => 'The chain may stop: too few validators are heard of.',
    means: 'Blocks are made while more than two thirds of the validators are online. One more that is lost stops the chain.',
    todo: 'Call those who look after the silent validators, and look at the last block.',
  },
  rotation: {
    title: () => 'Another operator is to be in force soon.',
    means: 'The present key signed over to another one. Meters with more than a third of the power may veto it until then.',
    todo: 'Tell the members before they ask, and take the new key into use once it is in force. If you know nothing of it, your key is in other hands: ask the validators to veto.',
  },
  noTariff: {
    title: () => 'No tariff is in force tomorrow.',
    means: 'A day without outside prices cannot be billed. A tariff has to be on the chain the day before.',
    todo: 'Set one, with your own prices, before midnight UTC.',
  },
  dayWaits: {
    title: (count) => (count === 1 ? 'A day does not go on.' : `${count} days do not go on.`),
    means: 'A book has to be anchored on the chain within 48 hours after the freeze; later, every audit fails for good.',
    todo: 'Let the doctor say what is in its way.',
  },
  unsent: {
    title: () => 'Messages to the chain failed.',
    means: 'Anchors and disputes go to the chain through the signer. They are tried again; the last attempt failed.',
    todo: 'See whether signer and chain node run.',
  },
  missing: {
    title: (count, who) => `${count} ${many(count, 'statement is', 'statements are')} missing: ${who}.`,
    means: 'A meter signs each day when it is over. Without that before the freeze, an earlier day of its own is billed in its place.',
    todo: 'Get the meter to send before the freeze: power, network, then its own status.',
  },
  pricesEnd: {
    title: () => 'Prices of single quarter-hours end soon.',
    means: 'Day-ahead prices stand over the tariff. Where none are set the tariff itself holds.',
    todo: 'Import the next day’s prices, each at least 15 minutes before it begins.',
  },
  silent: {
    title: (count, who) => `${count} ${many(count, 'meter is', 'meters are')} silent: ${who}.`,
    means: 'Nothing was heard for more than two hours. Nothing is lost yet: a meter keeps its readings and sends them later.',
    todo: 'If many are silent at once, look at the node first. Else call the member.',
  },
  run: {
    title: (count, who) => `${count} ${many(count, 'gap is', 'gaps are')} not closed: ${who}.`,
    means:
      'Days without a valid statement are billed anew once the registers on both sides are known. When their time is up every audit fails.',
    todo: 'Get the meter to sign again, or retire it. Of a retired meter, read the display by hand.',
  },
  dispute: {
    title: (count, who) => `What ${count === 1 ? 'a meter' : 'meters'} signed does not open: ${who}.`,
    means:
      'The node could not bill what was signed and said so on the chain. One day may be an accident; two in a row go on until somebody acts.',
    todo: 'Look at the meter. Registers that jump: hardware was exchanged or reset, so it needs a new key.',
  },
  noBill: {
    title: (count, who) => `${count} ${many(count, 'bill was', 'bills were')} not delivered: ${who}.`,
    means: 'A member says on the chain that a bill’s opening did not come. Every audit names it until the member takes it back.',
    todo: 'Hand the bill over again; the member withdraws the complaint.',
  },
  refused: {
    title: (count) => `${count} sealed ${many(count, 'box was', 'boxes were')} refused.`,
    means: 'What a meter sealed could not be opened or did not hold. With “unknown-epoch” it is this node that lacks a key.',
    todo: 'See the reason; with “unknown-epoch” restore the vault’s backup, else look at the meter.',
  },
  change: {
    title: (count) => `${count} ${many(count, 'change', 'changes')} of who signs blocks ${many(count, 'waits', 'wait')}.`,
    means: 'Validators may veto it until then; a change that nobody was told of will be vetoed, and should be.',
    todo: 'Tell the members which meter it is and why, by other means than this node.',
  },
  objection: {
    title: (_, who) => `A final reading is objected to: ${who}.`,
    means: 'The member says on the chain that the display showed something else. Every audit names it from then on; nothing takes it back.',
    todo: 'Settle it with the member and write down how.',
  },
  late: {
    title: (count) => `${count} ${many(count, 'statement', 'statements')} came late.`,
    means: 'It came after the freeze. A second version bills it once the late period of its day is over.',
    todo: 'Nothing: the books do it. The vault must keep the key of its epoch until then.',
  },
  substitute: {
    title: (count) => `${count} ${many(count, 'day is', 'days are')} billed by an earlier day.`,
    means: 'The meter signed nothing in time. Which day is copied follows from the chain alone, and is proven.',
    todo: 'Nothing, once the meter signs again.',
  },
  odd: {
    title: () => 'Something odd is in the blocks.',
    means: 'Transactions that could not be read, or a roster that is not that of the indexed statements. It holds nothing up.',
    todo: 'Let the doctor name the meters.',
  },
};

const steps: Record<Step, { title: string; how: string }> = {
  chain: { title: 'Keys and chain', how: 'The community’s keys were made together, the genesis has them, and blocks are indexed.' },
  backup: {
    title: 'Keys backed up, and the backup tested',
    how: 'Lost sealing keys are lost readings. Restore the backup on another machine once, then tick this. No page can see it.',
  },
  tariff: { title: 'First tariff in force', how: 'Outside prices and the fee, the day before they hold.' },
  validators: {
    title: 'At least four validators, more than two thirds heard of',
    how: 'With fewer than four, one that is away stops the chain.',
  },
  meters: { title: 'Meters enrolled', how: 'Each with its member, name, first day and limit.' },
  reports: { title: 'First report of each meter', how: 'A one-time code lets whoever installs a meter see it arrive.' },
  frozen: { title: 'First day frozen', how: 'Six hours after its end, at the earliest.' },
  audited: { title: 'First audit passed', how: 'The node audits its own book before it anchors it.' },
  seen: { title: 'First bill, and a member signed in', how: 'Somebody can see what the day came to.' },
};

const dayStates: Record<DayState, { sign: string; word: string }> = {
  METERED: { sign: '✓', word: 'metered' },
  SIGNED: { sign: '·', word: 'signed, not booked yet' },
  SUBSTITUTE: { sign: 'S', word: 'substitute' },
  LATE: { sign: 'L', word: 'signed late' },
  DISPUTED: { sign: 'D', word: 'disputed' },
  MISSING: { sign: '?', word: 'missing' },
  AHEAD: { sign: '', word: 'not over yet' },
  OUT: { sign: '–', word: 'not in service' },
};

const bookStates: Record<DayStatus['state'], string> = {
  FROZEN: 'frozen',
  DRAFTED: 'priced',
  PROVEN: 'proven',
  AUDITED: 'audited',
  ANCHORED: 'anchored',
  RELEASED: 'released',
};

/** What a word of the node names: its days in the reader's, the rest as it says it. */
export type ToldOf = Pick<NodeWord, 'a' | 'b' | 'left'> & { days: string };

const told: Record<Told, (of: ToldOf) => string> = {
  notBegun: () => 'The index has not begun.',
  otherChain: ({ a, b }) => `The index is of chain ${a}, expected ${b}.`,
  behind: ({ a, b }) => `The last indexed block is ${a} s old, the limit is ${b} s.`,
  noRoster: ({ days }) => `The chain has frozen ${days}, and the index has no roster of it.`,
  noBook: ({ days }) => `The chain has frozen ${days}, and there is no book of it.`,
  noProofs: ({ days }) => `The chain has no proofs of the book of ${days}, which were due.`,
  unprovenDue: ({ days, a, left }) =>
    `${days} is shared, and its book is not proven. That is due in ${a}; in ${left} the day is missed on the main chain. Look at books, provers and signer.`,
  unprovenOverdue: ({ days, left }) =>
    `${days} is shared, and its book is not proven, which is overdue; in ${left} the day is missed on the main chain. Look at books, provers and signer.`,
  unstated: ({ days, left }) =>
    `${days} is proven and not stated; in ${left} the day is missed on the main chain. Does electra uplink run? electra uplink status says more.`,
  halted: ({ days }) => `Proven and not stated, while the main chain, or this node’s index of it, does not go on: ${days}.`,
  foreignKey: ({ a }) => `The chain has a sealing key that is not the vault’s (epoch ${a}): whoever holds it reads what meters seal to it.`,
  voidUnproven: ({ days }) => `Void, since no book was proven in time: ${days}.`,
  voidUnstated: ({ days }) => `Void, since fewer than two communities had stated it by its freeze: ${days}.`,
  inBlocks: ({ a, b }) => `In the blocks: ${a} × ${b}.`,
  otherRoster: ({ days }) => `The proven roster is not that of the indexed statements: ${days}.`,
  open: ({ days }) =>
    `Not stated, and the main chain has not frozen it, though its time is over: ${days}. Does electra uplink run? electra uplink status says more.`,
  beyond: ({ days }) =>
    `Not known to be stated, and its time is over: ${days}. This node’s index of the main chain does not reach that far.`,
  missed: ({ days }) => `Not shared, since it was not stated on the main chain in time: ${days}.`,
  other: ({ days }) => `Stated on the main chain otherwise than this database knows (docs/uplink.md): ${days}.`,
  noDatabase: () => 'The database of its index does not answer.',
};

export const texts = {
  places: 'Operator’s pages',
  nav: { board: 'Today', days: 'Days', meters: 'Meters', exceptions: 'Exceptions', tariffs: 'Tariffs', month: 'Month', node: 'Node' },
  asOf: (time: string) => `As of ${time}, by the chain.`,
  next: 'Next',
  due: (time: string, left: string) => `Due ${time} (${left}).`,
  others: (count: number) => `${count} more`,
  andMore: (count: number) => `and ${count} more`,
  board: {
    title: 'Today',
    good: 'Nothing needs you today.',
    goodSoFar: (left: number) =>
      `Nothing is urgent. ${left} ${many(left, 'thing', 'things')} of the first days ${many(left, 'is', 'are')} left to do.`,
    goodText: 'Meters report, days go on, and no time limit is near.',
    needs: (count: number) => `${count} ${many(count, 'thing needs', 'things need')} you.`,
    more: (count: number) => (count === 1 ? 'What it means' : `All ${count}, and what it means`),
    known: (count: number) => `${count} more ${many(count, 'thing is', 'things are')} known and ${many(count, 'needs', 'need')} nobody.`,
    toExceptions: 'See the exceptions',
    facts: {
      meters: 'Meters',
      metersText: (heard: number, all: number) => (heard === all ? `All ${all} report.` : `${heard} of ${all} report.`),
      validators: 'Validators',
      validatorsText: (reporting: number, all: number, needed: number) => `${reporting} of ${all} heard of; ${needed} needed.`,
      lastDay: 'Last day with bills',
      noDay: 'None yet.',
      freeze: 'Next freeze',
      freezeText: (time: string, left: string) => `${time} (${left})`,
    },
  },
  first: {
    title: 'The first days',
    lead: 'This list stays until everything in it is done.',
    left: (count: number) => `${count} to go`,
    done: 'done',
    open: 'open',
    count: (done: number, all: number) => `${done} of ${all}`,
    tick: 'Done and tested',
    steps,
  },
  matters,
  detail: {
    power: (reporting: string, all: string, needed: string) => `${reporting} of ${all} are heard of, ${needed} are needed.`,
    unsent: (count: string) => `${count} failed`,
    rotates: (address: string, vetoes: number) => `to ${address} (${vetoes} ${many(vetoes, 'veto', 'vetoes')})`,
    begins: (vetoes: number) => `is to have power (${vetoes} ${many(vetoes, 'veto', 'vetoes')})`,
    ends: (vetoes: number) => `is to lose its power (${vetoes} ${many(vetoes, 'veto', 'vetoes')})`,
    lastReport: (time: string) => `last report ${time}`,
    neverReported: 'no report yet',
  },
  exceptions: {
    title: 'Exceptions',
    lead: (days: number) => `What of the last ${days} days is not as usual, what it means, and what is next.`,
    none: 'Everything is as usual.',
    free: 'Nothing of these kinds:',
    means: 'What it means',
    todo: 'What to do',
    kinds: {
      notReady: 'Not ready',
      power: 'Power of the chain',
      rotation: 'Another operator',
      noTariff: 'No tariff',
      dayWaits: 'Days that wait',
      unsent: 'Failed messages',
      missing: 'Missing statements',
      pricesEnd: 'Prices that end',
      silent: 'Silent meters',
      run: 'Gaps that are not closed',
      dispute: 'Disputes',
      noBill: 'Bills not delivered',
      refused: 'Refused boxes',
      change: 'Changes of the validators',
      objection: 'Objections',
      late: 'Late statements',
      substitute: 'Substitutes',
      odd: 'Odd things',
    } satisfies Record<Kind, string>,
  },
  days: {
    title: 'Days',
    lead: 'Each day is frozen, priced, proven, audited, anchored on the chain, and then released to the members.',
    day: 'Day',
    state: 'How far',
    version: 'Version',
    frozenAt: 'Frozen',
    releasedAt: 'Released',
    note: 'What it waits for',
    none: 'No day is frozen yet. The first is, some hours after it is over.',
    earlier: 'Earlier days',
    newest: 'Newest days',
    states: bookStates,
  },
  meters: {
    title: 'Meters',
    sentence: (all: number, silent: number) =>
      silent === 0 ? `All ${all} meters report.` : `${silent} of ${all} ${many(silent, 'is', 'are')} silent.`,
    none: 'No meter is enrolled yet.',
    member: 'Member',
    meter: 'Meter',
    service: 'In service',
    from: (day: string) => `from ${day}`,
    range: (from: string, to: string) => `${from} to ${to}`,
    role: 'Blocks',
    validator: 'signs blocks',
    light: 'no',
    lastReport: 'Last report',
    never: 'none yet',
    silent: 'silent',
    ahead: 'not begun',
    over: 'retired',
    unnamed: 'without a name',
    enrol: 'Enrol a meter',
    outfit: 'What a meter is told before it is mounted',
    installCode: 'A one-time link for whoever mounts it, to see it arrive',
    names: 'Names stand in your own list and never on the chain.',
  },
  tariffs: {
    title: 'Tariffs',
    inForce: (day: string) => `In force since ${day}`,
    announced: (day: string) => `Announced: from ${day} on`,
    before: (day: string) => `Before: from ${day} on`,
    none: 'No tariff is on the chain yet.',
    prices: 'Outside prices and fee',
    retail: 'Outside price of energy taken, per kWh',
    feedIn: 'Outside price of energy given, per kWh',
    fee: (amount: string) => `${amount} per meter and day`,
    allDay: 'all day',
    slots: (time: string) => `Single quarter-hours have prices of their own until ${time}.`,
    noSlots: 'No quarter-hour has a price of its own: the tariff holds.',
    show: 'Show what holds',
    set: 'Set a tariff from a day to come on',
    propose: 'Work out what the next tariff can return',
    proposeHow: 'Prices are the supplier’s. It sends nothing: it prints the command that sets the tariff.',
    import: 'Import day-ahead prices',
    rule: 'Outside prices have to be on the chain before they are used: a tariff the day before, prices of a quarter-hour 15 minutes before.',
  },
  month: {
    earlier: 'Month before',
    later: 'Month after',
    gates: 'Five gates of a month',
    gate: {
      complete: 'Complete?',
      proven: 'Proven?',
      preview: 'Preview',
      issue: 'Issue',
      handed: 'Handed out',
    },
    states: { done: 'done', open: 'open', later: 'not yet' },
    complete: (metered: string, all: string) => `${metered} of ${all} meter-days are metered.`,
    exceptions: (substitutes: number, disputed: number, late: number, missing: number) =>
      `${substitutes} ${many(substitutes, 'substitute', 'substitutes')}, ${disputed} disputed, ${late} late, ${missing} missing.`,
    monthGoesOn: 'The month is not over.',
    nothing: 'No meter was in service in this month.',
    proven: (released: string, all: string) => `${released} of ${all} days are released.`,
    checkMonth: 'Check all of them on this device',
    preview:
      'Invoices name amounts, and these pages show the operator none. On the node they can be looked at as often as needed; nothing is signed by that.',
    noBills: 'No bill of this month is released yet.',
    issued: (issued: string, members: string) => `${issued} of ${members} members have an invoice.`,
    left: (names: string) => `Not issued yet: ${names}.`,
    changed: (members: number, names: string) =>
      `Bills of ${names} were released or corrected after the newest invoice: ${many(members, 'a new revision is', 'new revisions are')} due.`,
    issue:
      'One command signs what is left and what has changed; the rest stays as it is. A correction makes a new revision; an invoice that is out is never changed.',
    current: (current: string, members: string) => `${current} of ${members} members find the month as it is now.`,
    handed: 'Each member finds its own in its pages. Nobody else can open it.',
    matrix: 'Each meter, each day',
    legend: 'Signs',
    meter: 'Meter',
    dayStates,
    utc: 'Days and months of the books are those of UTC.',
  },
  money: {
    title: 'Members’ money',
    none: 'This community shares on no main chain: there are no balances.',
    said: (theirs: string, treasury: string) => `Members have ${theirs} ELECTRA with the community, whose treasury has ${treasury}.`,
    saidOwing: (theirs: string, owes: string) =>
      `Members have ${theirs} ELECTRA with the community, whose treasury owes ${owes} more than it has.`,
    short: (amount: string) =>
      `${amount} ELECTRA of theirs are not covered: members have earned what others have not paid yet. Payouts beyond what the treasury holds wait until it is topped up.`,
    balances: 'Balances of members',
    transit: 'On their way to them',
    treasury: 'Of the treasury, escrow and settled weeks with it',
    holds: 'In the account itself',
    electra: (amount: string) => `${amount} ELECTRA`,
    unknown: 'not known here',
    account: 'The treasury’s account',
    chain: 'Main chain',
    payouts: 'Payouts that are open',
    noPayouts: 'None.',
    columns: { asked: 'Asked for', amount: 'ELECTRA', account: 'To', state: 'How far' },
    asked: 'The node has not looked at it yet.',
    taken: 'Off the balance; the treasury’s wallet is to pay it.',
    waits: (why: string) => `Not paid yet: ${why}`,
    payHow:
      'Whoever holds the treasury’s wallet pays, where the community’s database can be reached; without --yes it only says what it would pay.',
    more: 'What lies where on the main chain',
    suspense: 'In suspense',
    noSuspense: 'Nothing: of all that the treasury has it is known whose it is.',
    suspenseSaid: (amount: string, came: boolean) =>
      came
        ? `${amount} ELECTRA came from nobody who is known: an account that no member has linked, or another community.`
        : `${amount} ELECTRA went to nobody who is known.`,
    came: (amount: string) => `${amount} came`,
    went: (amount: string) => `${amount} went, or are known by now`,
  },
  node: {
    title: 'Node',
    ready: 'The node is ready.',
    notReady: 'The node is not ready.',
    reasons: 'Why',
    oddities: 'Odd things',
    ofMain: (chain: string, said: string) => `Main chain ${chain}: ${said}`,
    told,
    noOddities: 'None.',
    chain: 'Chain',
    height: 'Last block indexed',
    checked: 'Results checked to block',
    lag: 'Age of the last block',
    lagText: (s: string, limit: string) => `${s} s; the limit is ${limit} s`,
    version: 'Version',
    service: 'Service',
    key: 'Sealing key',
    keyText: (epoch: number, time: string, age: string) => `epoch ${epoch}, in force since ${time} (${age})`,
    noKey: 'none yet',
    power: 'Validators',
    proofs: 'Proofs waiting',
    outbox: 'Messages to the chain',
    outboxText: (pending: string, failed: string) => `${pending} waiting, ${failed} failed`,
    refused: 'Boxes refused so far',
    bad: 'Transactions not read so far',
    unseen: 'What no page sees',
    unseenText: 'Disk, backups, passphrases and the vault are on the machine, where this service may not look. The doctor does.',
    look: 'Ask the doctor',
    rotate: 'A new sealing key, then a backup of it',
  },
};

export type OperateTexts = typeof texts;

/**
 * Who gets what: every field of the schema, as everybody. Five letters stand for: nobody signed in, Alice, Bob, the auditor, the operator.
 *
 *   v  a value      0  null or an empty list      U  UNAUTHENTICATED      F  FORBIDDEN      N  NOT_FOUND
 *
 * A field of the schema that is not listed here fails the test, and so does one listed that does not exist: whoever adds a field says who
 * may read it. `at` is the way to an object of the type, with the field in place of @; `of` names what it is where a type is reached in
 * several ways.
 */
import { type Expectation, listed, node } from './expectation.ts';
import { BALANCE } from './expectations-balance.ts';

export type { Expectation } from './expectation.ts';

/** Arguments that fields need. $first … $fourth are days, $alice1 and the like meters, $id… ids of Alice's things. */
export const ARGUMENTS: Record<string, string> = {
  'Query.node': '(id: "$idBill")',
  'Query.priceDay': '(day: "$first")',
  'Query.bookDay': '(day: "$first")',
  'MarketMember.sharedDays': '(from: "$first", to: "$fourth")',
  'Query.tariff': '(day: "$fourth")',
  'Mutation.requestChallenge': '(address: "$addressClerk")',
  'Mutation.signIn': '($signIn)',
  'Mutation.signInByPasskey': '(answer: $answer)',
  'Mutation.addPasskey': '(answer: $answer, name: "phone")',
  'Mutation.removePasskey': '(id: "$idNobodys")',
  'Mutation.endSession': '(id: "$idNobodys")',
  'Mutation.endOtherSessions': '(way: INVITE)', // of which nobody has one: each that asks goes on
  'Mutation.linkAccount': '(account: "$meterOwn", memberKey: "", memberSignature: "", accountKey: "", accountSignature: "")',
  'Mutation.askPayout': '(account: "$meterOwn", number: "", amountNel: "", pubKey: "", signature: "")',
  'Mutation.openInvite': '(code: "$code")',
  'Mutation.chooseNotices': '(kinds: [])',
  'Mutation.seeNews': '(until: "2026-07-01T00:00:00.000Z")',
  'Mutation.useInstallCode': '(meter: "$meterOwn", code: "$noCode")',
  'Member.meter': '(address: "$meterOwn")',
  'Member.bill': '(day: "$first", meter: "$meterOwn")',
  'Member.invoice': '(month: "$month")',
  'Member.days': '(from: "$first", to: "$fourth")',
  'Meter.intervals': '(from: "$first", to: "$first")',
  'Audit.book': '(day: "$first")',
  'Audit.roster': '(day: "$first")',
  'Operation.roster': '(day: "$first")',
  'Operation.missingStatements': '(from: "$first", to: "$fourth")',
  'Operation.completeness': '(month: "$month")',
  'Operation.invoicing': '(month: "$month")',
};

const MEMBER = 'UvvFF';
const AUDITOR = 'UFFvF';
const OPERATOR = 'UFFFv';
const ALL = 'vvvvv';

const METERS = 'member { meters @ }';
/** Alice's second meter said nothing on the second day. */
const COPYING = 'node(id: "$idCopying") { ... on Bill { @ } }';
const BILLS = 'member { bills(to: "$first") @ }';
const ROSTER_FIELDS = 'id day late digest height frozenAt count missing entries';

const SERVICE_FIELDS =
  'name version chainId height chainTime timeZone currency origin genesisHash freezesAfterS lateForS ' +
  'releasesAfterS lastReleasedDay operators developmentKeys';

export const EXPECTATIONS: Expectation[] = [
  {
    type: 'Query',
    at: '@',
    fields: {
      [ALL]: 'service priceDay priceDays bookDay bookDays tariff',
      '0vvvv': 'viewer',
      '00000': 'installation market', // without the cookie of a code; on a community's own chain
      '0v000': 'node',
      [MEMBER]: 'member',
      [AUDITOR]: 'audit',
      [OPERATOR]: 'operation',
    },
  },
  { type: 'PasskeyRequest', at: 'mutation requestPasskey { @ }', fields: { [ALL]: 'options host expiresAt' } },
  { type: 'PasskeyAdded', at: 'mutation addPasskey(answer: $answer, name: "phone") { @ }', fields: { UUUUU: 'id address signedIn' } },
  { type: 'Invited', at: 'mutation openInvite(code: "$code") { @ }', fields: { [ALL]: 'address expiresAt' } },
  {
    type: 'Passkey',
    at: 'viewer { passkeys { @ } }',
    fields: { '0v000': 'id name byInvite createdAt', '00000': 'lastUsedAt' },
  },
  {
    type: 'Invite',
    at: 'viewer { invites { @ } }',
    fields: { '0v000': 'address createdAt expiresAt', '00000': 'usedAt withdrawnAt' },
  },
  {
    type: 'Invite',
    of: 'operation',
    at: node('operation { invites @ }'),
    fields: { [OPERATOR]: 'address createdAt expiresAt', UFFF0: 'usedAt withdrawnAt' },
  },
  ...listed('Invite', 'operation { invites @ }', OPERATOR),
  { type: 'Challenge', at: 'mutation requestChallenge(address: "$addressClerk") { @ }', fields: { [ALL]: 'text expiresAt' } },
  { type: 'Session', at: 'mutation signIn($signIn) { @ }', fields: { [ALL]: 'token expiresAt address roles' } },
  {
    type: 'Viewer',
    at: 'viewer { @ }',
    fields: {
      '0vvvv': 'address roles expiresAt sessions sessionsMost pageSessionsMost',
      '0vv00': 'name',
      '0v000': 'passkeys invites noticesWanted news',
    },
  },
  {
    type: 'News',
    at: 'viewer { news { @ } }',
    fields: { '0v000': 'kind at meter day', '00000': 'month' },
  },
  {
    type: 'OwnSession',
    at: 'viewer { sessions { @ } }',
    fields: { '0vvvv': 'id way createdAt lastUsedAt expiresAt current', '00000': 'passkey' },
  },
  {
    type: 'Service',
    at: 'service { @ }',
    fields: {
      [ALL]: `${SERVICE_FIELDS} queuedRotation`,
      '00000': 'runBy contact',
    },
  },
  { type: 'QueuedRotation', at: 'service { queuedRotation { @ } }', fields: { [ALL]: 'n dueAt vetoes', '0vvvv': 'address' } },
  {
    type: 'BookDay',
    at: 'bookDay(day: "$first") { @ }',
    fields: {
      [ALL]:
        'day state frozenHeight frozenAt meters metered substitutes disputed bookHash anchorHeight anchoredAt releasedAt corrections ' +
        'provenHeight provenAt void',
    },
  },
  {
    type: 'BookDay',
    of: 'a day not released',
    at: 'bookDay(day: "$third") { @ }',
    fields: {
      [ALL]: 'day state frozenHeight frozenAt meters metered substitutes disputed corrections void',
      '00000': 'bookHash anchorHeight anchoredAt releasedAt provenHeight provenAt',
    },
  },
  ...listed('BookDay', 'bookDays @', ALL),
  {
    type: 'Tariff',
    at: 'tariff(day: "$fourth") { @ }',
    fields: { [ALL]: 'day fromDay rule retailNelPerWh feedInNelPerWh feePerDayNel slotsSet' },
  },
  { type: 'PageInfo', at: 'priceDays { pageInfo { @ } }', fields: { [ALL]: 'hasNextPage hasPreviousPage startCursor endCursor' } },
  {
    type: 'PriceDay',
    at: 'priceDay(day: "$first") { @ }',
    fields: { [ALL]: 'id day retailNelPerWh feedInNelPerWh buyNelPerWh sellNelPerWh feePerDayNel' },
  },
  {
    type: 'PriceDay',
    of: 'a day not released',
    at: 'priceDay(day: "$third") { @ }',
    fields: { '00000': 'id day retailNelPerWh feedInNelPerWh buyNelPerWh sellNelPerWh feePerDayNel' },
  },
  ...listed('PriceDay', 'priceDays @', ALL),

  {
    type: 'Member',
    at: 'member { @ }',
    fields: {
      [MEMBER]: 'address name meters meter bills bill days invoices invoice statement balanceNel',
      U00FF: 'electra', // the community shares nowhere
    },
  },
  {
    type: 'Meter',
    at: node(METERS),
    fields: {
      [MEMBER]: 'id address firstDay serviceDay maxWhPerSlot validator lastReport intervals bills runs installCodes',
      U00FF: 'lastDay',
      U0vFF: 'disputedDays finalReading',
    },
  },
  {
    type: 'Meter',
    of: "Alice's, by its id",
    at: 'node(id: "$idMeter") { ... on Meter { @ } }',
    fields: {
      '0v000': 'id address firstDay serviceDay maxWhPerSlot validator lastReport intervals bills',
      '00000': 'lastDay disputedDays finalReading runs installCodes',
    },
  },
  ...listed('Meter', METERS, MEMBER),
  {
    type: 'OwnFinalReading',
    at: node(METERS).replace('@', 'finalReading { @ }'),
    fields: { U0vFF: 'day importWh exportWh blinding link height at objectedHeight' },
  },
  { type: 'Run', at: node(METERS).replace('@', 'runs { @ }'), fields: { [MEMBER]: 'meter firstDay lastDay follows why dueAt' } },
  {
    type: 'InstallCode',
    at: node(METERS).replace('@', 'installCodes { @ }'),
    fields: { [MEMBER]: 'createdAt expiresAt', U0vFF: 'usedAt', U00FF: 'withdrawnAt' },
  },
  {
    type: 'Installation',
    at: 'installation { @ }',
    fields: { '00000': 'meter expiresAt enrolled firstDay validator powerDueAt firstReportAt lastReportAt registers' },
  },
  // of a community's own chain: market.test.ts asks one of communities
  { type: 'Market', at: 'market { @ }', fields: { '00000': 'chainId days prices electra own settledWeeks' } },
  { type: 'SettledWeek', at: 'market { settledWeeks { @ } }', fields: { '00000': 'fromDay toDay gainNel' } },
  { type: 'MarketPrices', at: 'market { prices { @ } }', fields: { '00000': 'day sharedNelPerWh buyNelPerWh sellNelPerWh' } },
  { type: 'Electra', at: 'market { electra { @ } }', fields: { '00000': 'supplyNel attestedNel attestedAt redeemingNel overdue paused' } },
  {
    type: 'MarketMember',
    at: 'market { own { @ } }',
    fields: { '00000': 'address balanceNel escrowNel owedNel sharedDays periods transfers' },
  },
  {
    type: 'SharedDay',
    at: `market { own { sharedDays(from: "$first", to: "$first") { @ } } }`,
    fields: { '00000': 'day meter takenWh givenWh amountNel' },
  },
  { type: 'SettledPeriod', at: 'market { own { periods { @ } } }', fields: { '00000': 'fromDay toDay meter amountNel' } },
  { type: 'ElectraTransfer', at: 'market { own { transfers { @ } } }', fields: { '00000': 'at height kind amountNel counterparty' } },
  ...BALANCE,
  { type: 'InstalledRegisters', at: 'installation { registers { @ } }', fields: { '00000': 'at importWh exportWh' } },
  {
    type: 'DisputedDay',
    at: node(METERS).replace('@', 'disputedDays { @ }'),
    fields: { U0vFF: 'day reason' },
  },
  {
    type: 'Report',
    at: node(METERS).replace('@', 'lastReport { @ }'),
    fields: { [MEMBER]: 'day slot at importRegisterWh exportRegisterWh powerW provisional' },
  },
  {
    type: 'MemberDay',
    at: 'member { days(from: "$first", to: "$first") { @ } }',
    fields: {
      [MEMBER]:
        'day meters importWh exportWh quarterHours provisional status source corrected ' +
        'amountNel feeNel outsideNel localImportWh soldInsideWh',
    },
  },
  {
    type: 'MemberDay',
    of: 'a day on its way',
    at: 'member { days(from: "$third", to: "$third") { @ } }',
    fields: {
      [MEMBER]: 'day meters importWh exportWh quarterHours provisional status source corrected',
      U00FF: 'amountNel feeNel outsideNel localImportWh soldInsideWh',
    },
  },
  {
    type: 'Interval',
    at: node(METERS).replace('@', 'intervals(from: "$first", to: "$first") { edges { node { @ } } }'),
    fields: { [MEMBER]: 'day slot startsAt importWh exportWh provisional' },
  },
  ...listed('Interval', node(METERS).replace('@', 'intervals(from: "$first", to: "$first") @'), MEMBER),
  {
    type: 'Bill',
    at: node(BILLS),
    fields: {
      [MEMBER]:
        'id day version meter source status superseded amountNel feeNel importWh exportWh lines opening entry registers proof bookHash ' +
        'anchorHeight releasedAt noBillOpen',
      Uv0FF: 'correction',
      U00FF: 'copied',
    },
  },
  {
    type: 'Bill',
    of: 'a day without a statement',
    at: COPYING,
    fields: {
      '0v000':
        'id day version meter source status superseded amountNel feeNel importWh exportWh lines opening entry copied registers ' +
        'proof bookHash anchorHeight releasedAt noBillOpen',
      '00000': 'correction',
    },
  },
  { type: 'CopiedDay', at: COPYING.replace('@', 'copied { @ }'), fields: { '0v000': 'day from proof' } },
  {
    type: 'Bill',
    of: 'a day not released',
    at: node('member { bills(from: "$third") @ }'),
    fields: {
      [MEMBER]: 'id day version meter source status superseded noBillOpen',
      U00FF:
        'amountNel feeNel importWh exportWh lines opening entry copied registers correction proof bookHash ' + 'anchorHeight releasedAt',
    },
  },
  {
    type: 'Bill',
    of: "Alice's, by its id",
    at: 'node(id: "$idBill") { ... on Bill { @ } }',
    fields: {
      '0v000':
        'id day version meter source status superseded amountNel feeNel importWh exportWh lines opening entry registers proof ' +
        'bookHash anchorHeight releasedAt noBillOpen',
      '00000': 'copied correction',
    },
  },
  ...listed('Bill', BILLS, MEMBER),
  {
    type: 'BillLine',
    at: node(BILLS).replace('@', 'lines { @ }'),
    fields: { [MEMBER]: 'slot startsAt importWh exportWh buyNelPerWh sellNelPerWh amountNel' },
  },
  { type: 'BillOpening', at: node(BILLS).replace('@', 'opening { @ }'), fields: { [MEMBER]: 'amountNel s' } },
  {
    type: 'DayRegisters',
    at: node(BILLS).replace('@', 'registers { @ }'),
    fields: { [MEMBER]: 'importStartWh exportStartWh importEndWh exportEndWh' },
  },
  {
    type: 'Correction',
    at: node(BILLS).replace('@', 'correction { @ }'),
    fields: { Uv0FF: 'supersedes beforeNel differenceNel reason' },
  },
  { type: 'BookEntry', at: node(BILLS).replace('@', 'entry { @ }'), fields: { [MEMBER]: 'C K B L0 L1 S' } },
  { type: 'Proof', at: node(BILLS).replace('@', 'proof { @ }'), fields: { [MEMBER]: 'a b c' } },
  { type: 'Invoice', at: node('member { invoices @ }'), fields: { [MEMBER]: 'month revision totalNel issuedAt text' } },
  {
    type: 'Invoice',
    of: 'by its month',
    at: 'member { invoice(month: "$month") { @ } }',
    fields: { [MEMBER]: 'month revision totalNel issuedAt text' },
  },
  ...listed('Invoice', 'member { invoices @ }', MEMBER),
  { type: 'Posting', at: node('member { statement @ }'), fields: { [MEMBER]: 'id day version journal amountNel balanceNel' } },
  {
    type: 'Posting',
    of: "Alice's, by its id",
    at: 'node(id: "$idPosting") { ... on Posting { @ } }',
    fields: { '0v000': 'id day version journal amountNel balanceNel' },
  },
  ...listed('Posting', 'member { statement @ }', MEMBER),

  { type: 'Audit', at: 'audit { @ }', fields: { [AUDITOR]: 'books book rosters roster disputes noBills finalReadings validatorChanges' } },
  {
    type: 'Book',
    at: node('audit { books @ }'),
    fields: { [AUDITOR]: 'id day version bookHash rosterDigest anchorHeight releasedAt text proofs' },
  },
  {
    type: 'Book',
    of: 'by its id',
    at: 'node(id: "$idBook") { ... on Book { @ } }',
    fields: { '000v0': 'id day version bookHash rosterDigest anchorHeight releasedAt text proofs' },
  },
  {
    type: 'Book',
    of: 'a day not released',
    at: 'audit { book(day: "$third") { @ } }',
    fields: { UFF0F: 'id day version bookHash rosterDigest anchorHeight releasedAt text proofs' },
  },
  ...listed('Book', 'audit { books @ }', AUDITOR),
  ...(['audit', 'operation'] as const).flatMap((room): Expectation[] => {
    const outcome = room === 'audit' ? AUDITOR : OPERATOR;
    const roster = `${room} { roster(day: "$first") { @ } }`;
    return [
      { type: 'Roster', of: room, at: node(`${room} { rosters @ }`), fields: { [outcome]: ROSTER_FIELDS } },
      ...listed('Roster', `${room} { rosters @ }`, outcome, room),
      { type: 'RosterEntry', of: room, at: node(roster.replace('@', 'entries @')), fields: { [outcome]: 'meter commitment' } },
      ...listed('RosterEntry', roster.replace('@', 'entries @'), outcome, room),
      { type: 'Dispute', of: room, at: node(`${room} { disputes @ }`), fields: { [outcome]: 'meter day reason height' } },
      ...listed('Dispute', `${room} { disputes @ }`, outcome, room),
      { type: 'NoBill', of: room, at: node(`${room} { noBills @ }`), fields: { [outcome]: 'meter day openedHeight withdrawnHeight' } },
      ...listed('NoBill', `${room} { noBills @ }`, outcome, room),
      {
        type: 'FinalReading',
        of: room,
        at: node(`${room} { finalReadings @ }`),
        fields: { [outcome]: 'meter day link height at objectedHeight' },
      },
      ...listed('FinalReading', `${room} { finalReadings @ }`, outcome, room),
      {
        type: 'ValidatorChange',
        of: room,
        at: node(`${room} { validatorChanges @ }`),
        fields: { [outcome]: 'meter end asked height dueAt vetoedBy', [outcome.replace('v', '0')]: 'fate settledHeight' },
      },
      ...listed('ValidatorChange', `${room} { validatorChanges @ }`, outcome, room),
    ];
  }),
  { type: 'Roster', of: 'by its id', at: 'node(id: "$idRoster") { ... on Roster { @ } }', fields: { '000vv': ROSTER_FIELDS } },

  {
    type: 'Operation',
    at: 'operation { @ }',
    fields: {
      [OPERATOR]:
        'health days rosters roster disputes noBills finalReadings runs validatorChanges missingStatements refusedBoxes badTransactions ' +
        'outbox meters power sealingKey completeness invoicing unmeteredDays tariffs slotPricesUntil membersSignedIn ' +
        'invites',
      UFFF0: 'money', // of a community that shares nowhere
    },
  },
  {
    type: 'Run',
    of: 'operation',
    at: node('operation { runs @ }'),
    fields: { [OPERATOR]: 'meter firstDay lastDay follows why dueAt' },
  },
  ...listed('Run', 'operation { runs @ }', OPERATOR),
  {
    type: 'Health',
    at: 'operation { health { @ } }',
    fields: {
      [OPERATOR]:
        'chainId indexedHeight checkedHeight chainTime lagS lagLimitS ready meters lastFrozenDay lastReleasedDay openDays ' +
        'proofsWaiting outboxPending outboxFailed refusedBoxes badTransactions oddities',
      UFFF0: 'reasons',
    },
  },
  {
    type: 'DayStatus',
    at: node('operation { days @ }'),
    fields: { [OPERATOR]: 'day version state waiting rosterDigest frozenAt', UFFF0: 'bookHash anchorHeight releasedAt' },
  },
  ...listed('DayStatus', 'operation { days @ }', OPERATOR),
  {
    type: 'MissingStatement',
    at: node('operation { missingStatements(from: "$first", to: "$fourth") @ }'),
    fields: { [OPERATOR]: 'meter day frozen freezesAt', UFFF0: 'lateHeight' },
  },
  ...listed('MissingStatement', 'operation { missingStatements(from: "$first", to: "$fourth") @ }', OPERATOR),
  { type: 'RefusedBox', at: node('operation { refusedBoxes @ }'), fields: { [OPERATOR]: 'kind meter day reason height', UFFF0: 'slot' } },
  ...listed('RefusedBox', 'operation { refusedBoxes @ }', OPERATOR),
  { type: 'BadTransaction', at: node('operation { badTransactions @ }'), fields: { [OPERATOR]: 'height txIndex hash reason detail' } },
  ...listed('BadTransaction', 'operation { badTransactions @ }', OPERATOR),
  {
    type: 'OutboxMessage',
    at: node('operation { outbox @ }'),
    fields: { [OPERATOR]: 'name createdAt attempts sentAt txHash doneAt', UFFF0: 'error' },
  },
  ...listed('OutboxMessage', 'operation { outbox @ }', OPERATOR),
  {
    type: 'InstallCode',
    of: 'operation',
    at: node('operation { meters @ }').replace('@', 'installCodes { @ }'),
    fields: { [OPERATOR]: 'createdAt expiresAt', UFFF0: 'usedAt withdrawnAt' },
  },
  {
    type: 'OperatedMeter',
    at: node('operation { meters @ }'),
    fields: {
      [OPERATOR]: 'address member name firstDay serviceDay maxWhPerSlot validator lastReportAt silent installCodes',
      UFFF0: 'lastDay',
    },
  },
  ...listed('OperatedMeter', 'operation { meters @ }', OPERATOR),
  { type: 'Power', at: 'operation { power { @ } }', fields: { [OPERATOR]: 'validators reporting needed' } },
  { type: 'SealingKey', at: 'operation { sealingKey { @ } }', fields: { [OPERATOR]: 'epoch since' } },
  { type: 'MeterMonth', at: node('operation { completeness(month: "$month") @ }'), fields: { [OPERATOR]: 'meter name days' } },
  ...listed('MeterMonth', 'operation { completeness(month: "$month") @ }', OPERATOR),
  {
    type: 'MemberInvoicing',
    at: node('operation { invoicing(month: "$month") @ }'),
    fields: { [OPERATOR]: 'member name bills revision issuedAt changed' },
  },
  ...listed('MemberInvoicing', 'operation { invoicing(month: "$month") @ }', OPERATOR),
  { type: 'UnmeteredDay', at: node('operation { unmeteredDays @ }'), fields: { [OPERATOR]: 'meter day version source' } },
  ...listed('UnmeteredDay', 'operation { unmeteredDays @ }', OPERATOR),
  {
    type: 'AnnouncedTariff',
    at: node('operation { tariffs @ }'),
    fields: { [OPERATOR]: 'fromDay rule retailNelPerWh feedInNelPerWh feePerDayNel height' },
  },
  ...listed('AnnouncedTariff', 'operation { tariffs @ }', OPERATOR),
  // The last: it forgets what Alice chose to be told of.
  {
    type: 'Mutation',
    at: '@',
    fields: {
      [ALL]: 'requestChallenge signIn requestPasskey openInvite',
      UUUUU: 'signInByPasskey addPasskey',
      UNNNN: 'removePasskey',
      NNNNN: 'useInstallCode',
      U0000: 'chooseNotices',
      UNNFF: 'linkAccount askPayout', // of a community that shares nowhere
      // in this order: the last one ends the session
      Uvvvv: 'seeNews requestNewPasskey openPageSession endSession endOtherSessions signOut',
    },
  },
];

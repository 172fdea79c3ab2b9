/** The resolvers by type. A field without one here is the property of that name. */
import type { PageArgs } from '../connection.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import type { MeterRow } from '../rows/chain.ts';
import { scalars } from '../scalars.ts';
import { ownBalance, ownName, ownStatement, Posting } from './account.ts';
import { Book, book, books, disputes, NoBill, noBills, Roster, roster, rosters } from './audit.ts';
import { BalanceEntry, electra, OpenPayout, OwnAccount, OwnElectra, Payout } from './balance.ts';
import { askPayout, linkAccount } from './balance-requests.ts';
import { Bill, ownBill, ownBills } from './bills.ts';
import * as board from './board.ts';
import { BookDay, bookDay, bookDays } from './book-days.ts';
import { changed } from './changed.ts';
import { Invite, invites, ownInvites, ownPasskeys, Passkey } from './credentials.ts';
import * as installing from './installing.ts';
import { Invoice, ownInvoice, ownInvoices } from './invoices.ts';
import { Electra, ElectraTransfer, Market, MarketMember, MarketPrices, market, SettledPeriod, SettledWeek, SharedDay } from './market.ts';
import { MemberDay, memberDays } from './member-days.ts';
import { Interval, Meter, ownMeter, ownMeters, Report } from './meters.ts';
import { CommunityMoney, money, SuspenseEntry } from './money.ts';
import { node } from './node.ts';
import { chooseNotices, news, noticesWanted, seeNews } from './notices.ts';
import * as operation from './operation.ts';
import * as passkeys from './passkeys.ts';
import { PriceDay, priceDays } from './prices.ts';
import { FinalReading, finalReadings, OwnFinalReading, openRuns, Run } from './runs.ts';
import { QueuedRotation, Service, service } from './service.ts';
import { endOtherSessions, endSession, OwnSession, ownSessions, pageSessionsMost, sessionsMost } from './sessions.ts';
import { openPageSession, requestChallenge, signIn, signOut } from './sign-in.ts';
import { tariff } from './tariff.ts';
import { ValidatorChange, validatorChanges } from './validators.ts';

/** Resolvers of a room's entry, which has no row of its own: arguments and context. */
const room =
  <A, R>(resolve: (args: A, context: Context) => R) =>
  (_: unknown, args: A, context: Context): R =>
    resolve(args, context);

export const resolvers = {
  ...scalars,
  Node: { __resolveType: (row: { __typename: string }) => row.__typename },
  Query: {
    service,
    viewer: (_: unknown, __: unknown, { tx }: Context) => tx.viewer,
    node,
    priceDay: room(({ day }: { day: number }, { loaders }: Context) => loaders.prices.load(day)),
    priceDays: room(priceDays),
    bookDay: room(bookDay),
    bookDays: room(bookDays),
    tariff: room(tariff),
    market,
    member: (_: unknown, __: unknown, context: Context) => ({ address: viewerOf(context).address }),
    installation: installing.installation,
    audit: () => ({}),
    operation: () => ({}),
  },
  Mutation: {
    requestChallenge,
    signIn,
    openPageSession,
    signOut,
    requestPasskey: passkeys.requestPasskey,
    signInByPasskey: passkeys.signInByPasskey,
    requestNewPasskey: passkeys.requestNewPasskey,
    addPasskey: passkeys.addPasskey,
    removePasskey: passkeys.removePasskey,
    endSession,
    endOtherSessions,
    chooseNotices,
    seeNews,
    openInvite: passkeys.openInvite,
    useInstallCode: installing.useInstallCode,
    linkAccount,
    askPayout,
  },
  Subscription: { changed },
  Service,
  QueuedRotation,
  Viewer: {
    name: room((_: unknown, context) => ownName(context)),
    passkeys: room((_: unknown, context) => ownPasskeys(context)),
    sessions: room(ownSessions),
    sessionsMost,
    pageSessionsMost,
    invites: room((_: unknown, context) => ownInvites(context)),
    noticesWanted: room((_: unknown, context) => noticesWanted(context)),
    news: room((_: unknown, context) => news(context)),
  },
  Passkey,
  OwnSession,
  Invite,
  Member: {
    name: room((_: unknown, context) => ownName(context)),
    meters: room(ownMeters),
    meter: room(({ address }: { address: string }, context) => ownMeter(context, address)),
    bills: room(ownBills),
    bill: room(ownBill),
    days: room(memberDays),
    invoices: room(ownInvoices),
    invoice: room(ownInvoice),
    statement: room(ownStatement),
    balanceNel: room((_: unknown, context) => ownBalance(context)),
    electra,
  },
  Meter: { ...Meter, bills: (row: MeterRow, args: PageArgs, context: Context) => ownBills({ ...args, meter: row.id }, context) },
  MemberDay,
  Report,
  Interval,
  Bill,
  Invoice,
  Posting,
  OwnElectra,
  OwnAccount,
  BalanceEntry,
  Payout,
  PriceDay,
  BookDay,
  Market,
  Electra,
  ElectraTransfer,
  MarketMember,
  MarketPrices,
  SharedDay,
  SettledPeriod,
  SettledWeek,
  Book,
  Roster,
  NoBill,
  FinalReading,
  OwnFinalReading,
  Run,
  ValidatorChange,
  Audit: {
    books: room(books),
    book: room(book),
    rosters: room(rosters),
    roster: room(roster),
    disputes: room(disputes),
    noBills: room(noBills),
    finalReadings: room(finalReadings),
    validatorChanges: room(validatorChanges),
  },
  Operation: {
    health: operation.health,
    days: operation.days,
    missingStatements: operation.missingStatements,
    refusedBoxes: operation.refusedBoxes,
    badTransactions: operation.badTransactions,
    outbox: operation.outbox,
    meters: board.meters,
    power: board.power,
    sealingKey: board.sealingKey,
    completeness: board.completeness,
    invoicing: board.invoicing,
    unmeteredDays: board.unmeteredDays,
    tariffs: board.tariffs,
    slotPricesUntil: board.slotPricesUntil,
    membersSignedIn: board.membersSignedIn,
    rosters: room(rosters),
    roster: room(roster),
    disputes: room(disputes),
    noBills: room(noBills),
    finalReadings: room(finalReadings),
    runs: room(openRuns),
    validatorChanges: room(validatorChanges),
    invites,
    money,
  },
  CommunityMoney,
  SuspenseEntry,
  OpenPayout,
  DayStatus: operation.DayStatus,
  MissingStatement: operation.MissingStatement,
  RefusedBox: operation.RefusedBox,
  BadTransaction: operation.BadTransaction,
  OutboxMessage: operation.OutboxMessage,
  OperatedMeter: board.OperatedMeter,
  Installation: installing.Installation,
  InstalledRegisters: installing.InstalledRegisters,
  InstallCode: installing.InstallCode,
  MeterMonth: board.MeterMonth,
  MemberInvoicing: board.MemberInvoicing,
  UnmeteredDay: board.UnmeteredDay,
  AnnouncedTariff: board.AnnouncedTariff,
};

/** Every limit of the API in one place. Sizes of queries are measured before anything runs; the rest is enforced while it runs. */
export const LIMITS = {
  bodyBytes: 64 * 1024,
  /** Tokens of a document, nesting of fields, aliases. */
  tokens: 1000,
  depth: 10,
  aliases: 15,
  /** graphql-armor's static cost: it multiplies literal `first`, but not one given as a variable. Hence `values`. */
  cost: 100_000,
  /** Values that an operation may ask for at most, with its real variables and page sizes (plugins/use-page-budget.ts). */
  values: 120_000,
  /** Rows of a page, and of a page of whole day books. */
  page: 100,
  pageOfBooks: 10,
  pageDefault: 20,
  /** Days that one question about intervals or missing statements may span, and one CSV file. */
  rangeDays: 92,
  exportDays: 366,
  /** Days of a bundle that anybody may ask for; how many bundles are kept, and for how long. */
  bundleDays: 31,
  /** Days that a bundle shows in all to whoever goes on from an earlier audit; what such a reader may say is still open. */
  bundleDaysSince: 62,
  runsSince: 100,
  bundlesKept: 8,
  bundleFreshMs: 60_000,
  challengeLifeMs: 5 * 60_000,
  sessionLifeMs: 12 * 3_600_000,
  /** In all, and of those that programs opened for pages, which nobody signs out of. */
  sessionsPerAddress: 20,
  pageSessionsPerAddress: 5,
  /** That a session is used is written down so often. */
  useNotedMs: 5 * 60_000,
  passkeysPerAddress: 20,
  /**
   * Accounts on the main chain that a member may have, as the chain counts them for a community, and may ask for in all, with those that
   * were refused. Payouts that it may ask for in 24 hours.
   */
  accountsPerMember: 2,
  accountsAsked: 10,
  payoutsPerDay: 20,
  /** Of an address, and how long one is good. */
  invitesShown: 20,
  inviteLifeMs: 14 * 24 * 3_600_000,
  installLifeMs: 48 * 3_600_000,
  installCodesShown: 5,
  /** News of somebody: so many, of so many days, and of so many meters whether they are silent. */
  newsShown: 20,
  newsDays: 31,
  metersListenedTo: 1_000,
  /** Requests per client, in buckets of `burst` that are refilled at `perMinute`: strangers by address, members by who they are. */
  strangers: { burst: 120, perMinute: 300 },
  members: { burst: 1_200, perMinute: 3_000 },
  /** Built files of the pages (/assets/), which are in memory: a first visit takes about 90, and a house or an office has one address. */
  files: { burst: 1_200, perMinute: 3_000 },
  /** What a request costs beyond one: a file, and each so many values that an operation asks for. */
  exportCost: 10,
  valuesPerCost: 1_000,
  /** A refusal is given so late. */
  refusalMs: 2_000,
  connections: { perAddress: 64, all: 3_500, pipelined: 8, silentMs: 2_000, turnAwayMs: 5_000, turningAway: 4_000 },
  /** A connection without a whole head, a whole request, a next request, and a byte either way. */
  headMs: 5_000,
  requestMs: 15_000,
  keepAliveMs: 5_000,
  silenceMs: 30_000,
  /** How old an answer of `/`, `/ready` and `/metrics` may be. */
  freshMs: 1_000,
  /** Challenges, sign-ins and requests about balances per client: a bucket of `burst`, refilled at `perMinute`. */
  signIn: { burst: 40, perMinute: 60 },
  /**
   * Open streams of hints: in all, of somebody, of a client. Of those that are to be told something so many are at once, and so many a
   * second, for each asks again for what it shows. How often their sessions are looked at.
   */
  streams: { all: 2_000, perViewer: 8, perClient: 64, burst: 10, perSecond: 150, checkMs: 15_000 },
  clients: 10_000,
  statementTimeoutMs: 5_000,
  /** Waiting for a database slot. */
  slotWaitMs: 5_000,
  slotsWaiting: 256,
  /** Of the slots, this share is for sessions that are known; and so many strangers may wait for theirs. */
  memberShare: 0.25,
  strangersWaiting: 64,
} as const;

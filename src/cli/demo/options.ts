/** What `electra up` can be told, and how that fits a data folder that is already there. */
import { availableParallelism, loadavg } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Settings } from '../../node/processes/data-folder.ts';
import { DAY_S, dateToDay, dayToDate } from '../../protocol/values/time.ts';
import { CliError } from '../errors.ts';
import { dataOption, parsePort, parsePositive } from '../options.ts';

export const COMMUNITIES = ['rural', 'village', 'suburb', 'town'] as const;
export type Community = (typeof COMMUNITIES)[number];

export interface UpOptions {
  community: Community;
  from: string;
  days: number;
  data: string;
  port: number;
  portGiven: boolean;
  once: boolean;
  /** chain seconds per second */
  rate: number;
  /** every meter is a gateway beside a simulated existing meter */
  gateways: boolean;
  /** two communities that share, and the chain between them */
  exchange: boolean;
  /** of communities that share: seconds from the making of the folder until the played day freezes between them */
  freezeAfterS: number;
}

/** Who shares in a demonstration of that. */
export const SHARING = ['rural', 'village'] as const satisfies readonly Community[];
const EXCHANGE_DATA = '.electra-exchange';
/** What only one community can be told. */
const OF_ONE = ['community', 'days', 'gateways', 'rate'] as const;

const FIRST = '2016-01-01';
const LAST = '2016-12-30';
const MAX_DAYS = 365;
/** Communities have frozen their day by then, proven it and stated its net, on two cores that do nothing else. */
const FREEZE_AFTER_S = 270;
/** The same where other programs want the processor too. */
const BUSY_FREEZE_AFTER_S = 480;
/** Programs that want a core, for each, over the last minute: two are our own build before a first start. */
const BUSY_LOAD = 3;
const loadPerCore = (): number => loadavg()[0] / availableParallelism();

function parseFrom(text: string): string {
  let day: number;
  try {
    day = dateToDay(text);
  } catch {
    throw new InvalidArgumentError(`expected a date from ${FIRST} to ${LAST}.`);
  }
  if (day < dateToDay(FIRST) || day > dateToDay(LAST)) throw new InvalidArgumentError(`the profiles cover ${FIRST} to ${LAST}.`);
  return dayToDate(day);
}

function parseDays(text: string): number {
  const days = parsePositive(text);
  if (days > MAX_DAYS) throw new InvalidArgumentError(`expected 1 to ${MAX_DAYS} days.`);
  return days;
}

function parseFreezeAfter(text: string): number {
  const seconds = parsePositive(text);
  if (seconds < FREEZE_AFTER_S || seconds > DAY_S) throw new InvalidArgumentError(`expected ${FREEZE_AFTER_S} to ${DAY_S} seconds.`);
  return seconds;
}

export function addUpOptions(command: Command): Command {
  return command
    .addOption(new Option('--community <name>', 'which community of real profiles').choices(COMMUNITIES).default('rural'))
    .addOption(new Option('--from <date>', `first profile day to replay, ${FIRST} to ${LAST}`).argParser(parseFrom).default('2016-07-01'))
    .addOption(new Option('--days <n>', 'how many days to replay before the present').argParser(parseDays).default(2))
    .addOption(dataOption())
    .addOption(new Option('--port <n>', 'port of the API; all others are chosen free').argParser(parsePort).default(4000))
    .option('--gateways', 'meters are gateways that read simulated existing meters, of a protocol each (docs/gateway.md)')
    .option('--exchange', `two communities that share, rural and village, to a settled week; in ${EXCHANGE_DATA} (docs/exchange.md)`)
    .addOption(
      new Option(
        '--freeze-after <seconds>',
        'with --exchange: how long what communities state of the day is waited for; ' +
          `default: ${FREEZE_AFTER_S}, and ${BUSY_FREEZE_AFTER_S} where other programs keep this machine busy`,
      ).argParser(parseFreezeAfter),
    )
    .option('--once', 'end after the verdict, with its exit code')
    .addOption(new Option('--rate <n>', 'chain seconds per second, for benchmarks').argParser(parsePositive).default(1).hideHelp());
}

/** `load`: programs that want a core, for each. */
export function upOptions(command: Command, load = loadPerCore()): UpOptions {
  const o = command.opts();
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const other = OF_ONE.find(isGiven);
  if (o.exchange && other) throw new CliError(`--${other}: is of one community; --exchange runs ${SHARING.join(' and ')}, for one day`);
  if (isGiven('freezeAfter') && !o.exchange) throw new CliError('--freeze-after: is of communities that share; give --exchange with it');
  return {
    community: o.community,
    from: o.from,
    days: o.days,
    data: o.exchange && !isGiven('data') ? EXCHANGE_DATA : o.data,
    port: o.port,
    portGiven: command.getOptionValueSource('port') === 'cli',
    once: Boolean(o.once),
    rate: o.rate,
    gateways: Boolean(o.gateways),
    exchange: Boolean(o.exchange),
    freezeAfterS: o.freezeAfter ?? (load > BUSY_LOAD ? BUSY_FREEZE_AFTER_S : FREEZE_AFTER_S),
  };
}

/** Refuses options that contradict the folder's; options left out follow it. */
export function agreeWith(settings: Settings, options: UpOptions, command: Command): UpOptions {
  const { demo, market } = settings;
  if (market && command.getOptionValueSource('freezeAfter') === 'cli')
    throw new CliError('--freeze-after: the chain of this data folder has its genesis; leave the option out, or choose another --data');
  if (market && OF_ONE.every((key) => command.getOptionValueSource(key) !== 'cli')) return { ...options, exchange: true };
  if (options.exchange || market)
    throw new CliError(`--data: this folder holds ${market ? 'communities that share (--exchange)' : 'one community'}; choose another`);
  if (!demo)
    throw new CliError(
      `--data: this folder holds a deployment (chain ${settings.chainId}), which \`electra up\` does not run; see docker-compose.yml`,
    );
  for (const key of ['community', 'from', 'days', 'rate'] as const) {
    if (command.getOptionValueSource(key) === 'cli' && options[key] !== demo[key]) {
      throw new CliError(
        `--${key}: this data folder was made with ${demo[key]}, not ${options[key]}; leave the option out, or choose another --data`,
      );
    }
  }
  if (options.gateways && !demo.gateways)
    throw new CliError('--gateways: this data folder was made without them; leave the option out, or choose another --data');
  return { ...options, gateways: demo.gateways === true, community: demo.community, from: demo.from, days: demo.days, rate: demo.rate };
}

/**
 * Communities that share, on one machine: each a whole `electra up` of its own, the chain between them with its exchange node, and the
 * steps by which a community becomes a member, given as the commands that operators give. One day is played to a settled, audited week.
 */
import { readFileSync } from 'node:fs';
import getPort from 'get-port';
import { enterMembers } from '../../../node/books/members.ts';
import { connect, databaseUrl } from '../../../node/db/index.ts';
import { type DataFolder, readSettings, writeSettings } from '../../../node/processes/data-folder.ts';
import { sleep } from '../../../node/shared/wait.ts';
import type { OperatorMessage } from '../../../node/signer/client.ts';
import { operatorAddress } from '../../../node/vault/index.ts';
import { PERIOD_DAYS } from '../../../protocol/index.ts';
import { mainTypeUrlOf } from '../../../protocol/messages/main-messages.ts';
import { keySigner } from '../../../protocol/messages/sign.ts';
import { CliError } from '../../errors.ts';
import { messagesOf } from '../../operator/exchange-register.ts';
import { operatorSigner } from '../../operator/operator.ts';
import { readRequest } from '../../operator/uplink/request.ts';
import { assertTaken } from '../../refusals.ts';
import type { ChainPorts } from '../chain.ts';
import type { Community } from '../options.ts';
import { commandPart } from '../supervisor.ts';
import { chainPorts, type Kind, rpcUrlsOf, startChain, startNode, untilStopped, type World } from '../world.ts';
import { isUp } from './asked.ts';
import { give } from './commands.ts';
import { CAPACITY_WH, communityFolder, freezeUnixS, mainGenesis, treasuryAddress, treasuryKey } from './first-start.ts';
import { followWeek } from './follow.ts';
import { giveMoney } from './money.ts';
import { verdictOfWeek } from './verdict.ts';
import { sayNumbers, whereToLookAtSharing } from './welcome.ts';

const LOOK_MS = 1_000;
const UP_MS = 180_000;
const IN_FORCE_MS = 90_000;
/** A community stops in order: its books, its chain, its database. */
const STOP_MS = 45_000;

interface Begun {
  ports: ChainPorts;
  /** where each community's service answers */
  communities: readonly (readonly [name: Community, url: string])[];
}

/** Where the main chain answers in this run, which a community that is started reads. */
function tellWhere(own: DataFolder, urls: string[]): void {
  const settings = readSettings(own);
  writeSettings(own, { ...settings, uplink: { ...settings.uplink!, rpcUrls: urls } });
}

/** The communities take longest: they begin before everything else. Each has its own uplink, which waits until it is taken in. */
async function begin(w: World): Promise<Begun> {
  const market = w.settings.market!;
  const ports = await chainPorts(w, market.validators.length);
  const communities: [Community, string][] = [];
  for (const name of market.communities) {
    const port = await getPort();
    tellWhere(communityFolder(w.data, name), rpcUrlsOf(ports));
    w.supervisor.start(commandPart(name, ['up', '--data', communityFolder(w.data, name).dir, '--port', String(port)]));
    communities.push([name, `http://127.0.0.1:${port}`]);
  }
  return { ports, communities };
}

async function until(what: string, limitMs: number, w: World, holds: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + limitMs; !w.signal.aborted; await sleep(LOOK_MS, w.signal)) {
    if (await holds()) return;
    if (Date.now() > endMs) throw new CliError(`${what} within ${limitMs / 1000} s (logs in ${w.data.path('logs')})`);
  }
}

/** Who is behind the treasuries, which the chain does not know. */
async function nameCommunities(data: DataFolder, names: readonly Community[]): Promise<void> {
  const sql = connect({ url: databaseUrl(data.secrets, 'owner'), max: 1, application: 'electra up' });
  try {
    await enterMembers(
      sql,
      names.map((name) => ({ address: treasuryAddress(data, name), name })),
    );
  } finally {
    await sql.end();
  }
}

/** What a start that was cut short has said already: a holder of ELECTRA, a registered chain, one that waits for its time. */
const THERE_ALREADY = ['electra/14', 'register/4', 'register/17'];

async function say(data: DataFolder, message: OperatorMessage): Promise<void> {
  const signer = operatorSigner(data);
  if (!signer) throw new CliError(`the signer does not run (logs in ${data.path('logs')})`);
  const answer = await signer.submit([message]).finally(() => signer.close());
  if (!THERE_ALREADY.includes(`${answer.codespace}/${answer.code}`)) assertTaken(answer);
}

const requestFile = (own: DataFolder): string => own.path('uplink-request.json');

/** As its operator does: where the main chain answers, and what its operator is given. */
async function join(w: World, name: Community, rpcUrls: readonly string[]): Promise<void> {
  const own = communityFolder(w.data, name);
  const { file } = mainGenesis(w.data, w.settings.market!);
  const main = ['--main-genesis', file, '--main-rpc', ...rpcUrls, '--treasury', treasuryAddress(w.data, name)];
  const about = ['--capacity-wh', String(CAPACITY_WH), '--members', '1000', '--out', requestFile(own), '--data', own.dir];
  await give(['uplink', 'join', ...main, ...about], w.signal);
}

/**
 * As the main chain's operator does by `electra exchange register`, but for the uplink: it is a meter of the genesis, for one that is
 * enrolled later counts from a day to come. Then the registration comes into force.
 */
async function takeIn(w: World, name: Community): Promise<void> {
  const own = communityFolder(w.data, name);
  const { treasury, community } = messagesOf(readRequest(readFileSync(requestFile(own), 'utf8')));
  await say(w.data, treasury);
  await say(w.data, community);
  await until(`${name} was not registered`, IN_FORCE_MS, w, async () => {
    const status = JSON.parse(await give(['uplink', 'status', '--json', '--data', own.dir], w.signal)) as { registered: unknown };
    return status.registered !== null;
  });
}

/** What is done once: who holds ELECTRA, who is registered, what there is of money. */
async function beginSharing(w: World, rpcUrls: readonly string[]): Promise<void> {
  const { data, settings, signal } = w;
  const market = settings.market!;
  // Whoever settles holds ELECTRA, or may.
  const holder = { address: operatorAddress(data.signer), kind: 'other' };
  await say(data, { typeUrl: mainTypeUrlOf('RegisterAccount'), value: holder });
  for (const name of market.communities) await takeIn(w, name);
  const treasuries = market.communities.map((name) => ({
    uplink: readSettings(communityFolder(data, name)).uplink!.address,
    signer: keySigner(treasuryKey(data, name)),
  }));
  await giveMoney(treasuries, { rpcUrls, chainId: settings.chainId, signal });
  writeSettings(data, { ...settings, market: { ...market, begun: true } });
}

async function work(w: World, { ports, communities }: Begun): Promise<number> {
  const { data, display, settings } = w;
  const market = settings.market!;
  const played = market.firstDay + PERIOD_DAYS - 1;
  const rpcUrls = await display.step('starting the chain between the communities', () => startChain(w, market.validators, ports));
  await nameCommunities(data, market.communities);
  const urls = await display.step('starting its exchange node', () => startNode(w, rpcUrls));
  await display.step(`waiting for ${market.communities.join(' and ')}, each a whole community of its own`, () =>
    until('the communities did not answer', UP_MS, w, async () =>
      (await Promise.all(communities.map(([, url]) => isUp(url)))).every(Boolean),
    ),
  );
  if (!market.begun) {
    await display.step('joining the main chain (electra uplink join)', async () => {
      for (const name of market.communities) await join(w, name, rpcUrls);
    });
    await display.step('taking them in, and giving their treasuries ELECTRA that are worth nothing', () => beginSharing(w, rpcUrls));
  }
  const { genesis } = mainGenesis(data, market);
  const waits = { freezesUnixS: freezeUnixS(genesis), graceS: genesis.params.graceS };
  const services = { communities: communities.map(([, url]) => url), exchange: urls.apiUrl };
  await followWeek({ data, day: played, ...waits, ...services, display, signal: w.signal });
  if (w.signal.aborted) return 0;
  const verdict = await display.step('auditing the week, and each community’s own day, as a stranger would', () =>
    verdictOfWeek(
      data,
      market.firstDay,
      market.communities.map((name) => communityFolder(data, name)),
      w.signal,
    ),
  );
  const shown = { data, urls, communities, rpcUrls, display };
  await sayNumbers(shown, played);
  if (!w.options.once) await whereToLookAtSharing(shown);
  display.say('\n── The audit’s verdict');
  for (const line of verdict.lines) display.say(`  ${line}`);
  if (w.options.once) return verdict.exitCode;
  display.say('\nRunning on with the present. Stop with Ctrl-C.');
  await untilStopped(w);
  return 0;
}

export const EXCHANGE: Kind<Begun> = { begin, work, stopMs: STOP_MS };

/** `electra uplink status`: how far the community is with joining, what is missing, and what became of the last days. */
import type { Command } from 'commander';
import { CometRpc, rpcChain } from '../../../../sdk/ts/src/index.ts';
import { MAIN_GRACE_S } from '../../../node/db/index.ts';
import { dataFolder, readSettings, rpcUrls } from '../../../node/processes/data-folder.ts';
import { joinedMain, uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { askEvidence, mainChain, type Standing, standing, type UplinkDayState, uplinkDays } from '../../../node/uplink/index.ts';
import { dayOf, dayToDate } from '../../../protocol/values/time.ts';
import { timeOfMain, withDatabase } from '../../database.ts';
import { dataOption, example, jsonOption } from '../../options.ts';
import { electra } from '../amount.ts';
import { at } from '../moment.ts';

const ASK_MS = 60_000;

function registration({ registered }: Standing): string {
  if (!registered) return 'not registered';
  const { chainId, members, creditNel, latestHeight, latestUnixS } = registered;
  const credit = electra(BigInt(creditNel));
  return `registered as ${chainId}, ${members} members, credit ${credit}, header ${latestHeight} of ${at(latestUnixS)}`;
}

const WAITS = { register: 'registration', resume: 'going on', treasury: 'another treasury' } as const;

/** What waits for its time there, of any kind. */
const waiting = ({ id, what, dueUnixS, vetoedBy }: Standing['pending'][number]): string =>
  `${WAITS[what]} (number ${id}) is due ${at(dueUnixS)}, vetoed by ${vetoedBy}`;

const enrolment = (found: Standing['enrolled']): string =>
  found ? `enrolled from ${dayToDate(found.firstDay)}, ${found.capacityWh} Wh a slot, treasury ${found.treasury}` : 'not enrolled';

/** Nobody can mend it: so it is no line of what is missing. */
function late({ from, to, inForceUnixS }: NonNullable<Standing['tooLate']>, { registered, enrolled }: Standing): string {
  const is = registered ? 'has been in force since' : 'is not in force before';
  const meter = enrolled && enrolled.firstDay > from ? `, and the uplink is a meter from ${dayToDate(enrolled.firstDay)} on` : '';
  const days = from === to ? dayToDate(from) : `${dayToDate(from)} to ${dayToDate(to)}`;
  return `not shared: ${days}, for the registration ${is} ${at(inForceUnixS)}${meter}: it came too late for them`;
}

export function linesOf(found: Standing, days: readonly UplinkDayState[], uplink: string): string[] {
  const { enrolled, shares, missing, tooLate } = found;
  return [
    `uplink ${uplink}: ${enrolment(enrolled)}`,
    registration(found),
    ...found.pending.map(waiting),
    shares.main ? `shares on ${shares.main.chainId} from ${dayToDate(shares.fromDay)}` : 'shares nowhere',
    ...(tooLate ? [late(tooLate, found)] : []),
    ...days.map(({ day, state, error }) => `${dayToDate(day)}  ${state}${error ? `  ${error}` : ''}`),
    ...missing.map((sentence) => `! ${sentence}`),
  ];
}

export function registerStatus(uplink: Command): void {
  const c = uplink
    .command('status')
    .description('the registration on the main chain, what is missing, and the last days')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra uplink status --json');
  c.action(async () => {
    const { data: dir, json } = c.opts<{ data: string; json?: true }>();
    const data = dataFolder(dir);
    const settings = uplinkSettings(data);
    const own = { chainId: readSettings(data).chainId, rpcUrls: rpcUrls(data) };
    const signal = AbortSignal.timeout(ASK_MS);
    const today = dayOf((await rpcChain(new CometRpc({ urls: own.rpcUrls })).status()).chainUnixS);
    const found = await standing({
      ...{
        mainChainId: settings.mainChainId,
        uplink: settings.address,
        treasury: settings.treasury,
        day: Math.max(today, settings.fromDay),
        trustPeriodS: settings.trustPeriodS,
        graceS: (await timeOfMain(data))?.graceS ?? MAIN_GRACE_S,
      },
      frozenTo: async (atUnixS) => (await timeOfMain(data, atUnixS))?.seen?.frozenTo,
      main: mainChain(joinedMain(settings), settings.address, { signer: null, signal }),
      evidence: (asked) => askEvidence({ ...own, ...asked, signal }),
    });
    const days = await withDatabase(data, 'books', (sql) => uplinkDays(sql));
    const value = { uplink: settings.address, mainChainId: settings.mainChainId, ...found, days };
    process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${linesOf(found, days, settings.address).join('\n')}\n`);
  });
}

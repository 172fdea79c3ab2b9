/**
 * `electra uplink join`: draws the uplink's key, writes the file from which the main chain's operator enrols and registers the community,
 * and says on the community's own chain where it shares. Each step may be repeated: a second run goes on where the first one ended.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CometRpc, rpcChain } from '../../../../sdk/ts/src/index.ts';
import { readSecret, writeSecret } from '../../../node/db/index.ts';
import { type DataFolder, dataFolder, readSettings, rpcUrls, type Settings, writeSettings } from '../../../node/processes/data-folder.ts';
import { genesisHashOf } from '../../../node/signer/index.ts';
import { askEvidence } from '../../../node/uplink/index.ts';
import { createOperatorKey } from '../../../node/vault/index.ts';
import { readSharedGenesis, type SharedGenesis } from '../../../protocol/genesis/index.ts';
import { typeUrlOf } from '../../../protocol/messages/table.ts';
import { dayOf, dayToDate } from '../../../protocol/values/time.ts';
import { readText } from '../../../reader/cli/command.ts';
import { checkpointKeys } from '../../../reader/light/index.ts';
import { CliError } from '../../errors.ts';
import { dataOption, example, jsonOption, parseAddress, parseDate, parsePositive } from '../../options.ts';
import { parseElectra } from '../amount.ts';
import { printDone, submitAsOperator } from '../operator.ts';
import { takeMainKeys } from './main-keys.ts';
import { checkpointText, encodeRequest } from './request.ts';

interface JoinOptions {
  mainGenesis: string;
  mainRpc: string[];
  treasury: string;
  capacityWh: number;
  credit?: bigint;
  members: number;
  from?: number;
  keys?: string;
  out: string;
  data: string;
  json?: true;
}

/** A registration waits seven days for vetoes: nothing is shared before. */
const DAYS_AHEAD = 8;

function readMain(file: string): SharedGenesis {
  try {
    return readSharedGenesis(JSON.parse(readText('--main-genesis', file)));
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(`--main-genesis: ${(error as Error).message}`);
  }
}

function drawKey(data: DataFolder): string {
  if (!existsSync(data.uplinkPassphrase)) writeSecret(data.uplinkPassphrase, randomBytes(32).toString('hex'));
  readSecret(data.uplinkPassphrase); // refused here where it is open to others
  return createOperatorKey({ dir: data.uplink, passphraseFile: data.uplinkPassphrase });
}

/** The day from which is shared: as was said, as it was before, or in a week. */
async function firstDay(rpc: CometRpc, asked: number | undefined, before: Settings['uplink'], main: SharedGenesis): Promise<number> {
  const today = dayOf((await rpcChain(rpc).status()).chainUnixS);
  if (asked !== undefined && asked <= today) throw new CliError(`--from: expected a day to come; it is ${dayToDate(today)} on the chain`);
  if (asked === undefined && before?.mainGenesisHash === main.hash) return before.fromDay;
  return asked ?? today + DAYS_AHEAD;
}

/** @throws CliError where this community's chain has more validators than a registration holds */
async function checkpointOf(urls: readonly string[], chainId: string): Promise<string> {
  const signal = AbortSignal.timeout(60_000);
  return checkpointText(await askEvidence({ rpcUrls: urls, chainId, keys: checkpointKeys(), kept: null, signal }));
}

async function join_(o: JoinOptions): Promise<void> {
  const data = dataFolder(o.data);
  const settings = readSettings(data);
  const main = readMain(o.mainGenesis);
  if (main.chainId === settings.chainId) throw new CliError('--main-genesis: expected another chain than this community’s own');
  takeMainKeys(data, o.keys, main);
  const urls = rpcUrls(data);
  const rpc = new CometRpc({ urls });
  const fromDay = await firstDay(rpc, o.from, settings.uplink, main);
  const checkpoint = await checkpointOf(urls, settings.chainId); // refused here, before anything is drawn, written or sent
  const address = drawKey(data);
  const uplink: Settings['uplink'] = {
    ...{ address, treasury: o.treasury, mainChainId: main.chainId, mainGenesisHash: main.hash, fromDay },
    operator: { n: main.rotations.length, address: main.operator },
    ...{ trustPeriodS: main.params.trustPeriodS, rpcUrls: o.mainRpc },
  };
  writeSettings(data, { ...settings, uplink });
  const today = dayOf((await rpcChain(rpc).status()).chainUnixS);
  if (fromDay > today) await sayWhere(data, uplink);
  const request = {
    format: 'electra/uplink/v1' as const,
    ...{ chainId: settings.chainId, genesisHash: Buffer.from(await genesisHashOf(rpc)).toString('hex'), uplink: address },
    ...{ treasury: o.treasury, capacityWhPerSlot: o.capacityWh, creditNel: String(o.credit ?? 0n), members: o.members },
    from: dayToDate(fromDay),
    checkpoint,
  };
  writeFileSync(o.out, encodeRequest(request), { mode: 0o644 });
  const words =
    `uplink ${address}: shares on ${main.chainId} from ${dayToDate(fromDay)} on. Give ${o.out} to its operator within a week; ` +
    'then keep `electra index --main` and `electra uplink run` running (`electra up` starts both), and look at `electra uplink status`';
  printDone(Boolean(o.json), words, {
    uplink: address,
    mainChainId: main.chainId,
    mainGenesisHash: main.hash,
    from: request.from,
    out: o.out,
  });
}

const sayWhere = (data: DataFolder, { fromDay, mainChainId, mainGenesisHash, address }: NonNullable<Settings['uplink']>) =>
  submitAsOperator(data, [
    {
      typeUrl: typeUrlOf('SetUplink'),
      value: { fromDay, mainChainId, mainGenesisHash: Buffer.from(mainGenesisHash, 'hex').toString('base64'), uplink: address },
    },
  ]);

export function registerJoin(uplink: Command): void {
  const c = uplink
    .command('join')
    .description('make this community a member of a main chain: its key there, what that chain’s operator needs, where it shares')
    .requiredOption('--main-genesis <file>', 'the main chain’s genesis, from a source that you trust')
    .requiredOption('--main-rpc <urls...>', 'where nodes of the main chain answer')
    .requiredOption('--treasury <address>', 'the community’s account on the main chain, of a wallet', parseAddress)
    .requiredOption('--capacity-wh <n>', 'the most that the community may exchange in a quarter-hour', parsePositive)
    .requiredOption('--members <n>', 'how many members it has', parsePositive)
    .option('--credit <electra>', 'what stays in escrow at least; none without', parseElectra)
    .option('--from <date>', 'the first day that is shared, YYYY-MM-DD (UTC); default: in eight days', parseDate)
    .option('--keys <dir>', 'the main chain’s keys: those of net are taken, and of bill-sum where they are there')
    .option('--out <file>', 'file for the main chain’s operator', 'uplink-request.json')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(
    c,
    'npx electra uplink join --main-genesis main.json --main-rpc https://main.example:26657 ' +
      '--treasury electra1… --capacity-wh 250000 --members 99',
  );
  c.action(() => join_(c.opts<JoinOptions>()));
}

/**
 * The first start of communities that share: the chain between them, its exchange node in the data folder itself, and each community in a
 * folder of `communities`, whose genesis says from its first day on where it shares. So nothing waits a week, as in production it would.
 *
 * A settled week is seven days; the last of them is played, the six before lie before every meter's first statement and are void.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { newCalendar } from '../../../../simulator/calendar.ts';
import { writeSecret } from '../../../node/db/index.ts';
import {
  type DataFolder,
  dataFolder,
  hasSettings,
  makeFolders,
  type Settings,
  writeSettings,
} from '../../../node/processes/data-folder.ts';
import { keyBytes } from '../../../node/processes/keys.ts';
import { KEYS_DIR } from '../../../node/processes/paths.ts';
import { operatorKey } from '../../../node/signer/index.ts';
import { createOperatorKey } from '../../../node/vault/index.ts';
import { keysJson, readSharedGenesis, type SharedGenesis } from '../../../protocol/genesis/index.ts';
import { MAIN_CIRCUIT_NAMES, PERIOD_DAYS } from '../../../protocol/index.ts';
import { keySigner } from '../../../protocol/messages/sign.ts';
import { type DevnetSpec, makeDevnet } from '../chain.ts';
import { firstStart, makeKeys, slots } from '../first-start.ts';
import { type Community, SHARING, type UpOptions } from '../options.ts';

/** What a community may exchange in a quarter-hour. */
export const CAPACITY_WH = 500_000;
const PRICE_NEL_PER_WH = 191_000;
const ONE_DAY = { days: 1, rate: 1, gateways: false } as const;

export const communityFolder = (data: DataFolder, name: Community): DataFolder => dataFolder(data.path('communities', name));

/** The treasury's wallet: of the community, not of its node. */
const treasuryFile = (data: DataFolder, name: Community): string => communityFolder(data, name).path('treasury');
export const treasuryKey = (data: DataFolder, name: Community): Uint8Array =>
  Uint8Array.from(Buffer.from(readFileSync(treasuryFile(data, name), 'utf8').trim(), 'hex'));
export const treasuryAddress = (data: DataFolder, name: Community): string => keySigner(treasuryKey(data, name)).address;

/** Draws what a community has on the main chain: its uplink's key, its treasury's. @returns the uplink's address */
function drawKeys(data: DataFolder, name: Community): string {
  const own = communityFolder(data, name);
  makeFolders(own);
  for (const [file, text] of [
    [own.uplinkPassphrase, randomBytes(32).toString('base64url')],
    [treasuryFile(data, name), randomBytes(32).toString('hex')],
  ])
    if (!existsSync(file)) writeSecret(file, text);
  return createOperatorKey({ dir: own.uplink, passphraseFile: own.uplinkPassphrase });
}

const specOf = (
  at: { nowMs: number; firstDay: number; graceS: number; operator: string; nodeKey: string },
  uplinks: DevnetSpec['meters'],
): DevnetSpec => {
  const genesisUnixS = Math.floor(at.nowMs / 1000);
  return {
    chainId: `electra-main-${randomBytes(4).toString('hex')}`,
    genesisTime: new Date(genesisUnixS * 1000).toISOString().replace('.000Z', 'Z'),
    clock: { startUnixS: genesisUnixS, rate: 1 },
    params: { graceS: at.graceS, graceBlocks: 3, validatorDelayS: 5, tick: 1000 },
    verificationKeys: keysJson(MAIN_CIRCUIT_NAMES, keyBytes(KEYS_DIR, MAIN_CIRCUIT_NAMES)),
    operator: at.operator,
    meters: uplinks,
    nodeKeys: [{ epoch: 1, key: at.nodeKey }],
    tariffs: [
      {
        ...{ fromDay: at.firstDay, rule: 'shared/1', feePerDayNel: '250000000' },
        ...{ retailNelPerWh: slots(PRICE_NEL_PER_WH), feedInNelPerWh: slots(0) },
      },
    ],
    timeoutCommit: '1s',
  };
};

const genesisFile = (data: DataFolder, { validators }: NonNullable<Settings['market']>): string =>
  data.path('chain', validators[0].home, 'config', 'genesis.json');

/** The main chain's genesis, as whoever joins is given it. */
export const mainGenesis = (data: DataFolder, market: NonNullable<Settings['market']>): { file: string; genesis: SharedGenesis } => {
  const file = genesisFile(data, market);
  return { file, genesis: readSharedGenesis(JSON.parse(readFileSync(file, 'utf8'))) };
};

/** When a day freezes there that was over before the chain began, as the played one. */
export const freezeUnixS = ({ beginUnixS, params }: SharedGenesis): number => beginUnixS + params.graceS;

export async function firstStartOfExchange(data: DataFolder, options: UpOptions): Promise<Settings> {
  // One that was cut short left no electra.json: whatever it made is made anew.
  if (!hasSettings(data))
    for (const part of ['chain', 'vault', 'signer', 'secrets', 'postgres', 'communities'])
      rmSync(data.path(part), { recursive: true, force: true });
  const { signer, operatorAddress, epoch1PublicKey } = makeKeys(data);
  const nowMs = Date.now(); // one instant for all, or midnight could pass between them
  const played = newCalendar({ ...ONE_DAY, community: SHARING[0], from: options.from, nowMs }).firstDay;
  const firstDay = played - PERIOD_DAYS + 1;
  const uplinks = SHARING.map((name) => ({ name, address: drawKeys(data, name) }));
  const spec = specOf(
    { nowMs, firstDay, graceS: options.freezeAfterS, operator: operatorAddress, nodeKey: epoch1PublicKey },
    uplinks.map(({ name, address }) => ({
      ...{ address, member: treasuryAddress(data, name), firstDay, maxWhPerSlot: CAPACITY_WH },
      validator: true,
    })),
  );
  const validators = await makeDevnet(data, spec, keySigner(await operatorKey(signer)), { kind: 'main' });
  const market = { communities: [...SHARING], firstDay, validators };
  const { genesis } = mainGenesis(data, market);
  for (const { name, address } of uplinks)
    await firstStart(
      communityFolder(data, name),
      { ...ONE_DAY, community: name, from: options.from, nowMs },
      {
        ...{ address, treasury: treasuryAddress(data, name), mainChainId: genesis.chainId, mainGenesisHash: genesis.hash },
        operator: { n: genesis.rotations.length, address: genesis.operator },
        ...{ trustPeriodS: genesis.params.trustPeriodS, rpcUrls: ['http://127.0.0.1:26657'], fromDay: played },
      },
    );
  const settings: Settings = {
    ...{ version: 1, chainId: spec.chainId, timeZone: 'Europe/Berlin', currency: 'EUR' },
    ...{ runBy: 'A demonstration on this machine', development: true, exchange: true, market },
  };
  writeSettings(data, settings);
  return settings;
}

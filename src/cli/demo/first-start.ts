/**
 * The first start of a demonstration: secrets, keys, meters and a genesis, made once and kept in the data folder.
 *
 * The chain keeps real time (clock rate 1). The replayed days lie before its genesis, so that the meters' statements for them can be sent
 * at once; a short grace instead of six hours lets them freeze while one watches. An auditor's verdict names both as not production.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { newCalendar, writeDemo } from '../../../simulator/calendar.ts';
import { auditorAddress, createFleet, type FleetMember } from '../../../simulator/keys.ts';
import { addAuditor } from '../../node/api/auditors.ts';
import { enterMembers } from '../../node/books/members.ts';
import { connect, databaseUrl, writeSecret } from '../../node/db/index.ts';
import { type DataFolder, hasSettings, makeFolders, type Settings, writeSettings } from '../../node/processes/data-folder.ts';
import { keyBytes } from '../../node/processes/keys.ts';
import { KEYS_DIR } from '../../node/processes/paths.ts';
import { createCredential, operatorKey } from '../../node/signer/index.ts';
import { initVault } from '../../node/vault/index.ts';
import { RULE } from '../../protocol/day/prices.ts';
import { verificationKeysJson } from '../../protocol/genesis/index.ts';
import { keySigner } from '../../protocol/messages/sign.ts';
import { SLOTS_PER_DAY } from '../../protocol/values/time.ts';
import { type DevnetSpec, makeDevnet } from './chain.ts';
import type { UpOptions } from './options.ts';

const VALIDATORS = 4;

/**
 * Time for every meter to send its statements: generous, since a day that freezes too early is billed by substitutes. It is asked for in
 * blocks as well, which come more slowly on a machine that is slow.
 */
const graceS = (members: number, days: number): number => {
  const statements = members * days;
  return 20 + Math.ceil(0.3 * statements + 0.5 * Math.max(0, statements - 30));
};

export const slots = (value: number): number[] => Array.from({ length: SLOTS_PER_DAY }, () => value);

/** The node's own secrets, made once: of the vault, of the operator, of who gives commands. */
export function makeKeys(data: DataFolder) {
  makeFolders(data);
  for (const secret of [data.passphrase, data.signerPassphrase])
    if (!existsSync(secret)) writeSecret(secret, randomBytes(32).toString('base64url'));
  createCredential({ file: data.operatorCredential, dir: data.signer });
  const signer = { dir: data.signer, passphraseFile: data.signerPassphrase };
  return { signer, ...initVault({ dir: data.vault, passphraseFile: data.passphrase, operator: signer }) };
}

interface DemoOptions extends Pick<UpOptions, 'community' | 'from' | 'days' | 'rate' | 'gateways'> {
  /** when it begins; default now */
  nowMs?: number;
}
/** The main chain on which it shares from its first day on, whose genesis is made before its own. */
type Joins = NonNullable<Settings['uplink']>;

/** As `SetUplink` would have left it: from the first replayed day on. */
const uplinksOf = ({ fromDay, mainChainId, mainGenesisHash, address }: Joins) => ({
  uplinks: [
    { from_day: 0, main_chain_id: '', main_genesis_hash: null, uplink: '', height: '1' },
    {
      ...{ from_day: fromDay, main_chain_id: mainChainId, uplink: address, height: '1' },
      main_genesis_hash: Buffer.from(mainGenesisHash, 'hex').toString('base64'),
    },
  ],
});

export async function firstStart(data: DataFolder, options: DemoOptions, joins?: Joins): Promise<Settings> {
  // A first start that was cut short left no electra.json: whatever it made is made anew.
  if (!hasSettings(data))
    for (const part of ['chain', 'vault', 'signer', 'meters', 'postgres', ...(joins ? [] : ['secrets'])])
      rmSync(data.path(part), { recursive: true, force: true });
  const { signer, operatorAddress, epoch1PublicKey } = makeKeys(data);
  const fleet = await createFleet({ dir: data.dir, community: options.community });

  const { nowMs = Date.now() } = options; // one instant for both, or midnight could pass between them
  const calendar = newCalendar({ ...options, nowMs });
  const { firstDay } = calendar;
  const chainId = `electra-${options.community}-${randomBytes(4).toString('hex')}`;
  const genesisUnixS = Math.floor(nowMs / 1000);
  const grace = graceS(fleet.length, options.days);
  const spec: DevnetSpec = {
    chainId,
    genesisTime: new Date(genesisUnixS * 1000).toISOString().replace('.000Z', 'Z'),
    clock: { startUnixS: genesisUnixS, rate: options.rate },
    params: { graceS: grace, graceBlocks: grace, tick: 1000 },
    verificationKeys: verificationKeysJson(keyBytes(KEYS_DIR)),
    operator: operatorAddress,
    meters: fleet.map((m, i) => ({
      address: m.meterAddress,
      member: m.memberAddress,
      firstDay,
      maxWhPerSlot: m.maxWhPerSlot,
      validator: i < VALIDATORS,
    })),
    nodeKeys: [{ epoch: 1, key: epoch1PublicKey }],
    tariffs: [{ fromDay: firstDay, rule: RULE, retailNelPerWh: slots(300_000), feedInNelPerWh: slots(80_000), feePerDayNel: '250000000' }],
    timeoutCommit: '1s',
  };
  const operator = keySigner(await operatorKey(signer));
  const validators = await makeDevnet(data, spec, operator, joins && { also: uplinksOf(joins) });
  await writeDemo(data.dir, calendar, firstDay + options.days);
  const settings: Settings = {
    version: 1,
    chainId,
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    runBy: 'A demonstration on this machine',
    demo: {
      community: options.community,
      from: options.from,
      days: options.days,
      firstDay,
      rate: options.rate,
      genesisUnixS,
      validators,
      ...(options.gateways ? { gateways: true as const } : {}),
    },
    ...(joins ? { uplink: joins } : {}),
  };
  writeSettings(data, settings);
  return settings;
}

/** Who is behind the addresses, which the chain does not know: the operator's list, and the auditor. */
export async function namePeople(data: DataFolder, fleet: readonly FleetMember[]): Promise<void> {
  const sql = connect({ url: databaseUrl(data.secrets, 'owner'), max: 1, application: 'electra up' });
  try {
    await enterMembers(
      sql,
      fleet.map((m) => ({ address: m.memberAddress, name: m.member })),
    );
    await addAuditor(sql, await auditorAddress(data.dir));
  } finally {
    await sql.end();
  }
}

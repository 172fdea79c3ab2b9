/**
 * The data folder: everything one community's node keeps on this machine, and where.
 *
 *     electra.json      what was chosen at the first start (community, days, chain id); never a secret
 *     secrets/          passphrases of vault and signer, the operator's credential, one database URL per role, 0600
 *     vault/            the encrypted sealing keys
 *     signer/           the encrypted operator's key
 *     uplink/           the encrypted key of the community's meter on a main chain, where it shares on one
 *     keys/             proving and verification keys of the community's ceremony (`electra init --keys`); absent in a demonstration
 *     chain/ postgres/ meters/   the parts that `electra up` runs here
 *     run/              sockets, one folder for each pair of processes that speak, endpoints and the lock: only meaningful while it runs
 *     logs/             one file per process
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ElectraError } from '../../protocol/values/errors.ts';
import { USAGE } from './explain.ts';

/** The folder does not hold what the command needs; a restart would find it the same. */
class FolderError extends ElectraError {
  constructor(message: string) {
    super(USAGE, message);
  }
}

/** Whether this machine knows a time zone by that name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const settingsShape = z.strictObject({
  version: z.literal(1),
  /** of a demonstration made by `electra up`; absent in a deployment made by `electra init` */
  demo: z
    .strictObject({
      community: z.enum(['rural', 'village', 'suburb', 'town']),
      from: z.string(),
      days: z.int().min(1),
      firstDay: z.int(),
      /** the chain's clock: chain seconds per second since genesis, 1 but in benchmarks */
      rate: z.int().min(1),
      genesisUnixS: z.int(),
      /** every meter is a gateway beside a simulated existing meter */
      gateways: z.literal(true).optional(),
      validators: z.array(z.strictObject({ home: z.string(), nodeId: z.string() })),
    })
    .optional(),
  /** a demonstration of communities that share: the chain between them, and who they are; each has a folder in `communities` */
  market: z
    .strictObject({
      communities: z.array(z.enum(['rural', 'village', 'suburb', 'town'])),
      /** first of the seven days that are settled; the last of them is played */
      firstDay: z.int(),
      validators: z.array(z.strictObject({ home: z.string(), nodeId: z.string() })),
      /** the communities are registered, and their treasuries have ELECTRA */
      begun: z.literal(true).optional(),
    })
    .optional(),
  /** a deployment to try things out: its chain need not be a production one, and it may use the keys that ship with the project */
  development: z.literal(true).optional(),
  /** the members of its chain are communities, and it is their exchange node (docs/exchange.md) */
  exchange: z.literal(true).optional(),
  /** the main chain on which the community shares (docs/uplink.md), as it was when it joined */
  uplink: z
    .strictObject({
      /** the key's, in uplink/ */
      address: z.string(),
      /** as the operator has named it last: which one is in force the main chain says (src/node/uplink/treasuries.ts) */
      treasury: z.string(),
      mainChainId: z.string(),
      mainGenesisHash: z.string().regex(/^[0-9a-f]{64}$/),
      /** who signed for it, after how many rotations */
      operator: z.strictObject({ n: z.int(), address: z.string() }),
      trustPeriodS: z.int(),
      rpcUrls: z.array(z.string()).min(1),
      /** the first day that is shared; the last one, where the community has left */
      fromDay: z.int(),
      lastDay: z.int().optional(),
    })
    .optional(),
  chainId: z.string(),
  /** where the chain's nodes answer, when they are not run here */
  rpcUrls: z.array(z.string()).optional(),
  apiHost: z.string().optional(),
  apiPort: z.int().optional(),
  /** the zone that the community lives in, for the clocks on its screens; default UTC */
  timeZone: z.string().refine(isTimeZone, 'expected an IANA time zone, as Europe/Vienna').optional(),
  /** what amounts are shown in; one ELECTRA is one of it. Default ELECTRA */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$|^ELECTRA$/, 'expected ELECTRA, or a currency by its three letters')
    .optional(),
  /** where the pages are, as people open them: passkeys and invitations name it */
  origin: z.string().optional(),
  /** who runs the node, and how to reach them, for everybody to read; absent: the pages say that nobody is named */
  runBy: z.string().min(1).max(120).optional(),
  contact: z.string().min(1).max(200).optional(),
});
export type Settings = z.infer<typeof settingsShape>;

const endpointsShape = z.object({ rpcUrls: z.array(z.string()), apiUrl: z.string().optional(), postgresPort: z.int().optional() });
/** Where things answer while `electra up` runs. */
export type Endpoints = z.infer<typeof endpointsShape>;

export interface DataFolder {
  dir: string;
  path: (...parts: string[]) => string;
  passphrase: string;
  secrets: string;
  vault: string;
  vaultSocket: string;
  /** of the signer: its folder, its passphrase, what the operator's commands show it, and a socket for each who asks it */
  signer: string;
  signerPassphrase: string;
  operatorCredential: string;
  /** of the uplink's key: its folder and passphrase */
  uplink: string;
  uplinkPassphrase: string;
  signerSockets: Readonly<Record<'books' | 'vault' | 'operator', string>>;
}

/**
 * A credential that systemd hands in (LoadCredential, LoadCredentialEncrypted), in memory alone; undefined where there is none. Then the
 * data
 * folder holds no passphrase.
 */
function handedIn(name: string): string | undefined {
  const folder = process.env.CREDENTIALS_DIRECTORY;
  return folder && existsSync(join(folder, name)) ? join(folder, name) : undefined;
}

export function dataFolder(dir: string): DataFolder {
  const root = resolve(dir);
  const path = (...parts: string[]) => join(root, ...parts);
  return {
    dir: root,
    path,
    passphrase: handedIn('electra-passphrase') ?? path('secrets', 'passphrase'),
    secrets: path('secrets'),
    vault: path('vault'),
    vaultSocket: path('run', 'vault', 'vault.sock'),
    signer: path('signer'),
    signerPassphrase: handedIn('electra-signer-passphrase') ?? path('secrets', 'signer-passphrase'),
    operatorCredential: path('secrets', 'operator-credential'),
    uplink: path('uplink'),
    uplinkPassphrase: handedIn('electra-uplink-passphrase') ?? path('secrets', 'uplink-passphrase'),
    signerSockets: {
      books: path('run', 'signer-books', 'signer.sock'),
      vault: path('run', 'signer-vault', 'signer.sock'),
      operator: path('run', 'signer-operator', 'signer.sock'),
    },
  };
}

export function makeFolders(data: DataFolder): void {
  for (const part of ['.', 'secrets', 'vault', 'signer', 'run', 'logs']) mkdirSync(data.path(part), { recursive: true, mode: 0o700 });
}

/** Writes a file whole or not at all. */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  writeFileSync(`${path}.new`, text, { mode });
  renameSync(`${path}.new`, path);
}

export const hasSettings = (data: DataFolder): boolean => existsSync(data.path('electra.json'));

export function readSettings(data: DataFolder): Settings {
  const file = data.path('electra.json');
  if (!existsSync(file))
    throw new FolderError(
      `--data: ${data.dir} holds no community yet (no electra.json); \`npm start\` makes a demonstration, \`electra init\` a deployment`,
    );
  const text = readFileSync(file, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new FolderError(`${file}: expected JSON`);
  }
  const parsed = settingsShape.safeParse(json);
  if (!parsed.success) throw new FolderError(`${file}: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`);
  return parsed.data;
}

/** Whether `--development` was said when this folder was made, or it is a demonstration's: then its chain need not be a production one. */
export function isDevelopment(data: DataFolder): boolean {
  const { demo, development } = readSettings(data);
  return demo !== undefined || development === true;
}

/** Whether this folder is an exchange node's, which serves communities. One that holds keys alone, without settings, is a community's. */
export const isExchange = (data: DataFolder): boolean => hasSettings(data) && readSettings(data).exchange === true;

export const writeSettings = (data: DataFolder, settings: Settings): void =>
  writeWhole(data.path('electra.json'), `${JSON.stringify(settings, null, 2)}\n`);

export const writeEndpoints = (data: DataFolder, endpoints: Endpoints): void =>
  writeWhole(data.path('run', 'endpoints.json'), `${JSON.stringify(endpoints)}\n`);

export function readEndpoints(data: DataFolder): Endpoints | null {
  const file = data.path('run', 'endpoints.json');
  if (!existsSync(file)) return null;
  const parsed = endpointsShape.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return parsed.success ? parsed.data : null;
}

/** The chain's RPC addresses: of the running demonstration, or as configured. */
export function rpcUrls(data: DataFolder): string[] {
  const urls = readSettings(data).rpcUrls ?? readEndpoints(data)?.rpcUrls;
  if (!urls || urls.length === 0)
    throw new FolderError(`no chain address known: start \`electra up\` or set rpcUrls in ${data.path('electra.json')}`);
  return urls;
}

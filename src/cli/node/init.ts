/** `electra init`: a data folder for a real deployment: keys and settings, no chain and no database of its own. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { CIRCUITS, MAIN_CIRCUITS } from '../../node/ceremony/index.ts';
import { prepareDatabase, readSecret, writeSecret } from '../../node/db/index.ts';
import { dataFolder, hasSettings, isTimeZone, makeFolders, writeSettings, writeWhole } from '../../node/processes/data-folder.ts';
import { checkKeyFolder, keyBytes, keyIds, nodeKeys, takeKeys } from '../../node/processes/keys.ts';
import { createCredential } from '../../node/signer/index.ts';
import { initVault } from '../../node/vault/index.ts';
import { type AnyCircuitName, CIRCUIT_NAMES, MAIN_CIRCUIT_NAMES } from '../../protocol/circuits.ts';
import { keysJson } from '../../protocol/genesis/index.ts';
import { CliError } from '../errors.ts';
import { printDone } from '../operator/operator.ts';
import { dataOption, example, jsonOption } from '../options.ts';
import { parseOrigin } from '../origin.ts';

function parseChainId(text: string): string {
  if (!/^[a-z][a-z0-9-]{0,38}-[0-9a-f]{8}$/.test(text))
    throw new InvalidArgumentError('expected a name that ends in - and 8 random hex digits; it is never reused.');
  return text;
}

const NO_KEYS =
  '--keys: expected the folder that `electra ceremony finalize` wrote (docs/ceremony.md). To try things out say --development: then ' +
  'the keys that ship with the project are used, with which whoever made them can forge any proof';

/** What a genesis takes from here beside addresses: app_state.meter.verification_keys, as it stands there. */
const GENESIS_KEYS = 'verification-keys.json';

interface ForGenesis {
  operatorAddress: string;
  /** id of each circuit's key */
  verificationKeys: Readonly<Partial<Record<AnyCircuitName, string>>>;
  /** file that holds them */
  verificationKeysFile: string;
}

const wordsOf = ({ operatorAddress, verificationKeys, verificationKeysFile }: ForGenesis, development: boolean): string =>
  `operator ${operatorAddress}, verification keys ${verificationKeysFile} ` +
  `(${Object.entries(verificationKeys)
    .map(([circuit, id]) => `${circuit} ${id}`)
    .join(', ')}): both go into the genesis. The vault publishes its first sealing key once chain and signer run` +
  (development ? '\n! DEVELOPMENT: fit to try things out, never to bill with; every verdict on such a chain says so first' : '');

/** A secret of the data folder: from a file, or drawn. One that systemd hands in stays where it is (docs/vault.md). */
function makeSecret(path: string, from?: string): void {
  if (!existsSync(path)) writeSecret(path, from ? readSecret(from) : randomBytes(32).toString('base64url'));
}

function parseTimeZone(text: string): string {
  if (!isTimeZone(text)) throw new InvalidArgumentError('expected an IANA time zone, as Europe/Vienna.');
  return text;
}

function parseCurrency(text: string): string {
  if (!/^[A-Z]{3}$|^ELECTRA$/.test(text)) throw new InvalidArgumentError('expected ELECTRA, or a currency by its three letters, as EUR.');
  return text;
}

/** A line that stands on public pages. */
const parsePublic =
  (most: number) =>
  (text: string): string => {
    const line = text.trim();
    if (line === '' || line.length > most || /\p{Cc}/u.test(line))
      throw new InvalidArgumentError(`expected a line of 1 to ${most} characters.`);
    return line;
  };

export function register(program: Command): void {
  const c = program
    .command('init')
    .description('make the keys and settings of a deployment, before its genesis')
    .requiredOption('--chain-id <id>', 'the chain’s id', parseChainId)
    .requiredOption('--rpc <urls...>', 'addresses of chain nodes')
    .requiredOption('--database-url-file <file>', '0600 file with the URL of a Postgres superuser; used once, to make roles and tables')
    .option('--keys <folder>', 'the keys of the community’s ceremony, as `electra ceremony finalize` wrote them')
    .option(
      '--development',
      'to try things out: accept a chain that production would refuse, and without --keys the keys that ship with the project',
    )
    .option('--exchange', 'the node of a main chain, whose members are communities (docs/exchange.md)')
    .option('--time-zone <name>', 'the zone that the community lives in, for clocks on its screens', parseTimeZone, 'UTC')
    .option('--currency <code>', 'what amounts are shown in, three letters: one ELECTRA is one of it', parseCurrency, 'ELECTRA')
    .option('--origin <url>', 'where the pages will be, as https://grid.example, for passkeys and invitations', parseOrigin)
    .option('--run-by <name>', 'who runs this node, for everybody to read', parsePublic(120))
    .option('--contact <text>', 'how to reach them, for everybody to read: an address, a telephone number', parsePublic(200))
    .option('--passphrase-file <file>', '0600 file with the vault’s passphrase; default: one is drawn')
    .option('--signer-passphrase-file <file>', 'the same of the signer')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(
    c,
    'npx electra init --chain-id electra-hillside-9f3c01ab --rpc http://chain:26657 --database-url-file postgres.url ' +
      '--keys keys --data /var/lib/electra',
  );
  c.action(async () => {
    const o = c.opts();
    const data = dataFolder(o.data);
    if (hasSettings(data)) throw new CliError(`--data: ${data.dir} is initialised already`);
    if (!o.keys && !o.development) throw new CliError(NO_KEYS);
    const circuits = o.exchange ? MAIN_CIRCUITS : CIRCUITS;
    if (o.keys) checkKeyFolder(o.keys, '--keys', circuits);
    for (const url of o.rpc as string[]) if (!URL.canParse(url)) throw new CliError(`--rpc: expected a URL, not ${url}`);
    makeFolders(data);
    makeSecret(data.passphrase, o.passphraseFile);
    makeSecret(data.signerPassphrase, o.signerPassphraseFile);
    createCredential({ file: data.operatorCredential, dir: data.signer });
    // A community may share with others later on, when no superuser is at hand.
    await prepareDatabase({ superUrl: readFileSync(o.databaseUrlFile, 'utf8').trim(), secretsDir: data.secrets, main: !o.exchange });
    if (o.keys) takeKeys(data, o.keys, circuits);
    const signer = { dir: data.signer, passphraseFile: data.signerPassphrase };
    const { operatorAddress } = initVault({ dir: data.vault, passphraseFile: data.passphrase, operator: signer, inGenesis: false });
    const { timeZone, currency, origin, runBy, contact } = o;
    const shown = { timeZone, currency, ...(origin && { origin }), ...(runBy && { runBy }), ...(contact && { contact }) };
    const kind = { ...(o.development && { development: true as const }), ...(o.exchange && { exchange: true as const }) };
    writeSettings(data, { version: 1, ...kind, chainId: o.chainId, rpcUrls: o.rpc, ...shown });
    const { dir } = nodeKeys(data);
    const names: readonly AnyCircuitName[] = o.exchange ? MAIN_CIRCUIT_NAMES : CIRCUIT_NAMES;
    const verificationKeysFile = data.path(GENESIS_KEYS);
    writeWhole(verificationKeysFile, `${JSON.stringify(keysJson<AnyCircuitName>(names, keyBytes<AnyCircuitName>(dir, names)), null, 2)}\n`);
    const forGenesis = { operatorAddress, verificationKeys: keyIds<AnyCircuitName>(dir, names), verificationKeysFile };
    printDone(o.json, wordsOf(forGenesis, Boolean(o.development)), {
      chainId: o.chainId,
      development: Boolean(o.development),
      ...forGenesis,
    });
  });
}

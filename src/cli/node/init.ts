/** `electra init`: a data folder for a real deployment: keys and settings, no chain and no database of its own. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { prepareDatabase, writeSecret } from '../../node/db/index.ts';
import { dataFolder, hasSettings, makeFolders, writeSettings } from '../../node/processes/data-folder.ts';
import { initVault } from '../../node/vault/index.ts';
import { CliError } from '../errors.ts';
import { printDone } from '../operator/operator.ts';
import { dataOption, example, jsonOption } from '../options.ts';

function parseChainId(text: string): string {
  if (!/^[a-z][a-z0-9-]{0,38}-[0-9a-f]{8}$/.test(text))
    throw new InvalidArgumentError('expected a name that ends in - and 8 random hex digits; it is never reused.');
  return text;
}

export function register(program: Command): void {
  const c = program
    .command('init')
    .description('make the keys and settings of a deployment, before its genesis')
    .requiredOption('--chain-id <id>', 'the chain’s id', parseChainId)
    .requiredOption('--rpc <urls...>', 'addresses of chain nodes')
    .requiredOption('--database-url-file <file>', '0600 file with the URL of a Postgres superuser; used once, to make roles and tables')
    .option('--passphrase-file <file>', '0600 file with the vault’s passphrase; default: one is drawn')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(
    c,
    'npx electra init --chain-id electra-hillside-9f3c01ab --rpc http://chain:26657 --database-url-file postgres.url ' +
      '--data /var/lib/electra',
  );
  c.action(async () => {
    const o = c.opts();
    const data = dataFolder(o.data);
    if (hasSettings(data)) throw new CliError(`--data: ${data.dir} is initialised already`);
    for (const url of o.rpc as string[]) if (!URL.canParse(url)) throw new CliError(`--rpc: expected a URL, not ${url}`);
    makeFolders(data);
    if (!existsSync(data.passphrase))
      writeSecret(
        data.passphrase,
        o.passphraseFile ? readFileSync(o.passphraseFile, 'utf8').trim() : randomBytes(32).toString('base64url'),
      );
    await prepareDatabase({ superUrl: readFileSync(o.databaseUrlFile, 'utf8').trim(), secretsDir: data.secrets });
    const keys = initVault({ dir: data.vault, passphraseFile: data.passphrase });
    writeSettings(data, { version: 1, chainId: o.chainId, rpcUrls: o.rpc });
    printDone(o.json, `operator ${keys.operatorAddress}, node key of epoch 1 ${keys.epoch1PublicKey}: both go into the genesis`, {
      chainId: o.chainId,
      ...keys,
    });
  });
}

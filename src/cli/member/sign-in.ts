/** `electra sign-in`: a session token for scripts, by wallet key (ADR-36). The operator's own key is taken from the vault. */
import type { Command } from 'commander';
import { signInWithKey } from '../../node/api/client.ts';
import { dataFolder, readEndpoints } from '../../node/processes/data-folder.ts';
import { operatorKey } from '../../node/signer/operator-key.ts';
import { keySigner } from '../../protocol/messages/sign.ts';
import { accountOfPublicKey, accountText } from '../../protocol/values/address.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption } from '../options.ts';
import { walletOf } from './wallet.ts';

export function register(program: Command): void {
  const c = program
    .command('sign-in')
    .description('print a session token of the API: as the operator, or with a wallet file')
    .option('--wallet-file <file>', '0600 file with the wallet’s private key in hex; default: the operator’s key')
    .option('--api <url>', 'the API’s address; default: the running demonstration')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'TOKEN=$(npx electra sign-in --wallet-file .electra/meters/rural-001/wallet)');
  c.action(async () => {
    const o = c.opts();
    const data = dataFolder(o.data);
    const url = o.api ?? readEndpoints(data)?.apiUrl;
    if (!url) throw new CliError('--api: no API known; is `electra up` running on this --data?');
    const privKey = o.walletFile ? walletOf(o.walletFile) : await operatorKey({ dir: data.signer, passphraseFile: data.signerPassphrase });
    const session = await signInWithKey({ url, privKey, address: accountText(accountOfPublicKey(keySigner(privKey).publicKey)) });
    process.stdout.write(o.json ? `${JSON.stringify(session)}\n` : `${session.token}\n`);
  });
}

/**
 * `electra key …`: the node's sealing keys and the operator's key, as encrypted files. Passphrases come from 0600 files, never from
 * arguments.
 */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { backupVault, type Held, restoreVault, rotateKey } from '../../node/vault/index.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption } from '../options.ts';
import { register as registerDestroy } from './key-destroy.ts';
import { printDone } from './operator.ts';

const held = ({ epochs, operator, next }: Held): string =>
  [`${epochs.length} sealing key(s)`, ...(operator ? ['the operator’s key'] : []), ...(next ? ['the next operator’s key'] : [])].join(', ');

export function register(program: Command): void {
  const key = program.command('key').description('the node’s sealing keys');

  const rotate = key
    .command('rotate')
    .description('begin the next epoch: make a key, publish it, let meters seal to it')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(rotate, 'npx electra key rotate --data .electra');
  rotate.action(async () => {
    const data = dataFolder(rotate.opts().data);
    const done = await rotateKey({ dir: data.vault, passphraseFile: data.passphrase, signerSocket: data.signerSockets.vault });
    printDone(rotate.opts().json, `epoch ${done.epoch} is in force; the epoch before it is accepted until the overlap ends`, done);
  });

  const backup = key
    .command('backup')
    .description('write all keys into one encrypted file')
    .requiredOption('--out <file>', 'file to write; must not exist')
    .option('--passphrase-file <file>', 'passphrase of the backup (0600); default: the data folder’s own')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(backup, 'npx electra key backup --out electra-keys.backup');
  backup.action(async () => {
    const o = backup.opts();
    const data = dataFolder(o.data);
    if (existsSync(o.out)) throw new CliError(`--out: ${o.out} exists already`);
    const passphrase = o.passphraseFile ?? data.passphrase;
    const done = backupVault({
      dir: data.vault,
      passphraseFile: data.passphrase,
      operator: { dir: data.signer, passphraseFile: data.signerPassphrase },
      backupPassphraseFile: passphrase,
      out: o.out,
    });
    printDone(o.json, `${held(done)} in ${o.out}; its passphrase is the one in ${passphrase}: keep it elsewhere`, { out: o.out, ...done });
  });

  const restore = key
    .command('restore')
    .description('read keys from a backup into an empty vault')
    .requiredOption('--from <file>', 'the backup')
    .option('--passphrase-file <file>', 'passphrase of the backup (0600); default: the data folder’s own')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(restore, 'npx electra key restore --from electra-keys.backup');
  restore.action(async () => {
    const o = restore.opts();
    const data = dataFolder(o.data);
    const done = restoreVault({
      dir: data.vault,
      passphraseFile: data.passphrase,
      operator: { dir: data.signer, passphraseFile: data.signerPassphrase },
      backupPassphraseFile: o.passphraseFile ?? data.passphrase,
      file: o.from,
    });
    printDone(o.json, `${held(done)} restored`, done);
  });

  registerDestroy(key);
}

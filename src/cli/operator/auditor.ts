/** `electra auditor …`: whose wallet may sign in as an auditor. Auditors see public books and proofs, nothing private. */
import type { Command } from 'commander';
import { addAuditor, auditors, removeAuditor } from '../../node/api/auditors.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { withDatabase } from '../database.ts';
import { dataOption, example, jsonOption, parseAddress } from '../options.ts';
import { printDone } from './operator.ts';

export function register(program: Command): void {
  const auditor = program.command('auditor').description('who may sign in as an auditor');
  const one = (name: 'add' | 'remove', text: string) => {
    const c = auditor
      .command(name)
      .description(text)
      .argument('<address>', 'wallet address', parseAddress)
      .addOption(dataOption())
      .addOption(jsonOption());
    example(c, `npx electra auditor ${name} electra1…`);
    c.action(async (address: string) => {
      await withDatabase(dataFolder(c.opts().data), 'owner', async (sql) => {
        if (name === 'add') await addAuditor(sql, address);
        else await removeAuditor(sql, address);
      });
      printDone(c.opts().json, `${address} ${name === 'add' ? 'may' : 'may no longer'} sign in as an auditor`, {
        address,
        auditor: name === 'add',
      });
    });
  };
  one('add', 'let a wallet sign in as an auditor');
  one('remove', 'take that away; its sessions lose the role at once');
  const list = auditor.command('list').description('list the auditors').addOption(dataOption()).addOption(jsonOption());
  example(list, 'npx electra auditor list');
  list.action(async () => {
    const addresses = await withDatabase(dataFolder(list.opts().data), 'owner', auditors);
    process.stdout.write(list.opts().json ? `${JSON.stringify(addresses)}\n` : addresses.map((address) => `${address}\n`).join(''));
  });
}

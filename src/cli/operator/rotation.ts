/**
 * `electra operator …`: hand the operator's part on to another key (protocol §9.8). The present key signs who comes after it, which
 * meters can follow; the chain brings it into force after seven days, unless meters with more than a third of the power veto it.
 */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CometRpc, operatorState } from '../../../sdk/ts/src/index.ts';
import { type DataFolder, dataFolder, rpcUrls } from '../../node/processes/data-folder.ts';
import { createOperatorKey, nextOperatorDir, operatorAddress } from '../../node/vault/index.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseAddress } from '../options.ts';
import { assertTaken } from '../refusals.ts';
import { at } from './moment.ts';
import { operatorSigner, printDone } from './operator.ts';

const nextDir = (data: DataFolder): string => nextOperatorDir(data.signer);
const NEXT = 'operator.json';
const stateOf = (data: DataFolder) => operatorState(new CometRpc({ urls: rpcUrls(data) }));

function show(operator: Command): void {
  const c = operator.command('show').description('who is the operator, and who is to be').addOption(dataOption()).addOption(jsonOption());
  example(c, 'npx electra operator show');
  c.action(async () => {
    const found = await stateOf(dataFolder(c.opts().data));
    const lines = [
      `operator ${found.operator}, after ${found.rotations} rotation(s)`,
      ...found.queued.map(
        ({ n, address, dueUnixS, vetoedBy }) => `rotation ${n} to ${address} is due ${at(dueUnixS)}, vetoed by ${vetoedBy.length} meter(s)`,
      ),
      ...found.votes.map(({ meter, address }) => `${meter} names ${address}`),
    ];
    process.stdout.write(c.opts().json ? `${JSON.stringify(found)}\n` : `${lines.join('\n')}\n`);
  });
}

function newKey(operator: Command): void {
  const c = operator
    .command('new-key')
    .description('draw the key of the next operator, beside the present one')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra operator new-key');
  c.action(() => {
    const data = dataFolder(c.opts().data);
    const address = createOperatorKey({ dir: nextDir(data), passphraseFile: data.signerPassphrase });
    printDone(c.opts().json, `${address} may be the next operator: electra operator rotate. Write a backup first: electra key backup`, {
      address,
    });
  });
}

function rotate(operator: Command): void {
  const c = operator
    .command('rotate')
    .description('sign who is the operator after this one; in force after seven days, unless it is vetoed')
    .option('--to <address>', 'the next operator’s address; default: of the key that `electra operator new-key` drew', parseAddress)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra operator rotate --to electra1…');
  c.action(async () => {
    const o = c.opts<{ to?: string; data: string; json?: true }>();
    const data = dataFolder(o.data);
    if (!o.to && !existsSync(join(nextDir(data), NEXT)))
      throw new CliError('--to: expected an address, or a key by `electra operator new-key`');
    const to = o.to ?? operatorAddress(nextDir(data));
    const signer = operatorSigner(data);
    if (!signer) throw new CliError(`the signer does not run on ${data.dir}: start \`electra up\` (or \`electra sign\`) first`);
    const { rotations } = await stateOf(data);
    const done = await signer.rotateOperator(rotations + 1, to).finally(() => signer.close());
    assertTaken(done);
    const words = `rotation ${rotations + 1} to ${to} is queued (block ${done.height}); tell the members before they ask`;
    printDone(Boolean(o.json), words, { n: rotations + 1, address: to, txHash: done.txHash, height: done.height });
  });
}

function adopt(operator: Command): void {
  const c = operator
    .command('adopt')
    .description('take the next key into use, once the chain has it in force; a running signer goes over to it by itself')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra operator adopt');
  c.action(async () => {
    const data = dataFolder(c.opts().data);
    const [own, next] = [data.signer, nextDir(data)].map((dir) => join(dir, NEXT));
    if (!existsSync(next)) throw new CliError(`${next}: expected a key by \`electra operator new-key\``);
    const address = operatorAddress(nextDir(data));
    const { operator: inForce, rotations } = await stateOf(data);
    if (inForce !== address) throw new CliError(`the operator in force is ${inForce}, not yet ${address} (electra operator show)`);
    renameSync(own, join(data.signer, `operator-before-${rotations}.json`));
    renameSync(next, own);
    const words =
      `${address} is this node’s operator, and a running signer takes its key within seconds. ` +
      'The vault then publishes a new sealing key, signed by it';
    printDone(c.opts().json, words, { address });
  });
}

export function register(program: Command): void {
  const operator = program.command('operator').description('who the operator is, and who comes after');
  show(operator);
  newKey(operator);
  rotate(operator);
  adopt(operator);
}

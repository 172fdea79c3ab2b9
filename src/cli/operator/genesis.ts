/**
 * `electra genesis sign`: the operator's signatures on the sealing keys of a genesis, fresh or continued (`electrad export`). They are of
 * the genesis' hash, so they are made last, and anew for each genesis.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { signGenesis } from '../../node/signer/operator-key.ts';
import { operatorAddress } from '../../node/vault/index.ts';
import { type Genesis, readGenesis, readUnsignedGenesis } from '../../protocol/genesis/index.ts';
import type { Shape } from '../../protocol/values/shape.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption } from '../options.ts';
import { printDone } from './operator.ts';

function readDocument(file: string): { document: Shape; genesis: Genesis } {
  try {
    const document = JSON.parse(readFileSync(file, 'utf8')) as Shape;
    return { document, genesis: readUnsignedGenesis(document) };
  } catch (error) {
    throw new CliError(`<file>: ${(error as Error).message}`);
  }
}

export function register(program: Command): void {
  const c = program
    .command('genesis')
    .description('the genesis of a chain, before it begins or goes on')
    .command('sign')
    .argument('<file>', 'a genesis, final but for these signatures')
    .description('sign the sealing keys of a genesis with the operator’s key; no signer needs to run')
    .requiredOption('--out <file>', 'file to write; must not exist')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra genesis sign export.json --out genesis.json');
  c.action(async (file: string) => {
    const o = c.opts<{ out: string; data: string; json?: true }>();
    if (existsSync(o.out)) throw new CliError(`--out: ${o.out} exists already`);
    const { document, genesis } = readDocument(file);
    const data = dataFolder(o.data);
    const [own, expected] = [operatorAddress(data.signer), genesis.operator];
    if (own !== expected) throw new CliError(`<file>: expected a genesis whose operator is ${own}, this node’s; it is ${expected}`);
    const signed = await signGenesis(document, { dir: data.signer, passphraseFile: data.signerPassphrase });
    const { hash, nodeKeys } = readGenesis(signed);
    writeFileSync(o.out, `${JSON.stringify(signed, null, 2)}\n`, { flag: 'wx', mode: 0o644 });
    printDone(Boolean(o.json), `${nodeKeys.length} sealing key(s) signed in ${o.out}; genesis hash ${hash}`, {
      out: o.out,
      genesisHash: hash,
      epochs: nodeKeys.map(({ epoch }) => epoch),
    });
  });
}

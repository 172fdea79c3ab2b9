/** `electra genesis sign` on the export of a real chain, judged by the chain's own program. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ELECTRAD, startTestChain, type TestAccount, testAccount } from '../../../test/kit/chain.ts';
import { electra, scratch } from '../../../test/kit/electra.ts';
import { TEST_COST } from '../../../test/kit/vault-process.ts';
import { readSecret, writeSecret } from '../../node/db/index.ts';
import { dataFolder, makeFolders } from '../../node/processes/data-folder.ts';
import { Unlocker } from '../../node/vault/keys/keystore.ts';
import { storeOperator } from '../../node/vault/keys/operator.ts';
import { readGenesis } from '../../protocol/genesis/index.ts';

const { dir, remove } = scratch('genesis');
const [exported, fresh] = [join(dir, 'export.json'), join(dir, 'fresh.json')];
let operator: TestAccount;

beforeAll(async () => {
  const chain = await startTestChain();
  ({ operator } = chain);
  await chain.reach(3);
  await chain.halt();
  const out = spawnSync(ELECTRAD, ['export', '--home', chain.homes[0], '--output-document', exported], { encoding: 'utf8' });
  expect(out.stderr).not.toMatch(/Error/);
  writeFileSync(fresh, readFileSync(chain.genesisFile));
  await chain.stop();
  const document = JSON.parse(readFileSync(exported, 'utf8'));
  const resumed = new Date(Math.floor(Date.now() / 1000) * 1000 + 60_000).toISOString().replace('.000', '');
  writeFileSync(exported, JSON.stringify({ ...document, genesis_time: resumed }));
});
afterAll(remove);

/** A data folder whose signer has this key. */
function folderOf(name: string, { privateKey }: TestAccount): string {
  const data = dataFolder(join(dir, name));
  makeFolders(data);
  writeSecret(data.signerPassphrase, 'for tests');
  storeOperator(data.signer, { secretKey: privateKey, createdUnixS: 0 }, new Unlocker(readSecret(data.signerPassphrase)), TEST_COST);
  return data.dir;
}
const validate = (file: string) => spawnSync(ELECTRAD, ['genesis', 'validate', '--development', file], { encoding: 'utf8' });

test('an exported chain, whose keys are signed for the genesis before, is refused; signed anew it may go on', async () => {
  expect(validate(exported).stderr).toMatch(/signature/);
  const out = join(dir, 'genesis.json');
  const { code, out: said, err } = await electra('genesis', 'sign', exported, '--out', out, '--data', folderOf('own', operator), '--json');
  expect([code, err]).toEqual([0, '']);
  const { hash, initialHeight } = readGenesis(JSON.parse(readFileSync(out, 'utf8')));
  expect(JSON.parse(said)).toEqual({ out, genesisHash: hash, epochs: [1] });
  expect(initialHeight).toBeGreaterThan(3);
  expect(validate(out).status).toBe(0);
  expect(hash).not.toBe(readGenesis(JSON.parse(readFileSync(fresh, 'utf8'))).hash);
});

test('the key of somebody else signs nothing, and no file is written over', async () => {
  const other = folderOf('other', testAccount());
  const refused = await electra('genesis', 'sign', exported, '--out', join(dir, 'other.json'), '--data', other);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(`it is ${operator.address}`) });
  const again = await electra('genesis', 'sign', exported, '--out', exported, '--data', other);
  expect(again.err).toMatch(/--out: .* exists already/);
  writeFileSync(join(dir, 'none.json'), '{}');
  const none = await electra('genesis', 'sign', join(dir, 'none.json'), '--out', join(dir, 'other.json'), '--data', other);
  expect(none.err).toMatch(/<file>: genesis\.chain_id/);
});

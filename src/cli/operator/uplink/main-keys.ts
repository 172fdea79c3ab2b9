/**
 * Keys of a main chain's ceremony in a community's data folder: those of circuit `net`, by which its days are proven there, and of
 * `bill-sum`, by which it settles its own weeks where nobody does. Both are held to the ids that the main chain verifies by: a proof under
 * another key is refused, and of `bill-sum` that would come out only when a claim runs out.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DataFolder } from '../../../node/processes/data-folder.ts';
import { keyIds, nodeKeys } from '../../../node/processes/keys.ts';
import type { SharedGenesis } from '../../../protocol/genesis/index.ts';
import { CliError } from '../../errors.ts';

type Circuit = 'net' | 'bill-sum';
type Main = Pick<SharedGenesis, 'chainId' | 'keyIds'>;

const filesOf = (circuit: Circuit): string[] => ['zkey', 'wasm', 'vk.json'].map((kind) => `${circuit}.${kind}`);
const missingIn = (dir: string, circuit: Circuit): string | undefined => filesOf(circuit).find((name) => !existsSync(join(dir, name)));

function assertKey(dir: string, circuit: Circuit, { chainId, keyIds: known }: Main): void {
  const missing = missingIn(dir, circuit);
  if (missing) throw new CliError(`--keys: ${dir}: expected ${missing}, of the ceremony of ${chainId}`);
  const own = keyIds<Circuit>(dir, [circuit])[circuit];
  if (own !== known[circuit])
    throw new CliError(`--keys: ${dir}: expected the key of circuit ${circuit} that ${chainId} has (${known[circuit]}); it is ${own}`);
}

/**
 * Has the provers prove under the keys that the main chain verifies by. `from`: the folder of its ceremony; left out: the node's own are
 * those. Of `bill-sum` what is there is taken; none need be.
 * @throws CliError naming the file that is missing, or the key that is another
 */
export function takeMainKeys(data: DataFolder, from: string | undefined, main: Main): void {
  if (from === undefined) {
    assertKey(nodeKeys(data).dir, 'net', main);
    return;
  }
  const circuits: Circuit[] = filesOf('bill-sum').some((name) => existsSync(join(from, name))) ? ['net', 'bill-sum'] : ['net'];
  for (const circuit of circuits) assertKey(from, circuit, main);
  mkdirSync(data.path('keys'), { recursive: true, mode: 0o700 });
  for (const name of circuits.flatMap(filesOf)) copyFileSync(join(from, name), data.path('keys', name));
}

/** Where the keys of `bill-sum` are: as was asked for, as `join` took them, or the node's own. @throws CliError where none are */
export function sumKeys(data: DataFolder, asked: string | undefined): string {
  const dir = asked ?? (missingIn(data.path('keys'), 'bill-sum') === undefined ? data.path('keys') : nodeKeys(data).dir);
  const missing = missingIn(dir, 'bill-sum');
  if (missing) throw new CliError(`--keys: ${dir}: expected ${missing}, of the main chain’s ceremony: without it no sum is proven`);
  return dir;
}

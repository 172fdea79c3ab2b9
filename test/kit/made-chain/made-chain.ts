/**
 * A chain that a seed makes, kept in .cache: the texts that a node would answer with, and the rows that a right index holds in the end.
 * The same plan gives the same bytes, but for the code that makes them: its hash is part of the folder's name.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BlockMaker } from './blocks.ts';
import { genesisOf, metersOf } from './genesis.ts';
import { type ChainPlan, PLANS, type PlanName } from './plans.ts';
import { SeededRandom } from './random.ts';
import { Story, type TrueRow, type Truth } from './said.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/made-chains', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));

export interface MadeChain {
  dir: string;
  chainId: string;
  /** of the last block */
  height: number;
  txs: number;
  reports: number;
  bytes: number;
}

/** The code that decides what a chain is. */
const MAKERS = ['random.ts', 'genesis.ts', 'said.ts', 'words.ts', 'blocks.ts'];

/** What a file of blocks has for each height, in this order. */
export const PARTS = ['block', 'results', 'commit', 'meta'] as const;

/** The chain of a plan, made where it is not there yet. */
export async function madeChain(name: PlanName): Promise<MadeChain> {
  const plan: ChainPlan = PLANS[name];
  const dir = join(CACHE, `${name}-${codeHash(plan)}`);
  const about = join(dir, 'chain.json');
  // The folder may have been copied or moved: it is where it was found, not where it was made.
  if (existsSync(about)) return { ...(JSON.parse(readFileSync(about, 'utf8')) as Omit<MadeChain, 'dir'>), dir };
  mkdirSync(CACHE, { recursive: true });
  for (const old of readdirSync(CACHE).filter((folder) => folder.startsWith(`${name}-`))) rmSync(join(CACHE, old), { recursive: true });
  const making = join(CACHE, `.${name}-${process.pid}`);
  mkdirSync(making, { recursive: true });
  const made = await make(plan, making);
  writeFileSync(join(making, 'chain.json'), JSON.stringify(made));
  renameSync(making, dir);
  return { ...made, dir };
}

const codeHash = (plan: ChainPlan): string => {
  const hash = createHash('sha256').update(JSON.stringify(plan));
  for (const file of MAKERS) hash.update(readFileSync(join(HERE, file)));
  return hash.digest('hex').slice(0, 12);
};

async function make(plan: ChainPlan, dir: string): Promise<Omit<MadeChain, 'dir'>> {
  const random = new SeededRandom(plan.seed);
  const meters = metersOf(plan);
  const story = new Story(plan, meters, random);
  const maker = new BlockMaker(plan, random);
  const file = createWriteStream(join(dir, 'blocks'));
  let txs = 0;
  let bytes = 0;
  for (let height = 1; height <= plan.blocks; height++) {
    const said = story.at(height);
    txs += said.txs.length;
    const texts = maker.make(height, said);
    const line = `${PARTS.map((part) => texts[part]).join('\t')}\n`;
    bytes += line.length;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  const validators = maker.set.validators.map(({ address, publicKey, power }) => ({
    address: Buffer.from(address).toString('hex').toUpperCase(),
    pub_key: { type: 'tendermint/PubKeyEd25519', value: Buffer.from(publicKey).toString('base64') },
    voting_power: String(power),
    proposer_priority: '0',
  }));
  writeFileSync(join(dir, 'genesis.json'), JSON.stringify(genesisOf(plan, meters)));
  writeFileSync(join(dir, 'validators.json'), JSON.stringify(validators));
  const truth = [...story.truth].map(([entity, rows]) => [entity, [...rows.values()]]);
  writeFileSync(join(dir, 'truth.json.gz'), gzipSync(JSON.stringify(truth)));
  return { chainId: maker.chainId, height: plan.blocks, txs, reports: story.truth.get('SealedReport')?.size ?? 0, bytes };
}

/** The rows of a right index of the whole chain. */
export function truthOf({ dir }: MadeChain): Truth {
  const text = gunzipSync(readFileSync(join(dir, 'truth.json.gz'))).toString('utf8');
  const entities = JSON.parse(text) as [string, TrueRow[]][];
  return new Map(entities.map(([entity, rows]) => [entity, new Map(rows.map((row) => [row.id!, row]))]));
}

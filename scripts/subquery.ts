/**
 * Writes the index as a stock SubQuery project, for whoever wants to run it there: `npm run build:subquery` makes build/subquery.
 *
 * The stock tools compile project.ts as CommonJS, expect the handlers in src/index.ts and the messages in proto/. This repository is made
 * of ES modules and has its handlers elsewhere, so they are handed what they compile to: the manifest as YAML, the handlers as one file.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { stringify } from 'yaml';
import project, { type CosmosProject } from '../project.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(root, 'build/subquery');
const PROTO = './chain/proto';

/** SubQuery's sandbox has no TextEncoder, and the hash of a roster needs one; `util` is among the few modules that it lets through. */
const BANNER = "const { TextEncoder, TextDecoder } = require('util');";

/** The handlers and all they use as one CommonJS file. The stock project has no packages beside it: an import that is left is refused. */
async function handlers(): Promise<string> {
  const build = await rolldown({ input: join(root, 'mappings/index.ts'), platform: 'neutral', logLevel: 'silent' });
  try {
    const { output } = await build.generate({ format: 'cjs', codeSplitting: false, banner: BANNER });
    const [chunk] = output;
    if (chunk.imports.length > 0) throw new Error(`mappings: expected no import to be left, got ${chunk.imports}`);
    return chunk.code;
  } finally {
    await build.close();
  }
}

/** The manifest with its paths as they are in the folder that is written: protos in proto/, where the stock tools look for them. */
function manifest({ network, ...rest }: CosmosProject): string {
  const chaintypes = [...network.chaintypes].map(([name, { file, messages }]) => [
    name,
    { file: `./proto/${relative(PROTO, file)}`, messages },
  ]);
  return stringify({ ...rest, network: { ...network, chaintypes: Object.fromEntries(chaintypes) } });
}

/** Path in the folder → text. */
export async function stockProject(): Promise<Map<string, string>> {
  const { name, version, schema, dataSources } = project;
  return new Map([
    ['project.yaml', manifest(project)],
    [schema.file, readFileSync(join(root, schema.file), 'utf8')],
    [dataSources[0].mapping.file, await handlers()],
    ['package.json', `${JSON.stringify({ name, version, private: true, main: dataSources[0].mapping.file }, null, 2)}\n`],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of await stockProject()) {
    mkdirSync(dirname(join(OUT, path)), { recursive: true });
    writeFileSync(join(OUT, path), text);
  }
  cpSync(join(root, PROTO), join(OUT, 'proto'), { recursive: true });
  process.stdout.write(`${relative(root, OUT)}: point the stock node at it with its ELECTRA_CHAIN_ID and ELECTRA_RPC (docs/indexer.md)\n`);
}

/**
 * The project that stock SubQuery is handed (`npm run build:subquery`), as far as it can be held without the stock tools: the manifest is
 * whole by itself, and the handlers run in a context that has nothing but a store.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { isAnyArrayBuffer } from 'node:util/types';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import project from '../../project.ts';
import { stockProject } from '../../scripts/subquery.ts';
import { encodeRoster, rosterDigest } from '../../src/protocol/day/roster.ts';
import { genesisAddress } from '../kit/genesis.ts';
import { root } from './rooms.ts';

interface Manifest {
  specVersion: string;
  schema: { file: string };
  network: { chaintypes: Record<string, { file: string; messages: string[] }> };
  dataSources: { mapping: { file: string; handlers: { handler: string; filter: { type: string } }[] } }[];
}

let files: Map<string, string>;
let manifest: Manifest;
beforeAll(async () => {
  files = await stockProject();
  manifest = parse(files.get('project.yaml')!) as Manifest;
}, 60_000);

/**
 * The handlers' file in what `@subql/node-core` 19 hands its sandbox, and the store. Its Buffer is another realm's, behind a bridge: it
 * takes an ArrayBuffer of the sandbox for an object.
 */
function inSandbox(store: object): Record<string, (message: object) => Promise<void>> {
  const module = { exports: {} };
  const require = (name: string): unknown => {
    if (name === 'util') return { TextEncoder, TextDecoder };
    throw new Error(`${name}: no such module in the sandbox`);
  };
  const buffer = {
    from(value: Uint8Array | string, encoding?: BufferEncoding) {
      if (isAnyArrayBuffer(value)) throw new TypeError('an ArrayBuffer of the sandbox is an object to its Buffer');
      return Buffer.from(value as string, encoding);
    },
  };
  runInContext(
    files.get('./dist/mappings.cjs')!,
    createContext({ module, exports: module.exports, require, Buffer: buffer, atob, URL, store }),
  );
  return module.exports;
}

describe('the project for stock SubQuery', () => {
  test('has a manifest that says in YAML what project.ts says', () => {
    expect(manifest).toMatchObject({ ...project, network: { chainId: project.network.chainId, endpoint: project.network.endpoint } });
  });
  test('names only files that are in its folder', () => {
    const named = [manifest.schema.file, ...manifest.dataSources.map(({ mapping }) => mapping.file)];
    expect(named.filter((path) => !files.has(path))).toEqual([]);
    for (const { file } of Object.values(manifest.network.chaintypes))
      expect(existsSync(join(root, 'chain', normalize(file))), file).toBe(true);
  });
  test('names messages that are in the proto file', () => {
    for (const [name, { file, messages }] of Object.entries(manifest.network.chaintypes)) {
      const proto = readFileSync(join(root, 'chain', normalize(file)), 'utf8');
      expect(proto).toContain(`package ${name.replace(/\.types$/, '')};`); // a second file of the meters’ package
      expect(messages.filter((message) => !proto.includes(`message ${message} {`))).toEqual([]);
    }
  });
  test('has every handler in a file that needs nothing else', () => {
    const handlers = manifest.dataSources.flatMap(({ mapping }) => mapping.handlers.map(({ handler }) => handler));
    const exported = inSandbox({});
    expect(handlers.filter((handler) => typeof exported[handler] !== 'function')).toEqual([]);
    expect(handlers.length).toBeGreaterThan(0);
  });
  const block = { header: { chainId: 'electra-test-0badcafe', height: 12, time: new Date(86_400_000) } };
  test('writes through the store that the sandbox has as a global', async () => {
    const rows: unknown[] = [];
    const { handleReport } = inSandbox({ set: async (...row: unknown[]) => rows.push(row) });
    const msg = { typeUrl: '', decodedMsg: { meter: 'electra1', slot: 7, keyEpoch: 1, sealed: Uint8Array.of(0xab) } };
    await handleReport({ idx: 0, block, tx: { idx: 0, hash: 'AB', tx: { code: 0 } }, msg });
    expect(rows).toMatchObject([['SealedReport', 'electra1-7', { sealed: '0xab', height: 12 }]]);
  });
  test('recomputes a roster, its hash included, with what the sandbox has', async () => {
    const meter = genesisAddress(1);
    const rows = {
      Clock: { id: 'clock', startUnixS: 86_400n, rate: 1n, genesisUnixS: 86_400n, graceS: 0n, lateS: 0n },
      Meter: { id: meter, address: '', firstDay: 0, serviceDay: 0, lastDay: null },
    };
    const written: unknown[] = [];
    const { handleRosterFrozen } = inSandbox({
      get: async (entity: string) => (entity === 'Clock' ? rows.Clock : undefined),
      getByFields: async (entity: string) => (entity === 'Meter' ? [rows.Meter] : []),
      set: async (...row: unknown[]) => written.push(row),
    });
    const encoded = encodeRoster({ day: 0, meters: [{ meter, commitment: null }] });
    const said = {
      day: '0',
      late: 'false',
      digest: rosterDigest(encoded),
      encoded: Buffer.from(encoded).toString('base64'),
      unix_s: '86400',
    };
    const attributes = Object.entries(said).map(([key, value]) => ({ key, value }));
    await handleRosterFrozen({ block, event: { type: 'electra.roster_frozen', attributes } });
    expect(written).toMatchObject([['Roster', '0', { day: 0, digest: `0x${said.digest}` }]]);
  });
});

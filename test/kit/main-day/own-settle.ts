/** A community that settles its own weeks: its data folder, `electra uplink settle` as typed there, and an exchange's API that lies. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSecret } from '../../../src/node/db/index.ts';
import { dataFolder, makeFolders, writeSettings } from '../../../src/node/processes/data-folder.ts';
import { type BillOpening, encodeOpenings, parseOpenings } from '../../../src/protocol/index.ts';
import { bodyOf } from '../body.ts';
import { TEST_DAY, type TestAccount, type TestChain, type TestMeter } from '../chain.ts';
import { collect, electra, type Result, spawnElectra } from '../electra.ts';
import { until } from '../until.ts';

interface Between {
  community: TestChain;
  main: TestChain;
  uplink: TestMeter;
}

/** `of`: when it is first needed, since chains begin later than their tests are written down */
export function ownSettle(of: () => Between) {
  const root = mkdtempSync(join(tmpdir(), 'electra-own-settle-'));
  const data = dataFolder(join(root, 'data'));
  const running: ReturnType<typeof spawnElectra>[] = [];

  const wallet = (name: string, { privateKey }: TestAccount): string => {
    const file = join(root, name);
    if (!existsSync(file)) writeSecret(file, Buffer.from(privateKey).toString('hex'));
    return file;
  };

  /** A folder as the treasury's holder has it: without a secret, and without a database. */
  function typed(args: readonly string[]): string[] {
    const { community, main, uplink } = of();
    if (!existsSync(data.dir)) {
      makeFolders(data);
      const joined = { mainChainId: main.chainId, mainGenesisHash: Buffer.from(main.genesisHash).toString('hex'), fromDay: TEST_DAY };
      const who = { address: uplink.address, treasury: uplink.member.address, operator: { n: 0, address: main.operator.address } };
      const settings = { version: 1 as const, development: true as const, chainId: community.chainId, rpcUrls: community.rpcUrls };
      writeSettings(data, { ...settings, uplink: { ...joined, ...who, trustPeriodS: 1_209_600, rpcUrls: main.rpcUrls } });
    }
    const by = args.includes('--wallet-file') ? [] : ['--wallet-file', wallet('treasury', uplink.member)];
    return ['uplink', 'settle', ...args, ...by, '--data', data.dir, '--yes'];
  }

  return {
    wallet,
    settle: (...args: string[]): Promise<Result> => electra(...typed(args)),
    /** Goes on until it is ended, which is when it has said something. */
    watch(...args: string[]) {
      const child = spawnElectra(typed([...args, '--watch']));
      running.push(child);
      let said = '';
      child.stdout!.on('data', (chunk) => {
        said += chunk;
      });
      const ended = collect(child);
      return {
        async end(when: (said: string) => boolean): Promise<Result> {
          await until(() => when(said), 30_000, 'what it says').finally(() => child.kill('SIGTERM'));
          return ended;
        },
      };
    },
    kept(): readonly BillOpening[] {
      const file = data.path('uplink', 'openings.json');
      return existsSync(file) ? parseOpenings(readFileSync(file, 'utf8').trimEnd()).openings : [];
    },
    stop() {
      for (const child of running) child.kill('SIGKILL');
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const anotherAmount = (text: string): string => {
  const read = parseOpenings(text);
  return encodeOpenings({ ...read, openings: read.openings.map((one) => ({ ...one, amountNel: one.amountNel + 1n })) });
};

/** An API before the real one, which hands out other openings than that one. */
export async function startLyingApi(target: string, alter: (text: string) => string = anotherAmount) {
  const server = createServer(async (request, response) => {
    const body = request.method === 'POST' ? String(await bodyOf(request)) : undefined;
    const { authorization = '' } = request.headers;
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
    const answer = await fetch(`${target}${request.url}`, { method: request.method, headers, body });
    const text = await answer.text();
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(request.url!.startsWith('/export/openings.json') && answer.ok ? alter(text.trimEnd()) : text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

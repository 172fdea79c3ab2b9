/** The page's example is the file, and the file works: as a process of its own, against a real chain. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestChain, type TestChain } from '../../../test/kit/chain.ts';
import { until } from '../../../test/kit/until.ts';
import { dayToDate } from '../src/index.ts';

const example = fileURLToPath(new URL('../examples/meter.ts', import.meta.url));
const fromSources = new URL('../examples/from-sources.mjs', import.meta.url).href;
/** The meter's clock shows the chain's time. */
const pretend = new URL('../../../test/kit/pretend.mjs', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'electra-example-'));
let chain: TestChain;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(async () => {
  await chain?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the example until it has started and the chain holds what is expected, then ends it. */
async function live(
  signal: NodeJS.Signals,
  holds: (slots: number, days: number) => boolean,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      pretend,
      '--import',
      fromSources,
      example,
      chain.rpcUrl,
      join(folder, 'outfit.json'),
      join(folder, 'meter.key'),
      join(folder, 'store'),
      dayToDate(chain.firstDay),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ELECTRA_PRETEND: new Date(chain.nowMs()).toISOString() } },
  );
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  try {
    await until(
      async () => {
        const { slots, days } = await used();
        return out.includes('meter electra1') && holds(slots, days);
      },
      60_000,
      'the example to send',
    );
  } finally {
    child.kill(signal);
  }
  return { code: await ended, out, err };
}

async function used(): Promise<{ slots: number; days: number }> {
  const { slots, days } = await chain.chain.used(chain.meters[0].address, chain.firstDay * 96, chain.firstDay * 96 + 95);
  return { slots: slots.size, days: days.size };
}

describe('docs/meter-sdk.md', () => {
  test('shows the example as it is', () => {
    expect(readFileSync(new URL('../../../docs/meter-sdk.md', import.meta.url), 'utf8')).toContain(readFileSync(example, 'utf8').trimEnd());
  });

  test('has an example that goes on after it was killed, sends a day, and stops when told', async () => {
    writeFileSync(join(folder, 'meter.key'), Buffer.from(chain.meters[0].privateKey).toString('hex'), { mode: 0o600 });
    const outfit = {
      chainId: chain.chainId,
      operator: chain.operator.address,
      rotation: 0,
      genesisHash: Buffer.from(chain.genesisHash).toString('hex'),
    };
    writeFileSync(join(folder, 'outfit.json'), JSON.stringify(outfit));
    const killed = await live('SIGKILL', (_, days) => days === 1);
    expect(killed.err).toBe('');
    expect(killed.out).toContain(`meter ${chain.meters[0].address}`);
    const stopped = await live('SIGTERM', (slots, days) => slots === 96 && days === 1);
    expect(stopped, stopped.out + stopped.err).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(stopped.out.trim().split('\n').at(-1)!)).toMatchObject({
      sent: { statements: 1 },
      deadLetters: 0,
      incompleteDays: [],
    });
    expect(await used()).toEqual({ slots: 96, days: 1 });
  });
});

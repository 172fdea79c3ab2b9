/**
 * What a gateway costs the small computer that it runs on: processor time of a telegram through each source's parser and all that judges
 * it, and of the whole program, built as it is packed, reading a serial port at a telegram a second.
 *
 * A slow core is taken to be that of a Raspberry Pi Zero 2 W or 3 (Cortex-A53, 1.0 to 1.2 GHz), by a declared factor: it takes SLOWER
 * times as long as a core of a server of about 3 GHz, as public single-core results of both have it (about 110 beside 1,100 to 1,300
 * points). It is no measurement on the device.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Quarters } from '../gateway/src/slots/quarters.ts';
import { NODE_FLAGS } from '../gateway/src/unit.ts';
import { openPseudoTerminal } from '../gateway/testing/lines.ts';
import { SOURCES } from '../gateway/testing/sources.ts';
import { p1, type Shown } from '../gateway/testing/telegrams.ts';
import { keySigner } from '../sdk/ts/src/index.ts';
import type { Figure } from './frame.ts';

const SLOWER = 12;
const TELEGRAMS = 20_000;
const WARM_S = 10;
const MEASURED_S = 60;
const root = fileURLToPath(new URL('..', import.meta.url));

const shownAt = (second: number): Shown => ({
  importMilliWh: 4_711_042_000n + BigInt(second) * 1000n,
  exportMilliWh: 815_003_000n,
  powerW: 3_600,
  unixS: 1_790_000_000 + second,
  serial: '1EMH0012345678',
});

/** Microseconds of processor time per telegram of one source, a telegram a second. */
function telegramMicroS(name: string): number {
  const source = SOURCES[name];
  const telegrams = Array.from({ length: TELEGRAMS }, (_, second) => source.write(shownAt(second)));
  const decoder = source.decoder();
  const quarters = new Quarters({ plan: source.plan, maxWhPerSlot: 10_000, distanceS: 30 });
  const take = (from: number, to: number): void => {
    for (let second = from; second < to; second++)
      for (const outcome of decoder.push(telegrams[second], second * 1000))
        if ('telegram' in outcome) quarters.take(outcome.telegram, outcome.atMs);
  };
  take(0, TELEGRAMS / 4);
  const before = process.cpuUsage();
  take(TELEGRAMS / 4, TELEGRAMS);
  const { user, system } = process.cpuUsage(before);
  if (quarters.counts.believed < TELEGRAMS / 2) throw new Error(`${name}: telegrams are not believed: ${JSON.stringify(quarters.counts)}`);
  return (user + system) / (TELEGRAMS * 0.75);
}

/** Clock ticks, of which there are a hundred in a second, that a process has taken, and what it keeps in memory. */
function takenBy(pid: number): { ticks: number; megabytes: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return { ticks: Number(fields[11]) + Number(fields[12]), megabytes: Number(resident[1]) / 1000 };
}

/** The packed program, run as its systemd unit runs it, on a pseudo-terminal, P1 of DSMR 5, at a telegram a second. */
async function program(): Promise<{ share: number; megabytes: number }> {
  const built = spawnSync(process.execPath, [join(root, 'scripts/build-package.mjs')], { cwd: join(root, 'gateway'), encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the gateway is not built: ${built.stderr}`);
  const folder = mkdtempSync(join(tmpdir(), 'electra-bench-gateway-'));
  const meter = await openPseudoTerminal();
  writeFileSync(
    join(folder, 'outfit.json'),
    JSON.stringify({
      chainId: 'electra-bench-00000000',
      operator: keySigner(new Uint8Array(32).fill(7)).address,
      rotation: 0,
      genesisHash: '0'.repeat(64),
    }),
  );
  const today = new Date().toISOString().slice(0, 10);
  const fields = [
    `outfit: outfit.json`,
    'nodes: [http://127.0.0.1:1]',
    `folder: ${folder}/own`,
    `firstDay: ${today}`,
    'maxWhPerSlot: 10000',
    'clock: system',
  ];
  writeFileSync(join(folder, 'g.yaml'), `${fields.join('\n')}\nsource: { kind: p1, port: ${meter.path} }\n`);
  const main = [join(root, 'gateway/dist/gateway/src/main.js'), '--config', join(folder, 'g.yaml')];
  spawnSync(process.execPath, [...main, '--json', 'setup', '--console'], { stdio: 'ignore' });
  const child = spawn(process.execPath, [...NODE_FLAGS, ...main, 'run'], { stdio: 'ignore' });
  const ticking = setInterval(
    () => meter.write(p1('dsmr5', { ...shownAt(Math.floor(performance.now() / 1000)), unixS: Math.floor(Date.now() / 1000) })),
    1_000,
  );
  try {
    await sleep(WARM_S * 1000);
    const before = takenBy(child.pid!);
    await sleep(MEASURED_S * 1000);
    const after = takenBy(child.pid!);
    return { share: (after.ticks - before.ticks) / 100 / MEASURED_S, megabytes: after.megabytes };
  } finally {
    clearInterval(ticking);
    child.kill('SIGTERM');
    await meter.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function benchGateway(): Promise<Figure[]> {
  const costs = Object.keys(SOURCES).map((name) => ({ name, microS: telegramMicroS(name) }));
  costs.sort((a, b) => b.microS - a.microS);
  const [most] = costs;
  const least = costs.at(-1)!;
  const { share, megabytes } = await program();
  return [
    {
      name: 'processor time per telegram, the dearest source',
      value: most.microS,
      unit: 'µs',
      note: `${most.name}; ${costs.map(({ name, microS }) => `${name} ${microS.toFixed(0)}`).join(', ')}; the least: ${least.name}`,
    },
    {
      name: 'a gateway at a telegram a second, of a slow core',
      value: share * 100 * SLOWER,
      unit: '%',
      aim: { atMost: 2 },
      note: `${(share * 100).toFixed(2)} % of a core of this machine, times ${SLOWER}: declared for a Cortex-A53 beside a server's core`,
    },
    { name: 'the same, resident memory', value: megabytes, unit: 'MB', aim: { atMost: 90 } },
  ];
}

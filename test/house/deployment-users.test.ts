/** scripts/deployment-users.sh: who may read what of a deployment's folder. Its users are numbers, so root can take each one's place. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPT = join(root, 'scripts/deployment-users.sh');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const SECRETS = [
  'passphrase',
  'signer-passphrase',
  'uplink-passphrase',
  'operator-credential',
  ...['owner', 'indexer', 'prover', 'api', 'books'].map((r) => `db-${r}.url`),
];
const OPEN = ['electra.json', 'keys/a.zkey'];
const OWNED = ['vault/epoch-1.json', 'signer/operator.json', 'uplink/operator.json'];
const FILES = [...SECRETS.map((name) => `secrets/${name}`), ...OWNED, ...OPEN];
/** What the script makes of a URL that two processes read. */
const COPY = 'secrets/db-books-of-uplink.url';

/** A folder as `electra init` leaves it, in the hands of whoever runs this. */
function deployment(files: readonly string[] = FILES): string {
  const folder = mkdtempSync(join(tmpdir(), 'electra-deployment-'));
  folders.push(folder);
  chmodSync(folder, 0o755); // other users come through it, as through a host's folders
  for (const part of ['secrets', 'vault', 'signer', 'uplink', 'run', 'keys'])
    mkdirSync(join(folder, 'data', part), { recursive: true, mode: 0o700 });
  for (const file of files) writeFileSync(join(folder, 'data', file), file, { mode: 0o600 });
  return folder;
}

const users = (...args: string[]) => spawnSync('bash', [SCRIPT, ...args], { encoding: 'utf8' });

/** Users and groups of the compose file's services. */
function services(): { name: string; uid: string; groups: string }[] {
  const { services: all } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: Record<string, { user?: string; group_add?: string[] }>;
  };
  const own = Object.entries(all).flatMap(([name, { user, group_add = [] }]) =>
    user && user !== '0:0' ? [{ name, uid: user.split(':')[0], groups: group_add.join() }] : [],
  );
  return [...own, { name: 'image', uid: '1000', groups: '' }];
}

describe('said beforehand, by anybody', () => {
  test('--print names each user and group of the compose file, and changes nothing', () => {
    const folder = deployment();
    const { status, stdout } = users('--print', folder);
    expect(status).toBe(0);
    for (const { uid, groups } of services()) for (const id of [uid, ...groups.split(',').filter(Boolean)]) expect(stdout).toContain(id);
    expect(stdout).toMatch(/^install -d -m 2770 -o 10001 -g 10013 \S+\/data\/run\/vault $/m);
    expect(readFileSync(join(folder, 'data/electra.json'), 'utf8')).toBe('electra.json');
    expect(users('--print', folder).stdout).toBe(stdout);
  });
  test('a passphrase that systemd hands in is not looked for', () => {
    const { status, stdout } = users('--print', deployment(FILES.filter((file) => !file.includes('passphrase'))));
    expect(status).toBe(0);
    expect(stdout).not.toContain('passphrase');
  });
  test('the uplink’s is given to it where the community has joined a main chain, and not looked for elsewhere', () => {
    expect(users('--print', deployment()).stdout).toMatch(/^install -m 600 -o 10005 -g 10005 \S+db-books.url \S+db-books-of-uplink.url $/m);
    const folder = deployment();
    rmSync(join(folder, 'data/uplink'), { recursive: true });
    expect(users('--print', folder).stdout).not.toContain('uplink');
  });
  test('--before-init opens the folder and the two secrets to those who need them', () => {
    const folder = deployment();
    mkdirSync(join(folder, 'secrets'));
    for (const name of ['postgres_url', 'postgres_password']) writeFileSync(join(folder, 'secrets', name), name);
    const { stdout } = users('--before-init', '--print', folder);
    expect(stdout).toMatch(/^install -d -m 700 -o 1000 -g 1000 \S+\/data $/m);
    expect(stdout).toMatch(/^chown -R 1000:1000 \S+postgres_url $/m);
    expect(stdout).toMatch(/^chown -R 999:999 \S+postgres_password $/m);
  });
  test.each<[string, () => string[], RegExp]>([
    ['a folder that is none', () => ['--print', '/nowhere'], /^deployment-users\.sh: \/nowhere: expected the folder of a deployment\n$/],
    ['one without a node’s data', () => ['--print', root], /expected a data folder made by electra init/],
    ['an option that it does not have', () => ['--dry'], /--dry: expected --print, --before-init or a folder/],
    ['two folders', () => ['--print', 'a', 'b'], /expected one folder, got a and b/],
  ])('%s is refused', (_, args, why) => {
    const { status, stdout, stderr } = users(...args());
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(why);
  });
  test('a link in the place of a folder is refused: what it leads to is another’s', () => {
    const folder = deployment();
    rmSync(join(folder, 'data/run'), { recursive: true });
    symlinkSync('/tmp', join(folder, 'data/run'));
    expect(users('--print', folder).stderr).toMatch(/data\/run: expected a folder, not a link/);
  });
});

const isRoot = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;

describe.runIf(isRoot)('done by root', () => {
  const as = ({ uid, groups }: { uid: string; groups: string }, ...command: string[]) =>
    spawnSync('setpriv', ['--reuid', uid, '--regid', uid, groups ? `--groups=${groups}` : '--clear-groups', '--no-new-privs', ...command]);
  /** What each user may do with which of the paths. */
  const may = (folder: string, flag: '-r' | '-w' | '-x', paths: readonly string[]): Record<string, string[]> =>
    Object.fromEntries(
      services().map((user) => [user.name, paths.filter((path) => as(user, 'test', flag, join(folder, 'data', path)).status === 0)]),
    );

  test('each user reads what is its own, and nothing of another’s; twice is as once', () => {
    const folder = deployment();
    for (let times = 0; times < 2; times++) {
      expect(users(folder)).toMatchObject({ status: 0, stdout: '', stderr: '' });
      expect(may(folder, '-r', [...FILES, COPY])).toEqual({
        vault: ['secrets/passphrase', 'vault/epoch-1.json', ...OPEN],
        signer: ['secrets/signer-passphrase', 'signer/operator.json', ...OPEN],
        books: ['secrets/db-books.url', ...OPEN],
        operator: ['secrets/operator-credential', ...OPEN],
        uplink: ['secrets/uplink-passphrase', 'uplink/operator.json', ...OPEN, COPY],
        image: ['secrets/db-owner.url', 'secrets/db-indexer.url', 'secrets/db-prover.url', 'secrets/db-api.url', ...OPEN],
      });
    }
  });
  test('each pair has a folder of sockets, which nobody else may enter', () => {
    const folder = deployment();
    users(folder);
    const sockets = ['run/vault', 'run/signer-books', 'run/signer-vault', 'run/signer-operator'];
    expect(may(folder, '-x', sockets)).toEqual({
      vault: ['run/vault', 'run/signer-vault'],
      signer: ['run/signer-books', 'run/signer-vault', 'run/signer-operator'],
      books: ['run/vault', 'run/signer-books'],
      operator: ['run/signer-operator'],
      uplink: [],
      image: [],
    });
  });
  test('nobody may put a file in the place of another’s', () => {
    const folder = deployment();
    users(folder);
    expect(may(folder, '-w', ['.', 'secrets', 'run'])).toEqual({ vault: [], signer: [], books: [], operator: [], uplink: [], image: [] });
  });
  test('before init the image’s user may write the data folder, and nobody else', () => {
    const folder = deployment();
    expect(users('--before-init', folder).status).toBe(0);
    expect(may(folder, '-w', ['.'])).toEqual({ vault: [], signer: [], books: [], operator: [], uplink: [], image: ['.'] });
  });
});

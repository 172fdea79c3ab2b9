/**
 * As whom Postgres runs. It refuses to run as root, so a root parent hands it to the account `postgres` (made if the system has none).
 * Trap: that account often cannot pass the folders above ours (a clone in /root, a temporary folder of mode 0700). Then it also gets the
 * one capability of passing and reading folders, and nothing else; its password stays readable to root only.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseError } from '../connect.ts';

/** `prefix` goes before a command to run it as the account; uid and gid are absent when that is ourselves. */
export interface Account {
  prefix: string[];
  uid?: number;
  gid?: number;
}

const ACCOUNT = 'postgres';

function ids(): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${ACCOUNT}:`));
  if (!line) return undefined;
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

const can = (prefix: string[], dir: string, binary: string) =>
  spawnSync(prefix[0], [...prefix.slice(1), 'test', '-x', dir, '-a', '-x', binary], { cwd: '/', stdio: 'ignore' }).status === 0;

/** How to run Postgres from `binary` in `dir`. Throws DatabaseError postgres-failed with what to do about it. */
export async function postgresAccount(dir: string, binary: string): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  if (process.platform !== 'linux')
    throw new DatabaseError('postgres-failed', 'Postgres refuses to run as root: start Electra as a plain user');
  let found = ids();
  if (!found) {
    try {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', ACCOUNT], {
        stdio: 'ignore',
      });
    } catch {
      /* looked up once more below */
    }
    found = ids();
    if (!found)
      throw new DatabaseError(
        'postgres-failed',
        `Postgres refuses to run as root, and the account ${ACCOUNT} could not be made (useradd): start Electra as a plain user`,
      );
  }
  const become = ['setpriv', '--reuid', String(found.uid), '--regid', String(found.gid), '--clear-groups'];
  chownSync(dir, found.uid, found.gid);
  if (can(become, dir, binary)) return { prefix: become, ...found };
  for (const capability of ['dac_read_search', 'dac_override']) {
    const list = `-all,+${capability}`;
    // Without no_setuid_fixup, access(2) ignores the capability of a process whose real user is not root.
    const prefix = [...become, '--securebits=+no_setuid_fixup', `--inh-caps=${list}`, `--ambient-caps=${list}`, `--bounding-set=${list}`];
    if (can(prefix, dir, binary)) return { prefix, ...found };
  }
  throw new DatabaseError(
    'postgres-failed',
    `the account ${ACCOUNT} cannot reach ${dir} or ${dirname(binary)}: ` +
      'start Electra as a plain user, or let others pass those folders (chmod o+x)',
  );
}

/** Makes the account the owner of its data folder, whoever ran it before. */
export function ownTree(dir: string, data: string, { uid, gid }: Account): void {
  const give = (path: string) => {
    const stat = lstatSync(path);
    if (stat.uid !== uid) chownSync(path, uid!, gid!);
    if (stat.isDirectory()) for (const name of readdirSync(path)) give(join(path, name));
  };
  chownSync(dir, uid!, gid!);
  if (lstatSync(data).uid !== uid) give(data);
}

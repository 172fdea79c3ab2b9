/** The serial ports of this machine, by the names that stay when USB numbers its devices anew. */
import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

export interface Port {
  path: string;
  /** what is plugged in, as its maker calls it */
  label: string;
}

const BY_ID = '/dev/serial/by-id';
/** Built-in ports, and what has no name of its own. */
const BARE = /^(tty(USB|ACM|AMA|S)\d+|serial\d+)$/;

export function serialPorts(byId = BY_ID, folder = '/dev'): Port[] {
  const named = namesOf(byId).map((name) => ({ path: join(byId, name), label: name.replace(/^usb-|-if\d+.*$/g, '').replaceAll('_', ' ') }));
  const known = new Set(named.map(({ path }) => targetOf(path)));
  const bare = namesOf(folder).filter((name) => BARE.test(name) && !known.has(targetOf(join(folder, name))));
  // A PC has 32 of /dev/ttyS, of which hardly any is there: what is plugged in comes first.
  return [...named, ...bare.sort().map((name) => ({ path: join(folder, name), label: name }))].slice(0, 24);
}

function namesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

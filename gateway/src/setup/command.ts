/** `electra-gateway setup`: serves the page until set-up is over. Loaded by that command alone. */
import { existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { readSettings, SettingsError } from '../settings.ts';
import { systemSynchronized } from '../slots/clock.ts';
import { isCode, isLocal, newCode } from './guard.ts';
import { serialPorts } from './ports.ts';
import { servePage } from './serve.ts';
import { isSetUp } from './setting-up.ts';

export interface PageSettings {
  listen: string;
  folder: string;
  codeFile?: string;
}

/** The label's code, which stays; or one for this time. @throws SettingsError */
function codeOf(file: string | undefined): string {
  if (file === undefined) return newCode();
  let code = '';
  try {
    code = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new SettingsError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (!isCode(code)) throw new SettingsError(`${file}: expected a code of at least 12 letters and digits`);
  return code;
}

/** @throws SettingsError */
function placeOf(listen: string): { host: string; port: number } {
  const found = /^(\[[0-9a-f:]+\]|[^:\s]+):(\d{1,5})$/i.exec(listen);
  if (!found || Number(found[2]) > 65_535) throw new SettingsError('--listen: expected ADDRESS:PORT');
  return { host: found[1].replace(/^\[|\]$/g, ''), port: Number(found[2]) };
}

/** Where somebody on the same network finds the page. */
function addressesOf(host: string, port: number): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [`http://${host.includes(':') ? `[${host}]` : host}:${port}/`];
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const near = own.filter(({ family, internal, address }) => family === 'IPv4' && !internal && isLocal(address));
  return [...near.map(({ address }) => address), 'localhost'].map((name) => `http://${name}:${port}/`);
}

/** @throws SettingsError where set-up is over, and the settings do not ask for the page */
export async function serveUntilSetUp(
  config: string,
  page: PageSettings,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const settings = existsSync(config) ? readSettings(config) : undefined;
  const folder = settings?.folder ?? resolve(page.folder);
  if (isSetUp(folder) && settings?.setupPage !== 'always')
    throw new SettingsError(`${config}: set-up is over, and the page is off; \`setupPage: always\` in the settings serves it again`);
  const code = codeOf(page.codeFile);
  const { host, port } = placeOf(page.listen);
  const say = ({ kind, message }: { kind: string; message?: string }): void => print(`${kind}: ${message ?? ''}`);
  const site = await servePage({ config, folder, code, host, port, say, listPorts: serialPorts, isSynchronized: systemSynchronized });
  print(`Set up this gateway in a browser on the same network:\n${addressesOf(host, site.port).join('\n')}`);
  print(page.codeFile === undefined ? `Code: ${code}` : 'Code: as on the label');
  const stopped = new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
  await Promise.race([site.finished, stopped]);
  await site.close();
}

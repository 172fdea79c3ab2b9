/**
 * A page in a real browser: headless Chromium, a server of our own, and the page posts its result back. No driver library, since nothing is
 * clicked. Where there is no Chromium, callers skip and say so; CHROMIUM names another one.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Path of a Chromium, or null. */
export const chromium: string | null =
  [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => path && existsSync(path),
  ) ?? null;

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Runs a module in a page and returns what its default export resolves to, as JSON.
 * @param files path → text, fetchable by the module; `module` is one of them
 * @throws Error with the page's own message when it fails
 */
export async function inChromium<T>({
  files,
  module,
  timeoutMs = 60_000,
}: {
  files: Readonly<Record<string, string>>;
  module: string;
  timeoutMs?: number;
}): Promise<T> {
  if (!chromium) throw new Error('no Chromium here');
  const profile = mkdtempSync(join(tmpdir(), 'electra-chromium-'));
  const page = `<!doctype html><meta charset="utf-8"><script type="module">
    const say = (body) => fetch('/result', { method: 'POST', body: JSON.stringify(body) });
    try {
      const { default: run } = await import(${JSON.stringify(`/${module}`)});
      await say({ value: await run() });
    } catch (error) {
      await say({ error: String(error?.stack ?? error) });
    }
  </script>`;
  let settle!: (text: string) => void;
  const result = new Promise<string>((resolve) => {
    settle = resolve;
  });
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').slice(1);
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          response.end();
          settle(Buffer.concat(chunks).toString('utf8'));
        });
    } else if (path === '') response.setHeader('content-type', 'text/html').end(page);
    else if (Object.hasOwn(files, path))
      response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'application/json').end(files[path]);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = spawn(chromium, [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`], {
    stdio: 'ignore',
    detached: true,
  });
  const gone = new Promise<void>((resolve) => browser.once('exit', () => resolve()));
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the page said nothing within ${timeoutMs} ms`)), timeoutMs);
    });
    const { value, error } = JSON.parse(await Promise.race([result, late])) as { value?: T; error?: string };
    if (error !== undefined) throw new Error(`the page failed: ${error}`);
    return value as T;
  } finally {
    clearTimeout(timer);
    try {
      process.kill(-browser.pid!, 'SIGKILL');
    } catch {
      /* gone already */
    }
    await gone;
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The set-up page of a gateway whose key cannot be used. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { EXAMPLES } from '../src/examples.ts';
import { servePage } from '../src/setup/serve.ts';

const CODE = 'ABCD-EFGH-JKMN';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Its pages, for somebody who has the code. */
async function pagesOf(config: string, folder: string, said: string[]) {
  const options = { code: CODE, host: '127.0.0.1', port: 0, listPorts: () => [], isSynchronized: async () => true };
  const site = await servePage({ config, folder, ...options, say: ({ kind }) => said.push(kind) });
  closing.push(site.close);
  const origin = `http://127.0.0.1:${site.port}`;
  const signIn = { method: 'POST', body: new URLSearchParams({ code: CODE }), redirect: 'manual', headers: { origin } } as const;
  const cookie = (await fetch(`${origin}/sign-in`, signIn)).headers.get('set-cookie')!.split(';')[0];
  return async (path: string) => {
    const answer = await fetch(origin + path, { headers: { cookie, 'accept-language': 'en' } });
    return { status: answer.status, text: await answer.text() };
  };
}

test.each([
  ['a signer that fails', 'signer.mjs', 'throw new Error("secret words");', 'signer: signer.mjs\n'],
  ['a signer that is not there', 'none.mjs', undefined, 'signer: none.mjs\n'],
  ['a key that is none', 'data/key', 'secret words', ''],
])('%s: every page opens, and says what of the key does not, and nothing of its content', async (_what, file, content, setting) => {
  const folder = mkdtempSync(join(tmpdir(), 'electra-page-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'data'));
  if (content !== undefined) writeFileSync(join(folder, file), content);
  const config = join(folder, 'electra-gateway.yaml');
  writeFileSync(config, `${EXAMPLES.shelly.replace('/var/lib/electra-gateway', './data')}${setting}`);
  const said: string[] = [];
  const get = await pagesOf(config, join(folder, 'data'), said);
  for (const path of ['/key', '/state']) {
    const { status, text } = await get(path);
    expect([status, path]).toEqual([200, path]);
    expect(text).toContain(`The key cannot be used: ${join(folder, file)} does not open.`);
    expect(text).not.toContain('secret words');
  }
  for (const path of ['/', '/port', '/values', '/operator', '/live/state']) expect([(await get(path)).status, path]).toEqual([200, path]);
  expect(said).not.toContain('page-failed');
});

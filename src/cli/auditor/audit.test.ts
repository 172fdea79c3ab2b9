/** A verdict is of UTC's days, wherever the audit is made and whatever zone its machine is in. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY1, DAY2, load, writeBundle } from '../../../test/kit/audit/bundles.ts';
import { collect, scratch } from '../../../test/kit/electra.ts';

const BIN = fileURLToPath(new URL('../../../bin/electra.mjs', import.meta.url));
const folder = scratch('audit');
const bundle = join(folder.dir, 'bundle');
beforeAll(() => writeBundle(load('exceptions'), bundle));
afterAll(() => folder.remove());

/** How old the chain's time is depends on the second at which it is asked. */
const ageless = (text: string): string => text.replace(/is \d+ s old/, 'is old');

async function audit(zone: string, cwd: string) {
  const { code, out, err } = await collect(
    spawn(process.execPath, [BIN, 'audit', bundle, '--development-keys'], {
      cwd,
      env: { ...process.env, TZ: zone },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  return { code, out: ageless(out), err };
}

test('an audit comes to the same in every zone and from every folder', async () => {
  const here = await audit('UTC', folder.dir);
  expect(here, here.err).toMatchObject({ code: 3, err: '' });
  for (const day of [DAY1, DAY2]) expect(here.out).toContain(day);
  expect(await audit('Pacific/Kiritimati', '/')).toEqual(here);
  expect(await audit('America/Los_Angeles', '/tmp')).toEqual(here);
});

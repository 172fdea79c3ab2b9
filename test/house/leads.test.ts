/**
 * Where a sentence sends somebody to read on, there is something to read: `docs/page.md, "A heading"` names a page and a heading that are
 * there. And who looks after an exchanged or a disputed meter is sent to one place, by the device as by `electra doctor`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFiles, root } from './rooms.ts';

const LEAD = /docs\/([\w-]+\.md), "([^"]+)"/g;
const leads = projectFiles()
  .filter((path) => /^(src|sdk|gateway|simulator|web|scripts)\//.test(path) && !/\.test\.ts$/.test(path))
  .flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(LEAD)].map(([, page, heading]) => ({
      path,
      to: `${page} ${heading}`,
      page,
      heading,
    })),
  );

test('every page and heading that a sentence names is there', () => {
  expect(leads.length).toBeGreaterThan(4);
  const missing = leads.filter(({ page, heading }) => {
    const file = join(root, 'docs', page);
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return !lines.some((line) => line.replace(/^#+ /, '# ') === `# ${heading}` || line.startsWith(`**${heading}.**`));
  });
  expect(missing).toEqual([]);
});

test('an exchanged and a disputed meter lead the device, its owner and its operator to the page that says what to do', () => {
  const from = (to: string) => leads.filter((lead) => lead.to === to).map(({ path }) => path);
  expect(from('meter-sdk.md An exchanged meter')).toContain('sdk/ts/src/readings.ts');
  expect(from('meter-sdk.md A disputed day').sort()).toEqual(expect.arrayContaining(['sdk/ts/src/client.ts', 'src/cli/node/doctor.ts']));
  const page = readFileSync(join(root, 'docs/meter-sdk.md'), 'utf8');
  const [, disputed] = page.split('\n## A disputed day\n');
  expect(disputed.split('\n## ')[0]).toMatch(/registers-jump[^\n]*As for an exchanged meter/);
  for (const step of ['electra meter retire', 'electra meter enrol', 'electra meter final-reading'])
    expect(page.split('\n## An exchanged meter\n')[1].split('\n## ')[0]).toContain(step);
});

/**
 * `node scripts/run.mjs test/kit/web/gateway-pictures.ts`: pictures of the gateway's set-up page in every step, at a phone's width and a
 * desk's, light and dark, into out/screenshots; the one in docs/pictures too. A simulated meter speaks on a pseudo-terminal.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type PageOptions, servePage } from '../../../gateway/src/setup/serve.ts';
import { openSpeaking } from '../../../gateway/testing/speaking.ts';
import * as t from '../../../gateway/testing/telegrams.ts';
import { launch, visit } from './browser.ts';

const FOLDER = 'out/screenshots';
const IN_DOCS = { from: 'gateway-3-compared-1280-light.png', to: 'docs/pictures/gateway.png' };
const CODE = 'ABCD-EFGH-JKMN';
const SHOWN = { importMilliWh: 4_711_042_000n, exportMilliWh: 815_003_000n, powerW: 260, unixS: 1_767_225_590, serial: '1EMH0012345678' };
const OUTFIT = JSON.stringify({ chainId: 'electra-rural-1', operator: 'electra1operator', rotation: 0, genesisHash: 'ab'.repeat(32) });
const PORT = '/dev/serial/by-id/usb-FTDI_USB_RS485_A1-if00-port0';

async function walk(page: Page, url: string, take: (name: string) => Promise<void>): Promise<void> {
  await take('0-code');
  await page.locator('#code').fill(CODE);
  await page.keyboard.press('Enter');
  await page.locator('.ports').waitFor();
  await take('1-port');
  await page.locator('form[action="/look"] button').first().click();
  await page.locator('progress').waitFor();
  await take('1-listening');
  await page.locator('#result').waitFor();
  await take('1-found');
  await page.goto(`${url}/values`);
  await take('2-values');
  await page.locator('#r-1-8-0').fill('4711,0');
  await page.locator('#r-2-8-0').fill('817');
  await page.locator('form[action="/compare"] button').click();
  await page.locator('.bad-text').waitFor();
  await take('3-other');
  await page.locator('#r-2-8-0').fill('815,0');
  await page.locator('form[action="/compare"] button').click();
  await page.locator('p[role=status]').waitFor();
  await take('3-compared');
  await page.locator('form[action="/accept"] button').click();
  await page.locator('#outfit').fill(OUTFIT);
  await page.locator('#nodes').fill('http://10.0.0.5:26657');
  await page.locator('#firstDay').fill('2026-12-01');
  await page.locator('#maxWhPerSlot').fill('6000');
  await take('4-operator');
  await page.locator('form[action="/save"] button').click();
  await page.goto(`${url}/key`);
  await page.locator('form[action="/make-key"] button').click();
  await page.locator('.qr').waitFor();
  await take('5-key');
  await page.goto(`${url}/state`);
  await take('6-state');
}

const meter = await openSpeaking(9_600, () => t.sml(SHOWN));
const browser = await launch();
mkdirSync(FOLDER, { recursive: true });
for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 1280]) {
    const folder = mkdtempSync(join(tmpdir(), 'electra-pictures-'));
    const options: PageOptions = {
      config: join(folder, 'electra-gateway.yaml'),
      folder: join(folder, 'data'),
      code: CODE,
      host: '127.0.0.1',
      port: 0,
      listPorts: () => [
        { path: meter.path, label: 'Hichi IR head 0001' },
        { path: PORT, label: 'FTDI USB RS485' },
      ],
      isSynchronized: async () => true,
      listenMs: 900,
      enrolment: async () => ({ state: 'enrolled', firstDay: 20_788, lastDay: 0, maxWhPerSlot: 6000, newestSlot: 20_788 * 96 + 5 }),
      say: () => {},
    };
    const site = await servePage(options);
    const url = `http://127.0.0.1:${site.port}`;
    const { page, close } = await visit(browser, url, { viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' });
    await walk(page, url, async (name) => {
      await page.screenshot({ path: join(FOLDER, `gateway-${name}-${width}-${colorScheme}.png`), fullPage: true, animations: 'disabled' });
    });
    await close();
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
await Promise.all([browser.close(), meter.close()]);
copyFileSync(join(FOLDER, IN_DOCS.from), IN_DOCS.to);

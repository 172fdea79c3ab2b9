/** The set-up page in a real browser, with a simulated meter on a real pseudo-terminal. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page as BrowserPage } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, visit } from '../../test/kit/web/browser.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { EXAMPLES } from '../src/examples.ts';
import { parseSettings } from '../src/settings.ts';
import { type PageSettings, serveUntilSetUp } from '../src/setup/command.ts';
import type { Enrolment } from '../src/setup/enrolment.ts';
import { type PageOptions, servePage } from '../src/setup/serve.ts';
import { openSpeaking, type Speaking } from '../testing/speaking.ts';
import * as t from '../testing/telegrams.ts';

const SHOWN: t.Shown = {
  importMilliWh: 4_711_042_000n,
  exportMilliWh: 815_003_000n,
  powerW: 260,
  unixS: 1_767_225_590,
  serial: '1EMH0012345678',
};
const TELEGRAM = t.p1('sweden', SHOWN);
const CODE = 'ABCD-EFGH-JKMN';
const OUTFIT = JSON.stringify({ chainId: 'electra-test-1', operator: 'electra1operator', rotation: 0, genesisHash: 'ab'.repeat(32) });
const LONG_MS = 20_000;
const LONG = { timeout: 120_000 };

let browser: Browser;
let meter: Speaking;
beforeAll(async () => {
  if (!chromium) return;
  [browser, meter] = await Promise.all([launch(), openSpeaking(115_200, () => TELEGRAM)]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), meter?.close()]);
});
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface World {
  url: string;
  folder: string;
  config: string;
  said: string[];
  enrolment: { now: Enrolment };
  isFinished: () => boolean;
}

async function world(more: Partial<PageOptions> = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'electra-page-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const said: string[] = [];
  const enrolment: World['enrolment'] = { now: { state: 'not-enrolled' } };
  const config = join(folder, 'electra-gateway.yaml');
  const site = await servePage({
    config,
    folder: join(folder, 'data'),
    code: CODE,
    host: '127.0.0.1',
    port: 0,
    listPorts: () => [{ path: meter.path, label: 'Reading head' }],
    isSynchronized: async () => true,
    listenMs: 20_000, // the meter speaks at the first speed that is tried: on a slow machine it is waited for
    readS: 20,
    enrolment: async () => enrolment.now,
    say: ({ kind, message }) => said.push(`${kind}: ${message}`),
    ...more,
  });
  closing.push(site.close);
  let finished = false;
  void site.finished.then(() => {
    finished = true;
  });
  return { url: `http://127.0.0.1:${site.port}`, folder, config, said, enrolment, isFinished: () => finished };
}

async function open(url: string, options: Parameters<typeof visit>[2] = {}) {
  const seen = await visit(browser, url, options);
  closing.push(seen.close);
  return seen;
}
async function signIn(page: BrowserPage, code = CODE): Promise<void> {
  await page.locator('#code').fill(code);
  await page.keyboard.press('Enter');
}
const press = (page: BrowserPage, name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: true }).click();
const heading = (page: BrowserPage, name: string): Promise<void> =>
  page.getByRole('heading', { name, exact: true }).waitFor({ timeout: LONG_MS });

/** From the code to saved settings and a key. */
async function setUp(page: BrowserPage): Promise<void> {
  await signIn(page);
  await press(page, 'Listen on Reading head');
  await heading(page, 'A meter is there');
  await page.getByRole('link', { name: 'Next: Compare with the display' }).click();
  await press(page, 'My display says the same');
  await heading(page, 'From the operator of your community');
  await page.getByLabel('The file outfit.json').fill(OUTFIT);
  await page.getByLabel('Nodes of the chain').fill('http://127.0.0.1:1\nhttp://127.0.0.1:2');
  await page.getByLabel('First day').fill('2026-12-01');
  await page.getByLabel('Most that your connection carries').fill('6000');
  await press(page, 'Save');
  await page.getByRole('link', { name: 'Next: Key and address' }).click();
  await press(page, 'Make the key');
  await heading(page, 'The key is there. This is the address for your operator:');
}

describe.skipIf(!chromium)('the set-up page', () => {
  test('goes from the code to a running gateway, and is off then', LONG, async () => {
    const here = await world();
    const { page, complaints, strangers } = await open(here.url);
    await setUp(page);
    const settings = parseSettings(readFileSync(here.config, 'utf8'), here.config);
    expect(settings).toMatchObject({
      nodes: ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
      firstDate: '2026-12-01',
      maxWhPerSlot: 6000,
      clock: 'ntp',
      folder: join(here.folder, 'data'),
      registers: { import: ['1.8.0'], export: ['2.8.0'] },
      source: { kind: 'p1', line: { path: meter.path, baud: 115_200, bits: 8, parity: 'none' } },
    });
    const key = readFileSync(join(here.folder, 'data/key'), 'utf8').trim();
    expect([key.length, statSync(join(here.folder, 'data/key')).mode & 0o777]).toEqual([64, 0o600]);
    const address = await page.locator('p.code').textContent();
    expect(address).toMatch(/^electra1\w{38}$/);
    expect(
      await page
        .getByRole('img', { name: `QR code of the address ${address}` })
        .locator('svg path')
        .count(),
    ).toBe(1);
    await page.getByRole('link', { name: 'Next: Is everything running?' }).click();
    await page.getByText('Not yet. Give your operator the address.').waitFor({ timeout: LONG_MS });
    here.enrolment.now = { state: 'enrolled', firstDay: 20_788, lastDay: 0, maxWhPerSlot: 6000, newestSlot: 20_788 * 96 + 5 };
    await page.getByText('Yes, from 2026-12-01 on, with at most 6000 Wh a quarter-hour.').waitFor({ timeout: LONG_MS }); // by itself
    await page.getByText('On the chain: up to the quarter-hour that began at 2026-12-01 01:15 UTC.').waitFor();
    await press(page, 'Finish set-up');
    await page.getByText('Set-up is over. This page is off now').waitFor();
    await expect.poll(here.isFinished).toBe(true);
    expect([existsSync(join(here.folder, 'data/set-up.json')), complaints, strangers]).toEqual([true, [], []]);
    for (const text of [...here.said, await page.content()]) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(CODE);
    }
  });

  test('says of what the display shows whether it is the same, swapped or multiplied, and states what was corrected', LONG, async () => {
    const here = await world();
    const { page, complaints } = await open(here.url);
    await signIn(page);
    await press(page, 'Listen on Reading head');
    await page.getByRole('link', { name: 'Next: Compare with the display' }).click();
    const [taken, given] = [page.locator('#r-1-8-0'), page.locator('#r-2-8-0')];
    await taken.fill('815');
    await given.fill('4711,0');
    await press(page, 'Compare');
    expect(await page.getByText('directions are swapped').count()).toBe(2);
    await page.getByLabel('Swap the two directions').check();
    await press(page, 'Apply');
    await page.getByText('Everything that you typed is the same.').waitFor();
    expect(await page.locator('.figure').allTextContents()).toEqual(['815.003 kWh', '4711.042 kWh']);
    await page.getByLabel('Swap the two directions').uncheck();
    await press(page, 'Apply');
    await taken.fill('188 442');
    await given.fill('what?');
    await press(page, 'Compare');
    await page.getByText('The display shows 40 times as much.').waitFor();
    await page.getByText('That is not a number.').waitFor();
    await page.getByLabel('Multiply by').fill('0');
    await press(page, 'Apply');
    await page.getByRole('alert').getByText('Expected a whole number from 1 to 100000.').waitFor();
    await page.getByLabel('Multiply by').fill('40');
    await press(page, 'Apply');
    await page.getByText('The same.', { exact: true }).waitFor();
    expect(await page.locator('.figure').allTextContents()).toEqual(['188441.680 kWh', '32600.120 kWh']);
    await press(page, 'My display says the same');
    await heading(page, 'From the operator of your community');
    expect(complaints.filter((text) => !/status of 422/.test(text))).toEqual([]);
  });

  test('says why no meter can be read: damaged, and unplugged', LONG, async () => {
    const here = await world({ listenMs: 2_000 }); // at all speeds, one after the other
    const { page } = await open(here.url);
    await signIn(page);
    const broken = Uint8Array.from(TELEGRAM);
    broken[40] ^= 0xff;
    meter.say(() => broken);
    closing.push(() => meter.say(() => TELEGRAM));
    await press(page, 'Listen on Reading head');
    await page.getByText(`Telegrams come on ${meter.path}, but damaged`).waitFor({ timeout: LONG_MS });
    await page.getByText('Another port', { exact: true }).first().click();
    await page.locator('#port').fill('/dev/ttyUSB99');
    await page.keyboard.press('Enter');
    await page.getByText('The port /dev/ttyUSB99 is not there').waitFor({ timeout: LONG_MS });
    await page.getByText('Another port', { exact: true }).first().click();
    await page.locator('#port').fill('/etc/passwd');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Expected a path such as /dev/ttyUSB0.').waitFor();
    expect(existsSync(here.config)).toBe(false);
  });

  test('says that the clock is not set, that the node is of another chain, and what a gateway last said', LONG, async () => {
    const here = await world({ isSynchronized: async () => false });
    const { page } = await open(here.url);
    await setUp(page);
    here.enrolment.now = { state: 'other-chain', chainId: 'electra-other-<b>' };
    const meterStatus = {
      queued: { statements: 1, reports: 7 },
      sent: { statements: 0, reports: 0 },
      lastError: { message: 'no answer from http://me:secret@node.example <i>', unixS: 1_796_083_200 },
    };
    const status = {
      writtenUnixS: 1_796_083_200,
      isClockTrusted: false,
      waiting: 2,
      counts: { believed: 3, dropped: { torn: 2 }, missingSlots: 0 },
    };
    writeFileSync(join(here.folder, 'data/status.json'), JSON.stringify({ ...status, meter: meterStatus }));
    await page.goto(`${here.url}/state`);
    const facts = await page.locator('.facts dd').allTextContents();
    expect(facts).toEqual([
      'The node is of another chain: electra-other-<b>. Check the addresses.',
      'Not set yet. Until the network has told the time, nothing is reported.',
      'Silent since 2026-12-01 00:00 UTC. On the device: electra-gateway run',
      'None.',
      'None yet. Reporting begins at midnight (UTC) of the first day.',
      '7 reports, 1 days, 2 quarter-hours that wait for the disk.',
      'torn 2',
      '2026-12-01 00:00 UTC: no answer from http://…@node.example <i>',
    ]);
  });

  test('refuses a wrong code, and after five of them everybody at that address for a minute', LONG, async () => {
    const here = await world();
    const { page } = await open(here.url);
    for (let i = 0; i < 5; i++) {
      await signIn(page, 'AAAA-BBBB-CCCC');
      await page.getByText('That is not the code of this device.').waitFor();
      expect(await page.locator('#code').inputValue()).toBe('');
    }
    await signIn(page);
    await page.getByText('Too many wrong codes.').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    expect(here.said.filter((text) => text === 'refused: a wrong code from 127.0.0.1')).toHaveLength(6);
  });

  test('does nothing for the page of another origin, to which the browser lends its session', LONG, async () => {
    const here = await world();
    const { page } = await open(here.url);
    await setUp(page);
    const form = await page.context().newPage();
    // Another port of the same machine is the same site: the cookie comes along, and even what the forms carry is known to it.
    await page.goto(`${here.url}/state`);
    const carried = await page.locator('form[action="/finish"] input[name="form"]').inputValue();
    const foreign = createServer((_, response) =>
      response
        .setHeader('content-type', 'text/html')
        .end(`<form method="post" action="${here.url}/finish"><input name="form" value="${carried}"><button>Win a prize</button></form>`),
    );
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      foreign.closeAllConnections();
      foreign.close();
    });
    await form.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
    await form.getByRole('button').click();
    await form.getByText('This did not come from this page.').waitFor();
    expect([here.isFinished(), existsSync(join(here.folder, 'data/set-up.json'))]).toEqual([false, false]);
    expect(here.said).toContain('refused: a form that was not from the page, sent from 127.0.0.1');
    await press(page, 'Finish set-up');
    await page.getByText('Set-up is over.').waitFor();
  });

  test('is done by the keyboard alone, and without its script', LONG, async () => {
    const here = await world();
    const { page } = await open(here.url, { javaScriptEnabled: false });
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab');
        const focused = page.locator(':focus');
        if ((await focused.count()) === 0) continue; // on its way around
        const label = (await focused.getAttribute('aria-label')) ?? (await focused.textContent()) ?? '';
        if (name.test(label.trim()) || name.test((await focused.getAttribute('id')) ?? '')) return;
      }
      throw new Error(`no way to ${name} by the keyboard`);
    };
    await tabTo(/^code$/);
    await page.keyboard.type(CODE);
    await page.keyboard.press('Enter');
    await heading(page, 'How is your meter connected?');
    await tabTo(/^Listen on Reading head$/);
    await page.keyboard.press('Enter');
    await expect
      .poll(
        async () => {
          await page
            .getByRole('link', { name: 'Look again' })
            .click({ timeout: 500 })
            .catch(() => {});
          return page.getByText('A meter is there').count();
        },
        { timeout: LONG_MS },
      )
      .toBe(1);
    await tabTo(/^Next: Compare/);
    await page.keyboard.press('Enter');
    await heading(page, 'What does your display say?');
    await tabTo(/^My display says the same$/);
    await page.keyboard.press('Enter');
    await heading(page, 'From the operator of your community');
  });

  test.each(['en-GB', 'de-AT', 'nl-NL'])('is fit for all widths and schemes, in %s', LONG, async (locale) => {
    const here = await world();
    const { page, complaints, strangers } = await open(here.url, { locale });
    const fits = async (): Promise<void> => expect(await unfit(page, { widths: [320, 390, 1280] })).toEqual([]);
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
    await fits();
    await signIn(page);
    await page.locator('summary').first().click();
    await page.locator('summary').last().click();
    await fits();
    await page.locator('form[action="/look"] button').first().click();
    await page.locator('#result').waitFor({ timeout: LONG_MS });
    await fits();
    await page.goto(`${here.url}/values`);
    await page.locator('#r-1-8-0').fill('17');
    await page.locator('form[action="/compare"] button').click();
    await page.locator('.bad-text').waitFor();
    await fits();
    await page.locator('form[action="/accept"] button').click();
    await page.locator('#outfit').waitFor();
    await fits();
    await page.locator('#outfit').fill(OUTFIT);
    await page.locator('#nodes').fill('http://127.0.0.1:1');
    await page.locator('#firstDay').fill('2026-12-01');
    await page.locator('#maxWhPerSlot').fill('6000');
    await page.locator('form[action="/save"] button').click();
    await page.goto(`${here.url}/key`);
    await page.locator('form[action="/make-key"] button').click();
    await page.locator('.qr').waitFor();
    await fits();
    await page.goto(`${here.url}/state`);
    await page.locator('.facts').waitFor();
    await fits();
    expect([complaints, strangers]).toEqual([[], []]);
  });

  test('speaks the language that was chosen, and stays where one is', LONG, async () => {
    const here = await world();
    const { page } = await open(here.url);
    await page.getByRole('link', { name: 'Nederlands' }).click();
    await page.getByText('Voer de code van dit apparaat in').waitFor();
    await signIn(page);
    await page.getByRole('link', { name: 'Deutsch' }).click();
    await heading(page, 'Wie ist Ihr Zähler angeschlossen?');
    expect(page.url()).toBe(`${here.url}/port`);
  });
});

describe('the command', () => {
  /** Runs it until it has said where the page is. */
  async function command(here: string, more: Partial<PageSettings> = {}) {
    const said: string[] = [];
    const stop = new AbortController();
    const page = { listen: '127.0.0.1:0', folder: join(here, 'data'), ...more };
    const done = serveUntilSetUp(join(here, 'electra-gateway.yaml'), page, (text) => said.push(text), stop.signal);
    await Promise.race([done, expect.poll(() => said.length, { timeout: LONG_MS }).toBe(2)]);
    stop.abort();
    await done;
    return said;
  }
  const folderOf = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'electra-page-'));
    closing.push(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };

  test('serves the page with a code of its own, or with that of the label, which it does not say', async () => {
    const folder = folderOf();
    writeFileSync(join(folder, 'label'), `${CODE}\n`);
    expect(await command(folder)).toEqual([
      expect.stringMatching(/^Set up this gateway in a browser on the same network:\nhttp:\/\/127\.0\.0\.1:\d+\/$/),
      expect.stringMatching(/^Code: (\w{4}-){2}\w{4}$/),
    ]);
    const [, label] = await command(folder, { codeFile: join(folder, 'label') });
    expect(label).toBe('Code: as on the label');
    writeFileSync(join(folder, 'label'), 'short');
    await expect(command(folder, { codeFile: join(folder, 'label') })).rejects.toThrow('expected a code of at least 12');
    await expect(command(folder, { codeFile: join(folder, 'none') })).rejects.toThrow('cannot be read (ENOENT)');
    await expect(command(folder, { listen: 'here' })).rejects.toThrow('--listen: expected ADDRESS:PORT');
  });

  test('refuses once set-up is over, unless the settings ask for the page', async () => {
    const folder = folderOf();
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/set-up.json'), '{}');
    const settings = EXAMPLES.sml.replace('FILL-IN', 'usb-1').replace('/var/lib/electra-gateway', './data');
    await expect(command(folder)).rejects.toThrow('set-up is over, and the page is off');
    writeFileSync(join(folder, 'electra-gateway.yaml'), settings);
    await expect(command(folder)).rejects.toThrow('set-up is over, and the page is off');
    writeFileSync(join(folder, 'electra-gateway.yaml'), `${settings}setupPage: always\n`);
    expect((await command(folder))[1]).toMatch(/^Code: /);
  });
});

describe('the set-up page refuses', () => {
  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const ports = { listPorts: () => [], say: () => {} };
  const post = (url: string, body: string, headers: Record<string, string>) =>
    fetch(url, { method: 'POST', body, redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });

  async function signedIn() {
    const here = await world(ports);
    const answer = await post(`${here.url}/sign-in`, form({ code: CODE }), { origin: here.url });
    const cookie = answer.headers.get('set-cookie')!;
    const headers = { origin: here.url, cookie: cookie.split(';')[0] };
    const page = await (await fetch(`${here.url}/port`, { headers })).text();
    return { ...here, cookie, headers, form: /name="form" value="([\w-]+)"/.exec(page)![1] };
  }

  test('forms of a foreign origin, without one, and without what the session’s forms carry; and takes its own', async () => {
    const { url, headers, form: own, cookie } = await signedIn();
    expect(cookie).toMatch(/^electra_setup=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/);
    const look = form({ form: own, port: '/dev/none' });
    const { origin: _, ...bare } = headers;
    const statuses = await Promise.all([
      post(`${url}/look`, look, { ...headers, origin: 'http://evil.example' }),
      post(`${url}/look`, look, bare),
      post(`${url}/look`, look, { ...headers, 'sec-fetch-site': 'cross-site' }),
      post(`${url}/look`, look, { ...headers, 'content-type': 'text/plain' }),
      post(`${url}/look`, form({ port: '/dev/none' }), headers),
      post(`${url}/look`, look, { ...headers, cookie: 'electra_setup=x' }),
      post(`${url}/look`, form({ form: own, port: 'x'.repeat(40_000) }), headers),
      post(`${url}/nothing`, look, headers),
      post(`${url}/toString`, look, headers),
      post(`${url}/look`, look, headers),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 401, 413, 404, 404, 303]);
  });

  test('everybody without a session, and by a stranger’s name', async () => {
    const { url } = await world(ports);
    for (const path of ['/port', '/values', '/operator', '/key', '/state', '/nothing'])
      expect((await fetch(url + path, { redirect: 'manual' })).headers.get('location'), path).toBe('/');
    expect((await fetch(`${url}/live/state`)).status).toBe(401);
    expect((await fetch(url, { method: 'PUT' })).status).toBe(405);
    expect((await fetch(`${url}//`)).status).toBe(404);
    const { request } = await import('node:http');
    const status = await new Promise<number>((resolve) =>
      request(url, { headers: { host: 'rebound.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      }).end(),
    );
    expect(status).toBe(403);
  });

  test('steps before what they stand on, what is no day, no outfit, no address, and writes nothing then', async () => {
    const { url, headers, form: own, config, folder } = await signedIn();
    const send = async (path: string, fields: Record<string, string> = {}) =>
      (await post(url + path, form({ form: own, ...fields }), headers)).status;
    const statuses = [
      await send('/accept'),
      await send('/compare', { '1.8.0': '5' }),
      await send('/save', { firstDay: '2026-12-01' }),
      await send('/make-key'),
      await send('/finish'),
      await send('/look', { port: '/dev/../etc/passwd' }),
      await send('/look-at-address', { address: 'http://me:secret@192.168.1.20' }),
      await send('/look-at-broker', { url: 'mqtt://me:secret@192.168.1.20', topicIn: 'a' }),
      await send('/look-at-broker', { url: 'mqtt://192.168.1.20', topicIn: 'a/#' }),
    ];
    expect(statuses).toEqual(statuses.map(() => 422));
    expect([existsSync(config), existsSync(join(folder, 'data'))]).toEqual([false, false]);
  });

  test('to be framed, to load or run anything from elsewhere, and to be kept; all of it together weighs less than 60 kB', async () => {
    const { url, headers } = await signedIn();
    const answers = await Promise.all(['/port', '/style.css', '/script.js', '/icon.svg'].map((path) => fetch(url + path, { headers })));
    let bytes = 0;
    for (const answer of answers) {
      const policy = answer.headers.get('content-security-policy')!;
      for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"])
        expect(policy).toContain(rule);
      expect(policy).not.toMatch(/unsafe|http|\*/);
      expect([answer.headers.get('cache-control'), answer.headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff']);
      bytes += (await answer.arrayBuffer()).byteLength;
    }
    expect(bytes).toBeLessThan(60_000);
  });
});

/** The parts of the set-up page that need neither a browser nor a line. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { query } from '../../sdk/ts/src/index.ts';
import { EXAMPLES } from '../src/examples.ts';
import { parseSettings, type SourceSettings } from '../src/settings.ts';
import { compare, readings } from '../src/setup/compare.ts';
import { askEnrolment } from '../src/setup/enrolment.ts';
import { Guard, isCode, isLocal, isOwnHost, isOwnOrigin, newCode } from '../src/setup/guard.ts';
import { Html, html } from '../src/setup/html.ts';
import { serialPorts } from '../src/setup/ports.ts';
import { LANGUAGES, languageOf, sayIn } from '../src/setup/texts/index.ts';
import { writeOutfit, writeSettings } from '../src/setup/write.ts';
import { Chance } from '../testing/random.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'electra-setup-'));
  closing.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

describe('the code', () => {
  test('is typed without care for case, spaces and dashes, and lets in', () => {
    const guard = new Guard('ABCD-EFGH-JKMN');
    const outcome = guard.signIn(' abcdefgh jkmn', '10.0.0.2');
    expect(outcome).toHaveProperty('session');
    expect(guard.formOf((outcome as { session: string }).session)).toMatch(/^[\w-]{32}$/);
  });

  test('is another each time, and long enough', () => {
    const codes = new Set(Array.from({ length: 50 }, newCode));
    expect([codes.size, [...codes].every(isCode), isCode('ABCD-EFGH')]).toEqual([50, true, false]);
  });

  test('that is wrong lets nobody in, and after five tries has to be waited for, ever longer, by that address alone', () => {
    let nowMs = 0;
    const guard = new Guard('ABCD-EFGH-JKMN', () => nowMs);
    const tries = Array.from({ length: 5 }, () => guard.signIn('ABCD-EFGH-JKMP', '10.0.0.2'));
    expect(tries).toEqual(tries.map(() => ({ refused: 'wrong' })));
    expect(guard.signIn('ABCD-EFGH-JKMN', '10.0.0.2')).toEqual({ refused: 'wait', waitS: 60 });
    expect(guard.signIn('ABCD-EFGH-JKMN', '10.0.0.3')).toHaveProperty('session');
    nowMs = 60_000;
    expect(guard.signIn('x', '10.0.0.2')).toEqual({ refused: 'wrong' });
    expect(guard.signIn('ABCD-EFGH-JKMN', '10.0.0.2')).toEqual({ refused: 'wait', waitS: 120 });
    nowMs = 180_000;
    expect(guard.signIn('ABCD-EFGH-JKMN', '10.0.0.2')).toHaveProperty('session');
  });

  test('cannot be guessed from many addresses either', () => {
    const guard = new Guard('ABCD-EFGH-JKMN', () => 0);
    for (let i = 0; i < 60; i++) guard.signIn('x', `10.0.0.${i}`);
    expect(guard.signIn('ABCD-EFGH-JKMN', '10.0.1.1')).toEqual({ refused: 'wait', waitS: 600 });
  });

  test('gives a session that ends with half an hour of silence, and forms that are its own', () => {
    let nowMs = 0;
    const guard = new Guard('ABCD-EFGH-JKMN', () => nowMs);
    const [one, other] = ['10.0.0.2', '10.0.0.3'].map((address) => (guard.signIn('ABCDEFGHJKMN', address) as { session: string }).session);
    expect([guard.isForm(one, guard.formOf(one)!), guard.isForm(one, guard.formOf(other)!), guard.isForm(one, '')]).toEqual([
      true,
      false,
      false,
    ]);
    nowMs = 29 * 60_000;
    expect(guard.formOf(one)).toBeDefined();
    nowMs = 31 * 60_000;
    expect([guard.formOf(one) !== undefined, guard.formOf(other)]).toEqual([true, undefined]);
    guard.signOut(one);
    expect(guard.formOf(one)).toBeUndefined();
  });
});

describe('who is near', () => {
  test.each(['127.0.0.1', '::1', '10.1.2.3', '172.16.0.1', '192.168.178.20', '169.254.1.1', '::ffff:192.168.1.2', 'fd00::1', 'fe80::1'])(
    'is %s',
    (address) => expect(isLocal(address)).toBe(true),
  );
  test.each(['8.8.8.8', '172.32.0.1', '192.169.0.1', '2001:db8::1', '::ffff:8.8.8.8', ''])('is not %s', (address) =>
    expect(isLocal(address)).toBe(false),
  );
  test('finds us by an address or by our own name, and by no stranger’s name that leads here', () => {
    const own = hostname().toLowerCase();
    for (const host of ['192.168.1.5:8480', '[fe80::1]:8480', 'localhost:8480', `${own}:8480`]) expect(isOwnHost(host), host).toBe(true);
    for (const host of ['evil.example:8480', 'localhost.evil.example', 'other.local', '', undefined, '192.168.1.5@evil.example'])
      expect(isOwnHost(host), host).toBe(false);
  });
  test('sends forms from our page, from no other and from none', () => {
    const host = '192.168.1.5:8480';
    expect(isOwnOrigin({ host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(isOwnOrigin({ host, origin: `http://${host}` })).toBe(true);
    for (const headers of [
      { host },
      { host, origin: 'null' },
      { host, origin: 'http://192.168.1.5:81' },
      { host, origin: `http://${host}`, 'sec-fetch-site': 'cross-site' },
    ])
      expect(isOwnOrigin(headers)).toBe(false);
  });
});

describe('what the display says', () => {
  const kWh = (value: string): bigint => BigInt(Math.round(Number(value) * 1e6));
  test.each([
    ['4711,042', ['4711.042', '4711042']],
    ['004711.0', ['4711.0']],
    ['4.711,042', ['4711.042', '4711042']],
    ['4711', ['4711']],
    ["4'711.5 kWh", ['4711.5']],
    ['1.234.567', ['1234.567', '1234567']],
  ])('is read as people write it: %s', (text, expected) => expect(readings(text).map(({ milliWh }) => milliWh)).toEqual(expected.map(kWh)));
  test.each(['', 'abc', '-5', '1,2,3,4,5x', ',5'])('is no number: %j', (text) =>
    expect(compare(text, 1_000_000n)).toEqual({ kind: 'not-a-number' }),
  );
  test.each(['4711,042', '4711', '4.711,0', '4711.3', '4711,45'])('is the same, with fewer decimals and some moments later: %s', (text) =>
    expect(compare(text, kWh('4711.042'), [kWh('815')])).toEqual({ kind: 'same' }),
  );
  test('is the other direction’s', () => expect(compare('815', kWh('4711.042'), [kWh('815.003')])).toEqual({ kind: 'swapped' }));
  test('is forty times as much behind transformers', () =>
    expect(compare('188441,7', kWh('4711.042'))).toEqual({ kind: 'times', times: 40 }));
  test('is a thousandth where the unit is another', () => expect(compare('4,711', kWh('4711042'))).toEqual({ kind: 'thousandth' }));
  test('is something else, whatever it is', () => {
    const chance = new Chance(7);
    for (const text of ['4713', '2000,0', '6000,5', '0']) expect(compare(text, kWh('4711.042')), text).toEqual({ kind: 'other' });
    expect(compare('40', 3n)).toEqual({ kind: 'other' }); // a meter at 0 has no ratio
    for (let i = 0; i < 2000; i++) {
      const milliWh = BigInt(chance.below(2 ** 31)) * 1000n;
      const said = `${chance.below(100_000)},${chance.below(10)}`;
      const { kind } = compare(said, milliWh);
      const shown = readings(said)[0].milliWh;
      expect(kind === 'same', said).toBe((shown > milliWh ? shown - milliWh : milliWh - shown) <= 600_000n);
    }
  });
});

describe('texts', () => {
  const { en, de, nl } = LANGUAGES;
  test('are all there in three languages, with the same places to fill in', () => {
    const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    for (const { texts } of [de, nl]) {
      expect(Object.keys(texts)).toEqual(Object.keys(en.texts));
      for (const [key, text] of Object.entries(en.texts)) expect(places(texts[key as keyof typeof texts]), key).toEqual(places(text));
      expect(Object.values(texts).filter((text) => text.trim() === '')).toEqual([]);
    }
  });
  test('are those that were chosen, else those that the browser wants, else English', () => {
    expect([languageOf('nl', 'de'), languageOf(undefined, 'fr-FR, de-AT;q=0.8'), languageOf('xx', 'ja'), languageOf('toString')]).toEqual([
      'nl',
      'de',
      'en',
      'en',
    ]);
    expect(sayIn('de')('waitCode', { seconds: 60 })).toBe('Zu viele falsche Codes. Versuchen Sie es in 60 Sekunden wieder.');
  });
  test('escape what is put into them', () => {
    expect(html`<p title="${'"><script>'}">${['<b>', html`<i>${'&'}</i>`]}${false}${undefined}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;<i>&amp;</i></p>',
    );
    expect(html`${new Html('<b>')}`.text).toBe('<b>');
  });
});

describe('ports', () => {
  test('are named so that they stay, each once', () => {
    const dev = folder();
    mkdirSync(join(dev, 'by-id'));
    for (const name of ['ttyUSB0', 'ttyUSB1', 'tty1', 'null']) writeFileSync(join(dev, name), '');
    symlinkSync('../ttyUSB0', join(dev, 'by-id/usb-FTDI_FT232R_USB_UART_A1-if00-port0'));
    expect(serialPorts(join(dev, 'by-id'), dev)).toEqual([
      { path: join(dev, 'by-id/usb-FTDI_FT232R_USB_UART_A1-if00-port0'), label: 'FTDI FT232R USB UART A1' },
      { path: join(dev, 'ttyUSB1'), label: 'ttyUSB1' },
    ]);
    expect(serialPorts(join(dev, 'none'), join(dev, 'none'))).toEqual([]);
  });
});

describe('the settings', () => {
  const line = { path: '/dev/ttyUSB0', baud: 9600, bits: 7, parity: 'even' } as const;
  const sources: SourceSettings[] = [
    { kind: 'p1', line, checksum: 'none', standardOffsetS: 3600 },
    { kind: 'dlms', line: { ...line, bits: 8 }, link: 'mbus', standardOffsetS: 3600, keyFile: '/etc/electra/port.key' },
    { kind: 'd0', line, mode: 'D', checksum: 'none', intervalS: 60 },
    { kind: 'shelly', url: 'http://192.168.1.20', model: 'pro-em', channel: 0, intervalS: 10 },
    {
      kind: 'mqtt',
      url: 'mqtt://192.168.1.20',
      registers: [{ name: '1.8.0', topic: 'a: b', path: 'x[0].y', unit: 'Wh' }],
      togetherS: 5,
    },
  ];
  const own = {
    outfit: 'outfit.json',
    folder: 'data',
    nodes: ['http://a:1'],
    firstDay: '2026-12-01',
    maxWhPerSlot: 6000,
    clock: 'ntp',
  } as const;

  test.each(sources.map((source) => [source.kind, source] as const))(
    'are written so that they are read as they were meant: %s',
    (_, source) => {
      const file = join(folder(), 'electra-gateway.yaml');
      const registers = { import: ['1.8.1', '1.8.2'], export: [], swap: true, multiplier: 40 };
      const written = writeSettings(file, { ...own, source, registers });
      expect(written).toEqual(parseSettings(readFileSync(file, 'utf8'), file));
      expect([written.registers, { ...written.source, keyFile: undefined }]).toEqual([registers, { ...source, keyFile: undefined }]);
    },
  );

  test('keep the comments and fields of a file that is there', () => {
    const file = join(folder(), 'electra-gateway.yaml');
    writeFileSync(file, EXAMPLES.sml.replace('FILL-IN', 'usb-1').replace('clock: ntp', 'lagS: 90\nclock: ntp'));
    const { outfit: _, folder: __, ...more } = own;
    writeSettings(file, { ...more, source: sources[0], registers: { import: ['1.8.0'], export: ['2.8.0'] } });
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('# from the operator: electra meter outfit');
    expect([text.includes('lagS: 90'), text.includes('kind: p1'), text.includes('sml'), text.includes('/var/lib/electra-gateway')]).toEqual(
      [true, true, false, true],
    );
  });

  test('that cannot work leave what was there', () => {
    const file = join(folder(), 'electra-gateway.yaml');
    expect(() =>
      writeSettings(file, { ...own, maxWhPerSlot: 0, source: sources[0], registers: { import: ['1.8.0'], export: [] } }),
    ).toThrow('maxWhPerSlot: expected a whole number');
    expect(() => readFileSync(file)).toThrow('ENOENT');
    writeFileSync(`${file}.json`, 'old');
    expect(() => writeOutfit(`${file}.json`, '{"chainId":"x"}')).toThrow('expected the outfit');
    expect(readFileSync(`${file}.json`, 'utf8')).toBe('old');
  });
});

describe('the chain, asked', () => {
  /** A node that answers as CometBFT does, from a table of queries. */
  const node = async (network: string, answers: Record<string, Uint8Array | number>): Promise<string> => {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        const { id, method, params } = JSON.parse(body);
        const found =
          answers[
            String(params.path ?? '')
              .split('/')
              .at(-1) ?? ''
          ];
        const info = { node_info: { network }, sync_info: { latest_block_height: '7', latest_block_time: '2026-12-03T00:00:00Z' } };
        const value =
          typeof found === 'number' ? { code: found, codespace: 'sdk' } : { value: Buffer.from(found ?? []).toString('base64') };
        const result = method === 'status' ? info : { response: { ...value, height: '7' } };
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const DAY = 20_790;
  const enrolled = {
    Meter: query.QueryMeterResponse.encode({
      meter: {
        address: 'electra1a',
        member: 'electra1b',
        firstDay: DAY - 1,
        lastDay: 0,
        maxWhPerSlot: 6000,
        consensusKey: new Uint8Array(0),
        enrolledHeight: 3n,
        serviceDay: 0,
      },
    }).finish(),
    Status: query.QueryStatusResponse.encode(
      query.QueryStatusResponse.fromPartial({ height: 7n, chainUnixS: BigInt(DAY * 86_400) }),
    ).finish(),
    Used: query.QueryUsedResponse.encode({ slots: [DAY * 96 - 3, DAY * 96 - 2], days: [] }).finish(),
  };

  test('says that a meter is enrolled and how far it has reported, by whichever node answers', async () => {
    const nodes = ['http://127.0.0.1:1', await node('electra-a', enrolled)];
    expect(await askEnrolment(nodes, 'electra-a', 'electra1a')).toEqual({
      state: 'enrolled',
      firstDay: DAY - 1,
      lastDay: 0,
      maxWhPerSlot: 6000,
      newestSlot: DAY * 96 - 2,
    });
  });

  test('says that it is not, that the node is of another chain, and that nobody answers', async () => {
    expect(await askEnrolment([await node('electra-a', { Meter: 22 })], 'electra-a', 'electra1a')).toEqual({ state: 'not-enrolled' });
    expect(await askEnrolment([await node('electra-b', enrolled)], 'electra-a', 'electra1a')).toEqual({
      state: 'other-chain',
      chainId: 'electra-b',
    });
    expect(await askEnrolment(['http://127.0.0.1:1'], 'electra-a', 'electra1a')).toEqual({ state: 'unreachable' });
  });
});

describe('the page', () => {
  /** Files that are loaded with a file: its imports of values, and theirs. */
  function loaded(file: string, found = new Set<string>()): Set<string> {
    if (found.has(file)) return found;
    found.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, name] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)';/gms))
      loaded(resolve(file, '..', name), found);
    return found;
  }

  test('is loaded by set-up alone: what runs is as small as without it', () => {
    const all = [...loaded(fileURLToPath(new URL('../src/main.ts', import.meta.url)))];
    expect(all.some((file) => file.endsWith('/gateway/src/sources/source.ts'))).toBe(true);
    expect(all.filter((file) => file.includes('/setup/'))).toEqual([]);
  });
});

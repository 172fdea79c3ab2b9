/** A gateway while it is set up, without its page: brokers, keys by hand, settings that are there already. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../src/examples.ts';
import { parseSettings, type SourceSettings } from '../src/settings.ts';
import { SettingUp } from '../src/setup/setting-up.ts';
import { openHttp } from '../testing/lines.ts';
import { openSpeaking } from '../testing/speaking.ts';
import * as t from '../testing/telegrams.ts';

const SHOWN: t.Shown = {
  importMilliWh: 4_711_042_000n,
  exportMilliWh: 815_003_000n,
  powerW: 260,
  unixS: 1_767_225_590,
  serial: '1EMH0012345678',
};
const OUTFIT = JSON.stringify({ chainId: 'electra-test-1', operator: 'electra1operator', rotation: 0, genesisHash: 'ab'.repeat(32) });
const FIELDS = { outfit: OUTFIT, nodes: 'http://127.0.0.1:1', firstDay: '2026-12-01', maxWhPerSlot: '6000', clock: 'ntp' };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function settingUp(write: (folder: string) => void = () => {}, readS = 20) {
  const folder = mkdtempSync(join(tmpdir(), 'electra-setting-up-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  write(folder);
  const config = join(folder, 'electra-gateway.yaml');
  const options = { config, folder: join(folder, 'data'), listPorts: () => [], isSynchronized: async () => true, listenMs: 2_000, readS };
  const model = new SettingUp(options);
  closing.push(() => model.close());
  return { model, folder, config, written: () => parseSettings(readFileSync(config, 'utf8'), config) };
}

async function broker(payload: string): Promise<string> {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const speak = setInterval(
    () => aedes.publish({ cmd: 'publish', qos: 0, dup: false, topic: 'tele/m', payload: Buffer.from(payload), retain: false }, () => {}),
    100,
  );
  closing.push(() => {
    clearInterval(speak);
    return new Promise<void>((resolve) => aedes.close(() => server.close(() => resolve())));
  });
  return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const mqtt = (url: string, unit = 'kWh', path = 'in'): Extract<SourceSettings, { kind: 'mqtt' }> => ({
  kind: 'mqtt',
  url,
  registers: [{ name: '1.8.0', topic: 'tele/m', path, unit }],
  togetherS: 5,
});

describe('a broker', () => {
  test('is heard, its unit corrected by the display, and written with the file of its password, whose content stays there', async () => {
    const { model, folder, written } = settingUp((own) => writeFileSync(join(own, 'mqtt.user'), 'me\nsecret\n'));
    expect(model.lookAtBroker(mqtt(await broker('{"in":4711042}')))).toBeUndefined();
    await model.job!.work;
    expect(model.sums()).toEqual({ importMilliWh: 4_711_042_000_000n, exportMilliWh: 0n });
    model.compare({ '1.8.0': '4711,0' });
    expect(model.draft!.verdicts).toEqual({ '1.8.0': { kind: 'thousandth' } });
    model.correct({ swap: false, times: '1', hasExport: false, unit: 'Wh' });
    await model.job!.work;
    expect(model.sums()).toEqual({ importMilliWh: 4_711_042_000n, exportMilliWh: 0n });
    expect([model.save(FIELDS), model.accept(), model.save(FIELDS)]).toEqual(['notYet', undefined, undefined]);
    expect(written()).toMatchObject({
      registers: { import: ['1.8.0'], export: [] },
      source: { kind: 'mqtt', userFile: join(folder, 'mqtt.user'), registers: [{ unit: 'Wh' }] },
    });
    expect(readFileSync(join(folder, 'electra-gateway.yaml'), 'utf8')).not.toContain('secret');
  });

  test('that says something else, or is not there, is said to', async () => {
    const { model } = settingUp(undefined, 4); // as long as it takes to say that nothing came
    model.lookAtBroker(mqtt(await broker('{"in":"unavailable"}')));
    await model.job!.work;
    expect([model.job!.code, model.draft]).toEqual(['value', undefined]);
    model.lookAtBroker(mqtt('mqtt://127.0.0.1:1'));
    await model.job!.work;
    expect(model.job!.code).toBe('unreachable');
  });
});

describe('a port that is enciphered', () => {
  test('is accepted once its key is there, put in by hand, and not before', async () => {
    const cipher: t.Cipher = {
      key: Uint8Array.from({ length: 16 }, (_, i) => i + 1),
      title: Uint8Array.from(Buffer.from('4b464d1001020304', 'hex')),
      counter: 9,
    };
    const line = await openSpeaking(2_400, () => t.mbusOf(t.encipher(t.dlmsMessage('austria', SHOWN), cipher), 90));
    closing.push(line.close);
    const { model, folder, written } = settingUp();
    model.look('/dev/null/../x');
    expect(model.job).toBeUndefined();
    model.look(line.path);
    await model.job!.work;
    expect([model.draft!.wants, model.accept(), model.save(FIELDS)]).toEqual(['key', 'notYet', 'notYet']);
    writeFileSync(join(folder, 'port.key'), '0102030405060708090a0b0c0d0e0f10\n');
    model.look(line.path);
    await model.job!.work;
    expect([model.draft!.wants, model.sums()?.importMilliWh]).toEqual([undefined, 4_711_042_000n]);
    expect([model.accept(), model.save(FIELDS)]).toEqual([undefined, undefined]);
    expect(written().source).toMatchObject({
      kind: 'dlms',
      link: 'mbus',
      keyFile: join(folder, 'port.key'),
      line: { baud: 2_400, parity: 'even' },
    });
  });
});

describe('a port whose registers come once an hour', () => {
  test('is waited for and written as such, and what is read in its place is not', async () => {
    const list = Uint8Array.from([0x0f, 0, 0, 0, 0, 0, 0x02, 0x01, 0x06, 0, 0, 3, 3]);
    const line = await openSpeaking(2_400, () => t.hdlcOf(list));
    closing.push(line.close);
    const { model, written } = settingUp();
    model.look(line.path);
    await model.job!.work;
    expect([model.draft!.wants, model.accept()]).toEqual(['registers', 'notYet']);
    line.say(() => t.hdlcOf(t.dlmsMessage('aidon', SHOWN)));
    model.readAgain();
    expect(model.job!.isHourly).toBe(true);
    await model.job!.work;
    expect([model.accept(), model.save(FIELDS)]).toEqual([undefined, undefined]);
    expect(written()).toMatchObject({ distanceS: 3_660, confirmations: 1, source: { kind: 'dlms', link: 'hdlc' } });
    const http = await openHttp(() => Buffer.from('{"total_power_import_kwh":5,"total_power_export_kwh":0}'));
    closing.push(http.close);
    model.lookAtAddress(http.url);
    await model.job!.work;
    expect([model.accept(), model.save(FIELDS)]).toEqual([undefined, undefined]);
    expect(written()).toMatchObject({ distanceS: 30, confirmations: 2, source: { kind: 'homewizard' } });
  });
});

test('what was corrected stays when the same line is read again, also from the settings, and not on another one', async () => {
  const shelly = await openHttp((path) => (path.includes('EMData') ? Buffer.from('{"total_act":1000,"total_act_ret":5}') : undefined));
  const other = await openHttp(() => Buffer.from('{"total_power_import_kwh":5,"total_power_export_kwh":2}'));
  closing.push(shelly.close, other.close);
  const { model, folder, config } = settingUp();
  const read = async (of: SettingUp, look: () => unknown) => {
    look();
    await of.job!.work;
    return [of.draft!.plan, of.sums()];
  };
  await read(model, () => model.lookAtAddress(shelly.url));
  expect(model.correct({ swap: false, times: '40', hasExport: false })).toBeUndefined();
  const corrected = [
    { import: ['1.8.0'], export: [], multiplier: 40 },
    { importMilliWh: 40_000_000n, exportMilliWh: 0n },
  ];
  expect(await read(model, () => model.readAgain())).toEqual(corrected);
  expect([model.accept(), model.save(FIELDS)]).toEqual([undefined, undefined]);
  const later = new SettingUp({ config, folder, listPorts: () => [], isSynchronized: async () => true, readS: 20 });
  closing.push(() => later.close());
  expect(await read(later, () => later.readAgain())).toMatchObject(corrected);
  expect((await read(model, () => model.lookAtAddress(other.url)))[0]).toEqual({ import: ['1.8.0'], export: ['2.8.0'] });
});

describe('settings that are there', () => {
  const there =
    (url: string, more = '') =>
    (own: string): void => {
      writeFileSync(join(own, 'outfit.json'), OUTFIT);
      const text = EXAMPLES.shelly.replace('http://192.168.1.20', url).replace('/var/lib/electra-gateway', 'own-data');
      writeFileSync(join(own, 'electra-gateway.yaml'), `${text}${more}`);
    };

  test('are read, compared and kept, with their folder and comments as they stand', async () => {
    const shelly = await openHttp(() => Buffer.from('{"total_act":4711042,"total_act_ret":5}'));
    closing.push(shelly.close);
    const { model, folder, config, written } = settingUp(there(shelly.url, '  intervalS: 1\n'));
    expect([model.folder, model.chainId(), model.isWritten(), model.draft!.isAccepted]).toEqual([
      join(folder, 'own-data'),
      'electra-test-1',
      false,
      false,
    ]);
    model.readAgain();
    await model.job!.work;
    expect(model.sums()).toEqual({ importMilliWh: 4_711_042_000n, exportMilliWh: 5_000n });
    expect([model.accept(), model.save({ ...FIELDS, outfit: '' }), model.isWritten()]).toEqual([undefined, undefined, true]);
    expect([written().folder, written().registers]).toEqual([
      join(folder, 'own-data'),
      { import: ['1.8.0'], export: ['2.8.0'], swap: false },
    ]);
    expect(readFileSync(config, 'utf8')).toMatch(/folder: own-data +# the one folder/);
    const later = new SettingUp({ config, folder, listPorts: () => [], isSynchronized: async () => true });
    expect([later.draft?.isAccepted, later.isWritten()]).toEqual([true, true]);
  });

  test('that cannot be read are not set up over', () => {
    expect(() => settingUp(there('http://192.168.1.20', 'what: 1\n'))).toThrow('what: expected one of');
  });

  test('make a key once: the second time it is the one that is there', async () => {
    const { model, folder } = settingUp(there('http://192.168.1.20'));
    expect([await model.address(), model.finish()]).toEqual([undefined, 'notYet']);
    model.makeKey();
    const [address, key] = [await model.address(), readFileSync(join(folder, 'own-data/key'), 'utf8')];
    model.makeKey();
    expect([await model.address(), readFileSync(join(folder, 'own-data/key'), 'utf8'), model.finish()]).toEqual([address, key, undefined]);
  });

  test('on a disk that takes nothing: it is said, and nothing is half there', async () => {
    const { model, folder } = settingUp((own) => {
      there('http://192.168.1.20')(own);
      writeFileSync(join(own, 'own-data'), 'a file where the folder would have to be');
    });
    expect([model.makeKey(), await model.address()]).toEqual(['cannotWrite', undefined]);
    expect(readFileSync(join(folder, 'own-data'), 'utf8')).toContain('a file');
  });
});

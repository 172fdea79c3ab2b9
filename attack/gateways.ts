/**
 * Attacks on a gateway beside an existing meter (docs/gateway.md): whoever has the wire to the meter, the broker, or the network on which
 * it is set up. Each is played against the gateway's own parsers, judge and page.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvocationCounters } from '../gateway/src/parse/counters.ts';
import { dlmsDecoder } from '../gateway/src/parse/dlms.ts';
import { p1Decoder } from '../gateway/src/parse/p1.ts';
import { servePage } from '../gateway/src/setup/serve.ts';
import { type QuarterOptions, Quarters } from '../gateway/src/slots/quarters.ts';
import { MqttReadings } from '../gateway/src/sources/mqtt.ts';
import type { Outcome as Heard, Telegram } from '../gateway/src/telegram.ts';
import * as t from '../gateway/testing/telegrams.ts';
import type { Attack, Outcome } from './attack.ts';

const group = 'gateways';
const END_S = Date.UTC(2026, 0, 5, 12) / 1000;
const KEY = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const PLAN = { import: ['1.8.0'], export: ['2.8.0'] };
const BEGAN = 4_711_042_000n;

const shownAt = (atS: number, usedWh = 0): t.Shown => ({
  importMilliWh: BEGAN + BigInt(usedWh) * 1000n,
  exportMilliWh: 0n,
  powerW: 0,
  unixS: END_S + atS,
  serial: 'E0047000000000001',
});
/** What the gateway states of the quarter-hour that ends at END_S, and why it dropped what it dropped. */
function statedOf(telegrams: readonly (readonly [atS: number, Telegram])[], over: Partial<QuarterOptions> = {}) {
  const judged = new Quarters({ plan: PLAN, maxWhPerSlot: 5_000, distanceS: 30, ...over });
  const ends = telegrams.flatMap(([atS, telegram]) => judged.take(telegram, (END_S + atS) * 1000));
  return { wh: ends[0]?.importRegisterWh, dropped: Object.keys(judged.counts.dropped) };
}

const telegramOf = ([outcome]: readonly Heard[]): Telegram => {
  if (!outcome || !('telegram' in outcome)) throw new Error('expected a whole telegram');
  return outcome.telegram;
};

/** Recorded from an enciphered port and said once more, a day later. */
async function enciphered(): Promise<Outcome> {
  const recorded = t.mbusOf(
    t.encipher(t.dlmsMessage('austria', shownAt(0)), { key: KEY, title: new Uint8Array(8).fill(0x4b), counter: 7 }),
  );
  const heard = (counters?: InvocationCounters): Heard[] => {
    const decoder = dlmsDecoder('mbus', { key: KEY, ...(counters ? { counters } : {}) });
    return [...decoder.push(recorded, 0), ...decoder.push(recorded, 86_400_000)];
  };
  return {
    refusals: heard(new InvocationCounters()).flatMap((outcome) => ('bad' in outcome ? [outcome.bad] : [])),
    without: { succeeds: heard().every((outcome) => 'telegram' in outcome), how: 'both are read where nobody counts' },
  };
}

/** The last telegram before something big was switched on, said on and on in the meter's place. */
async function heldStill(): Promise<Outcome> {
  const spoken = (atS: number): Telegram => telegramOf(p1Decoder().push(t.p1('sweden', shownAt(atS)), 0));
  const recorded = spoken(-880);
  const { stampUnixS: _, ...unstamped } = recorded;
  const [before, after] = [
    [-900, -890, -880],
    [-20, -10, 0, 10, 20],
  ];
  const said = statedOf([...before.map((atS) => [atS, spoken(atS)] as const), ...after.map((atS) => [atS, recorded] as const)]);
  const believed = statedOf([...before, ...after].map((atS) => [atS, unstamped] as const));
  return {
    refusals: said.wh === undefined ? said.dropped : ['stated as it was said'],
    without: {
      succeeds: believed.wh === BEGAN / 1000n,
      how: 'without the meter’s time stamp, the quarter-hour seems to have used nothing',
    },
  };
}

/** Another client of the broker publishes on the reader's topic. */
function published(values: readonly (readonly [atS: number, wh: number])[], over?: Partial<QuarterOptions>) {
  const register = (name: string, path: string) => ({ name, topic: 'tele/meter/SENSOR', path, unit: 'Wh' as const });
  const readings = new MqttReadings({ registers: [register('1.8.0', 'in'), register('2.8.0', 'out')], togetherS: 5 });
  const telegrams = values.map(([atS, wh]) => {
    const payload = Buffer.from(JSON.stringify({ in: 4_711_042 + wh, out: 0 }));
    return [atS, telegramOf([readings.take('tele/meter/SENSOR', payload, 0)!])] as const;
  });
  return statedOf(telegrams, over);
}

const OWN = [-50, -40, -30, -20, -10, 1, 10, 20, 30].map((atS) => [atS, 0] as const);
const withSpoofed = (...spoofed: (readonly [number, number])[]) => [...OWN, ...spoofed].sort(([a], [b]) => a - b);

async function spoofedJump(): Promise<Outcome> {
  const spoofed = withSpoofed([0, 900_000], [0.2, 900_000], [0.4, 900_000]);
  const { dropped, wh } = published(spoofed);
  return {
    refusals: wh === BEGAN / 1000n ? dropped : ['stated as spoofed'],
    without: {
      succeeds: published(spoofed, { maxWhPerSlot: 2 ** 40 }).wh === BEGAN / 1000n + 900_000n,
      how: 'where a connection may carry anything, 900 kWh are stated more',
    },
  };
}

async function spoofedBetween(): Promise<Outcome> {
  const spoofed = withSpoofed([0, 90]);
  return {
    refusals: published(spoofed).wh === BEGAN / 1000n ? ['never confirmed'] : [],
    without: {
      succeeds: published(spoofed, { confirmations: 0 }).wh === BEGAN / 1000n + 90n,
      how: 'where each is believed at once, 90 Wh are stated more',
    },
  };
}

// ── The set-up page ──────────────────────────────────────────────────────────

const CODE = 'ABCD-EFGH-JKMN';

interface Answered {
  status: number;
  cookie: string;
  location: string;
  text: string;
}

/** One question to a page that was just served, as any program on the network may put it. */
type Ask = (path: string, headers?: Record<string, string>, form?: Record<string, string>) => Promise<Answered>;

async function atPage<T>(work: (ask: Ask, host: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'electra-attack-page-'));
  const quiet = { listPorts: () => [], isSynchronized: async () => true, say: () => {} };
  const page = await servePage({ config: join(folder, 'g.yaml'), folder, code: CODE, host: '127.0.0.1', port: 0, ...quiet });
  const host = `127.0.0.1:${page.port}`;
  const ask: Ask = (path, headers = {}, form) =>
    new Promise((resolve, reject) => {
      const type = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
      const asked = request(`http://${host}${path}`, { method: form ? 'POST' : 'GET', headers: { ...type, ...headers } }, (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () => {
          const cookie = answer.headers['set-cookie']?.[0].split(';')[0] ?? '';
          resolve({ status: answer.statusCode!, cookie, location: answer.headers.location ?? '', text });
        });
      });
      asked.on('error', reject);
      asked.end(form && new URLSearchParams(form).toString());
    });
  try {
    return await work(ask, host);
  } finally {
    await page.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The owner's session, and what its forms carry. */
async function ownerOf(ask: Ask, host: string) {
  const { cookie } = await ask('/', { origin: `http://${host}` }).then(() => ask('/sign-in', { origin: `http://${host}` }, { code: CODE }));
  const { text } = await ask('/port', { cookie });
  return { cookie, form: /name="form" value="([\w-]+)"/.exec(text)![1] };
}

const withoutCode = (): Promise<Outcome> =>
  atPage(async (ask, host) => {
    const stranger = await ask('/port');
    const { cookie } = await ownerOf(ask, host);
    const owner = await ask('/port', { cookie });
    return {
      refusals: stranger.status === 303 && stranger.location === '/' ? ['asked for the code'] : [],
      without: { succeeds: owner.status === 200, how: 'with the session of whoever typed the code' },
    };
  });

const guessing = (): Promise<Outcome> =>
  atPage(async (ask, host) => {
    const answers: number[] = [];
    for (let i = 0; i < 6; i++) answers.push((await ask('/sign-in', { origin: `http://${host}` }, { code: `AAAA-AAAA-AAA${i}` })).status);
    const right = await ask('/sign-in', { origin: `http://${host}` }, { code: CODE });
    const fresh = await atPage(async (other, own) => other('/sign-in', { origin: `http://${own}` }, { code: CODE }));
    return {
      refusals: right.cookie === '' ? ['has to wait'] : [],
      without: { succeeds: fresh.cookie !== '', how: `the right code after none that was wrong, instead of after ${answers.length}` },
    };
  });

const forged = (): Promise<Outcome> =>
  atPage(async (ask, host) => {
    const { cookie, form } = await ownerOf(ask, host);
    const press = (origin: string) => ask('/look', { cookie, origin }, { form, port: '/dev/none' });
    const [foreign, own] = [await press('http://evil.example'), await press(`http://${host}`)];
    return {
      refusals: foreign.status === 403 ? ['403'] : [],
      without: { succeeds: own.status === 303, how: 'the same form and session, of the page’s own origin' },
    };
  });

const rebound = (): Promise<Outcome> =>
  atPage(async (ask, host) => {
    const { cookie } = await ownerOf(ask, host);
    const [foreign, own] = [await ask('/port', { cookie, host: 'rebound.example' }), await ask('/port', { cookie, host })];
    return {
      refusals: foreign.status === 403 ? ['403'] : [],
      without: { succeeds: own.status === 200, how: 'the same question by the device’s address' },
    };
  });

const attack = (name: string, does: string, refusedBy: string, run: () => Promise<Outcome>): Attack => ({
  ...{ name, group, does, run },
  by: 'network',
  refusedBy: [refusedBy],
});

export const gatewayAttacks: readonly Attack[] = [
  attack('enciphered-telegram-said-again', 'records an enciphered telegram and says it again on the wire', 'replayed', enciphered),
  attack('old-telegram-held-still', 'says the telegram of before on and on, in the meter’s place', 'late', heldStill),
  attack('publisher-who-jumps', 'publishes 900 kWh more on the reader’s topic, three times on end', 'implausible', spoofedJump),
  attack('publisher-between', 'publishes what could have flowed, between the reader’s own payloads', 'never confirmed', spoofedBetween),
  attack('set-up-page-without-the-code', 'opens the set-up page’s steps without the code', 'asked for the code', withoutCode),
  attack('set-up-code-guessed', 'tries one code after the other', 'has to wait', guessing),
  attack('form-from-another-page', 'has the owner’s browser send a form from a page of its own', '403', forged),
  attack('name-that-leads-to-the-device', 'leads a name of its own to the device’s address, in the owner’s browser', '403', rebound),
];

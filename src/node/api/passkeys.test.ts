/**
 * Passkeys by a device that says what no browser would: each part of an answer counts. What browsers and pages do of it:
 * web/test/passkey.test.ts.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { type Oddity, PasskeyDevice } from '../../../test/kit/api/passkey-device.ts';
import { type Person, people } from '../../../test/kit/api/people.ts';
import type { Sql } from '../db/index.ts';
import { connect } from '../db/index.ts';
import { makeInvite, withdrawInvites } from './invites.ts';
import { LIMITS } from './limits.ts';
import { publicOrigin } from './passkeys/origin.ts';

const ORIGIN = 'http://localhost:4000';
let api: TestApi;
let owner: Sql;
let inviter: Sql;
beforeAll(async () => {
  api = await startTestApi({ origin: ORIGIN });
  owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
  inviter = connect({ url: api.db.urls.inviter, max: 1, application: 'test' });
});
afterAll(async () => {
  await Promise.all([owner?.end(), inviter?.end()]);
  await api?.stop();
});

const ADD = 'mutation ($answer: String!, $invite: String) { addPasskey(answer: $answer, name: "phone", invite: $invite) { address } }';
const SIGN_IN = 'mutation ($answer: String!) { signInByPasskey(answer: $answer) { address } }';
/** Some seconds later, so that no test spends the tries of another. */
async function ask(who: Person | null, query: string, variables: Record<string, unknown> = {}) {
  api.later(2_000);
  const { data, errors } = await api.ask(who, query, variables);
  return { data, said: errors[0]?.message ?? '' };
}
const newOptions = async (who: Person | null, invite?: string): Promise<string> => {
  const { data, said } = await ask(who, 'mutation ($invite: String) { requestNewPasskey(invite: $invite) { options } }', { invite });
  return data?.requestNewPasskey?.options ?? said;
};
const useOptions = async (): Promise<string> => (await ask(null, 'mutation { requestPasskey { options } }')).data.requestPasskey.options;

const add = async (who: Person | null, answer: string, invite?: string): Promise<string> => {
  const { data, said } = await ask(who, ADD, { answer, invite });
  return data?.addPasskey?.address ?? said;
};
const signIn = async (answer: string): Promise<string> => {
  const { data, said } = await ask(null, SIGN_IN, { answer });
  return data?.signInByPasskey?.address ?? said;
};
const added = async (who: Person): Promise<PasskeyDevice> => {
  const device = new PasskeyDevice(ORIGIN);
  expect(await add(who, device.make(await newOptions(who)))).toBe(people[who].address);
  return device;
};
const NOT_HELD = "the passkey's answer does not hold";

/** Another challenge in the place of the one that was asked for. */
const challenged = (options: string, by: string): string =>
  JSON.stringify({ ...JSON.parse(options), challenge: (JSON.parse(by) as { challenge: string }).challenge });
/** A byte of it is another. */
function forged(options: string, at: number): string {
  const { challenge } = JSON.parse(options) as { challenge: string };
  const bytes = Buffer.from(challenge, 'base64url');
  bytes[(at + bytes.length) % bytes.length] ^= 1;
  return JSON.stringify({ challenge: bytes.toString('base64url') });
}
const odd: [string, Oddity][] = [
  ['from a page of another origin', { origin: 'https://grid.example' }],
  ['from another port', { origin: 'http://localhost:4001' }],
  ['for another host', { host: 'grid.example' }],
  ['of a person that was not recognised', { verified: false }],
  ['to another question', { type: 'webauthn.other' }],
];

describe('a passkey is made', () => {
  test('in a session, and signs in from then on, as often as it counts on', async () => {
    const device = await added('alice');
    expect(await signIn(device.use(await useOptions()))).toBe(people.alice.address);
    expect(await signIn(device.use(await useOptions()))).toBe(people.alice.address);
  });
  test.each(odd)('by no answer %s', async (_, how) => {
    expect(await add('alice', new PasskeyDevice(ORIGIN).make(await newOptions('alice'), how))).toBe(NOT_HELD);
  });
  test('by no challenge but one of this service, for this address, for that, still good and unused', async () => {
    const device = new PasskeyDevice(ORIGIN);
    const options = await newOptions('alice');
    for (const at of [0, 27, -1]) expect(await add('alice', device.make(forged(options, at)))).toBe(NOT_HELD);
    expect(await add('alice', device.make(challenged(options, await newOptions('bob'))))).toBe(NOT_HELD);
    expect(await add('alice', device.make(challenged(options, await useOptions())))).toBe(NOT_HELD);
    const old = await newOptions('alice');
    api.later(LIMITS.challengeLifeMs);
    expect(await add('alice', device.make(old))).toContain('has expired');
    const once = await newOptions('alice');
    expect(await add('alice', device.make(once))).toBe(people.alice.address);
    expect(await add('alice', new PasskeyDevice(ORIGIN).make(once))).toContain('was used before');
  });
  test('once: one that is somebody’s is nobody else’s', async () => {
    const device = await added('alice');
    expect(await add('bob', device.make(await newOptions('bob')))).toContain('a passkey that is not added yet');
    const { code } = await makeInvite(inviter, people.bob.address);
    expect(await add(null, device.make(await newOptions(null, code)), code)).toContain('a passkey that is not added yet');
  });
  test('by nothing that is no answer, or a long one', async () => {
    const long = JSON.stringify({ ...JSON.parse(new PasskeyDevice(ORIGIN).make(await newOptions('alice'))), more: 'x'.repeat(16_384) });
    for (const text of ['', '{', 'null', '{"id":"x"}', long]) expect(await add('alice', text)).toContain('the JSON that a browser answers');
  });
  test('so many times for an address', async () => {
    await owner`insert into access.credential (address, webauthn_id, public_key, sign_count, name, by_invite)
      select ${people.bob.address}, decode(lpad(to_hex(n), 32, '0'), 'hex'), '\\x01', 0, 'x', false
      from generate_series(1, ${LIMITS.passkeysPerAddress}) n`;
    const refused = await add('bob', new PasskeyDevice(ORIGIN).make(await newOptions('bob')));
    await owner`delete from access.credential where address = ${people.bob.address}`;
    expect(refused).toContain(`at most ${LIMITS.passkeysPerAddress} passkeys`);
  });
});

describe('a passkey signs in', () => {
  test.each(odd)('by no answer %s', async (_, how) => {
    const device = await added('alice');
    expect(await signIn(device.use(await useOptions(), how))).toBe(NOT_HELD);
    expect(await signIn(device.use(await useOptions()))).toBe(people.alice.address);
  });
  test('by no signature of another, nor under a name that is nobody’s', async () => {
    const [device, other] = [await added('alice'), new PasskeyDevice(ORIGIN)];
    expect(await signIn(device.use(await useOptions(), { signedBy: other }))).toBe(NOT_HELD);
    expect(await signIn(other.use(await useOptions()))).toContain('not known here');
  });
  test('by no challenge but one of this service, for signing in, still good and unused', async () => {
    const device = await added('alice');
    const options = await useOptions();
    for (const at of [0, 27, -1]) expect(await signIn(device.use(forged(options, at)))).toBe(NOT_HELD);
    expect(await signIn(device.use(challenged(options, await newOptions('alice'))))).toBe(NOT_HELD);
    const old = await useOptions();
    api.later(LIMITS.challengeLifeMs);
    expect(await signIn(device.use(old))).toContain('has expired');
    const once = await useOptions();
    expect(await signIn(device.use(once))).toBe(people.alice.address);
    expect(await signIn(device.use(once))).toContain('was used before');
  });
  test('not where it counts no further: there is a copy of it; one that never counts does', async () => {
    const device = await added('alice');
    expect(await signIn(device.use(await useOptions(), { count: 7 }))).toBe(people.alice.address);
    for (const count of [7, 6, 0]) expect(await signIn(device.use(await useOptions(), { count }))).toBe(NOT_HELD);
    const still = new PasskeyDevice(ORIGIN);
    expect(await add('alice', still.make(await newOptions('alice'), { count: 0 }))).toBe(people.alice.address);
    for (const count of [0, 0]) expect(await signIn(still.use(await useOptions(), { count }))).toBe(people.alice.address);
  });
  test('and its count goes up in the database alone where two use it at once', async () => {
    const [{ id }] = await owner<{ id: string }[]>`
      insert into access.credential (address, webauthn_id, public_key, sign_count, name, by_invite)
      values (${people.alice.address}, '\\x5eed', '\\x01', 5, 'x', false) returning id`;
    const counted = async (to: number) => (await owner`select access.use_passkey(${id}::uuid, ${to}) as used`)[0].used;
    const tries = [6, 6, 5, 0, 7];
    const used: boolean[] = [];
    for (const to of tries) used.push(await counted(to));
    expect(used).toEqual([true, false, false, false, true]);
  });
});

describe('an invitation that was good when it was opened', () => {
  const invited = async () => {
    const { code } = await makeInvite(inviter, people.bob.address);
    return { code, answer: new PasskeyDevice(ORIGIN).make(await newOptions(null, code)) };
  };
  test('gives its passkey, and signs in', async () => {
    const { code, answer } = await invited();
    expect(await add(null, answer, code)).toBe(people.bob.address);
  });
  test.each<[string, (hash: Buffer) => Promise<unknown>]>([
    ['withdrawn', () => withdrawInvites(inviter, people.bob.address)],
    ['too old', (hash) => owner`update access.invite set expires_at = now() where code_hash = ${hash}`],
    ['used', (hash) => owner`update access.invite set used_at = now() where code_hash = ${hash}`],
  ])('gives none once it is %s', async (_, meanwhile) => {
    const { code, answer } = await invited();
    const hash = createHash('sha256').update(Buffer.from(code, 'base64url')).digest();
    await meanwhile(hash);
    expect(await add(null, answer, code)).toContain('this invitation is unknown, used already, withdrawn, or too old');
    const redeemed = await owner`select * from access.redeem(${hash}, '\\x77', '\\x01', 0, 'x')`; // also where the API asked too early
    expect(redeemed).toHaveLength(0);
  });
});

describe('where the pages are', () => {
  test.each([
    ['https://grid.example', 'https://grid.example', 'grid.example'],
    ['https://grid.example/', 'https://grid.example', 'grid.example'],
    ['https://grid.example:8443', 'https://grid.example:8443', 'grid.example'],
    ['http://localhost:4000', 'http://localhost:4000', 'localhost'],
  ])('%s', (text, origin, host) => expect(publicOrigin(text)).toEqual({ origin, host }));
  test.each([
    ['grid.example', 'without a path'],
    ['https://grid.example/pages', 'without a path'],
    ['https://GRID.example', 'without a path'],
    ['https://192.0.2.7', 'no passkey to an address'],
    ['https://[2001:db8::1]', 'no passkey to an address'],
    ['http://127.0.0.1:4000', 'no passkey to an address'],
    ['http://grid.example', 'https://'],
  ])('is not %s', (text, said) => expect(() => publicOrigin(text)).toThrow(said));
});

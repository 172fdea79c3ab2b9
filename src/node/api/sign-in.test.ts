import { Secp256k1Wallet, serializeSignDoc } from '@cosmjs/amino';
import { fromBase64, toBase64 } from '@cosmjs/encoding';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHAIN_ID } from '../../../test/kit/api/community.ts';
import type { Answer, TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi, superUrlOf } from '../../../test/kit/api/harness.ts';
import type { Wallet } from '../../../test/kit/api/people.ts';
import { people, walletOf } from '../../../test/kit/api/people.ts';
import { connect } from '../db/index.ts';
import { signatureFault, signDocOf, signText } from './adr36.ts';
import { makeChallenge, readChallenge } from './challenge.ts';
import { signInWithKey } from './client.ts';
import { LIMITS } from './limits.ts';

const { alice, bob, operator, auditor, stranger } = people;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

let client = 0;
/** Each call is another client, so that the limit does not interfere. */
async function send(query: string, variables: Record<string, unknown>, from = `client-${client++}`): Promise<Answer> {
  const response = await api.fetch(
    '/graphql',
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) },
    from,
  );
  const text = await response.text();
  const { data = null, errors = [] } = JSON.parse(text) as Partial<Answer>;
  return { status: response.status, data, errors, text };
}
const challengeFor = async (address: string): Promise<string> =>
  (await send('mutation ($a: String!) { requestChallenge(address: $a) { text expiresAt } }', { a: address })).data.requestChallenge.text;

interface Attempt {
  address: string;
  pubKey: string;
  signature: string;
  challenge: string;
}
const attempt = ({ privKey, address }: Wallet, challenge: string): Attempt => {
  const { publicKey, signature } = signText({ address, privateKey: privKey, text: challenge });
  return { address, pubKey: toBase64(publicKey), signature: toBase64(signature), challenge };
};
const signIn = (input: Attempt): Promise<Answer> =>
  send(
    `mutation ($address: String!, $pubKey: String!, $signature: String!, $challenge: String!) {
      signIn(address: $address, pubKey: $pubKey, signature: $signature, challenge: $challenge) { token address roles expiresAt } }`,
    { ...input },
  );

/** By the database's clock, which is what ends a session. */
async function hoursUntil(time: string): Promise<number> {
  const sql = connect({ url: superUrlOf(api.db), max: 1, application: 'test' });
  try {
    const [{ hours }] = await sql<{ hours: number }[]>`select extract(epoch from ${time}::timestamptz - now())::float8 / 3600 as hours`;
    return hours;
  } finally {
    await sql.end();
  }
}

describe('signing in', () => {
  test.each([
    ['member', alice, ['MEMBER']],
    ['auditor', auditor, ['AUDITOR']],
    ['operator', operator, ['OPERATOR']],
  ] as const)('with the wallet of a %s', async (_name, wallet, roles) => {
    const { data } = await signIn(attempt(wallet, await challengeFor(wallet.address)));
    expect(data.signIn).toMatchObject({ address: wallet.address, roles });
    expect(Buffer.from(data.signIn.token, 'base64url')).toHaveLength(32);
    const hours = await hoursUntil(data.signIn.expiresAt);
    expect(hours).toBeGreaterThan(11.9);
    expect(hours).toBeLessThanOrEqual(12);
  });
  test('a wallet program signs the same document (ADR-36)', async () => {
    const text = await challengeFor(bob.address);
    const wallet = await Secp256k1Wallet.fromKey(bob.privKey, 'electra');
    const { signature } = await wallet.signAmino(bob.address, signDocOf(bob.address, text));
    const { data } = await signIn({
      address: bob.address,
      pubKey: signature.pub_key.value,
      signature: signature.signature,
      challenge: text,
    });
    expect(data.signIn.roles).toEqual(['MEMBER']);
  });
  test.each(['', 'Grüße, ©, 電気', '"quoted" and \\ back', "<b> & 'c' > \u2028 \n\t", '𝕖'])(
    'whatever a text holds, as a wallet signs it: %j',
    async (text) => {
      const wallet = await Secp256k1Wallet.fromKey(bob.privKey, 'electra');
      const { signature } = await wallet.signAmino(bob.address, signDocOf(bob.address, text));
      const proof = { publicKey: Buffer.from(signature.pub_key.value, 'base64'), signature: Buffer.from(signature.signature, 'base64') };
      expect(signatureFault({ address: bob.address, text, ...proof })).toBeNull();
      expect(signatureFault({ address: bob.address, text: `${text} `, ...proof })).toBe('signature');
    },
  );
  test('the document is the one of ADR-36, byte for byte', () => {
    expect(new TextDecoder().decode(serializeSignDoc(signDocOf('electra1abc', 'Hi & <b>')))).toBe(
      '{"account_number":"0","chain_id":"","fee":{"amount":[],"gas":"0"},"memo":"",' +
        '"msgs":[{"type":"sign/MsgSignData","value":{"data":"SGkgJiA8Yj4=","signer":"electra1abc"}}],"sequence":"0"}',
    );
  });
  test('the text says what it is for, in words', async () => {
    const text = await challengeFor(alice.address);
    for (const part of [
      'Sign in to Electra',
      'moves no money',
      'Service: electra',
      `Chain: ${CHAIN_ID}`,
      `Address: ${alice.address}`,
      'Nonce: ',
      'Expires: ',
    ])
      expect(text).toContain(part);
    expect(await challengeFor(alice.address)).not.toBe(text);
  });
  test('the helper does it in one call', async () => {
    const session = await signInWithKey({ fetch: (url, init) => api.fetch(new URL(url).pathname, init, 'helper'), privKey: alice.privKey });
    expect(session).toMatchObject({ address: alice.address, roles: ['MEMBER'] });
  });
  test('only the hash of a token is kept, and no token or signature is logged', async () => {
    const input = attempt(alice, await challengeFor(alice.address));
    const { token } = (await signIn(input)).data.signIn;
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    const rows = await owner`select encode(token_hash, 'hex') as h, s::text as row from access.session s`;
    await owner.end();
    const { createHash } = await import('node:crypto');
    const raw = Buffer.from(token, 'base64url');
    expect(rows.map((row) => row.h)).toContain(createHash('sha256').update(raw).digest('hex'));
    for (const secret of [token, raw.toString('hex')]) expect(rows.some((row) => row.row.includes(secret))).toBe(false);
    for (const secret of [token, input.signature]) expect(api.logged.join('')).not.toContain(secret);
  });
});

describe('is refused', () => {
  const refused = (answer: Answer, code: string, part: string) => {
    expect(answer.data?.signIn ?? null).toBeNull();
    expect(answer.errors[0]).toMatchObject({ message: expect.stringContaining(part), extensions: { code } });
  };
  test('a challenge used a second time', async () => {
    const input = attempt(alice, await challengeFor(alice.address));
    expect((await signIn(input)).errors).toEqual([]);
    refused(await signIn(input), 'UNAUTHENTICATED', 'used before');
  });
  test('a challenge used twice at once: one of many wins', async () => {
    const input = attempt(alice, await challengeFor(alice.address));
    const answers = await Promise.all(Array.from({ length: 8 }, () => signIn(input)));
    expect(answers.filter((answer) => answer.errors.length === 0)).toHaveLength(1);
  });
  test('the same challenge signed anew: it is the nonce that counts, not the signature', async () => {
    const challenge = await challengeFor(alice.address);
    await signIn(attempt(alice, challenge));
    const digest = Buffer.from('x');
    const { publicKey } = signText({ address: alice.address, privateKey: alice.privKey, text: challenge });
    const { sha256 } = await import('@noble/hashes/sha2.js');
    const other = secp256k1.sign(sha256(serializeSignDoc(signDocOf(alice.address, challenge))), alice.privKey, {
      prehash: false,
      lowS: true,
      extraEntropy: Buffer.concat([digest, Buffer.alloc(31)]),
    });
    refused(
      await signIn({ address: alice.address, pubKey: toBase64(publicKey), signature: toBase64(other), challenge }),
      'UNAUTHENTICATED',
      'used before',
    );
  });
  test("another key's signature", async () => {
    const challenge = await challengeFor(alice.address);
    refused(await signIn({ ...attempt({ ...bob, address: alice.address }, challenge) }), 'UNAUTHENTICATED', 'does not belong');
    const own = attempt(alice, challenge);
    refused(
      await signIn({ ...own, signature: attempt({ ...bob, address: alice.address }, challenge).signature }),
      'UNAUTHENTICATED',
      'does not hold',
    );
    expect((await signIn(own)).errors, 'failed attempts do not use up the challenge').toEqual([]);
  });
  test("another address's challenge", async () => {
    const challenge = await challengeFor(alice.address);
    refused(await signIn(attempt(bob, challenge)), 'UNAUTHENTICATED', 'not one of this service');
  });
  test("another chain's, another service's and a forged challenge", async () => {
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    const [{ challenge_key: key }] = await owner`select challenge_key from access.setting`;
    await owner.end();
    const scope = { address: alice.address, service: 'electra', chainId: CHAIN_ID };
    const ours = makeChallenge(key, scope, Date.now()).text;
    for (const [text, name] of [
      [makeChallenge(key, { ...scope, chainId: 'electra-test-ffffffff' }, Date.now()).text, 'chain'],
      [makeChallenge(key, { ...scope, service: 'grid.example' }, Date.now()).text, 'service'],
      [makeChallenge(Buffer.alloc(32, 1), scope, Date.now()).text, 'key'],
      [ours.replace('moves no money', 'moves all money'), 'words'],
      [`${ours}\n`, 'a newline more'],
      [`x${ours}`, 'a letter more'],
      ['hello', 'no challenge'],
      ['', 'nothing'],
    ] as const)
      refused(await signIn(attempt(alice, text)), 'UNAUTHENTICATED', name === 'chain' ? 'chain' : 'not one of this service');
    expect((await signIn(attempt(alice, ours))).errors, 'the genuine one is accepted').toEqual([]);
  });
  test('a high s, though it is a signature mathematically', async () => {
    const challenge = await challengeFor(alice.address);
    const input = attempt(alice, challenge);
    const bytes = fromBase64(input.signature);
    const high = secp256k1.Point.Fn.ORDER - BigInt(`0x${Buffer.from(bytes.slice(32)).toString('hex')}`);
    const malleated = toBase64(Buffer.concat([bytes.slice(0, 32), Buffer.from(high.toString(16).padStart(64, '0'), 'hex')]));
    refused(await signIn({ ...input, signature: malleated }), 'UNAUTHENTICATED', 'does not hold');
    expect((await signIn(input)).errors).toEqual([]);
  });
  test('a challenge of five minutes ago', async () => {
    const wallet = walletOf('alice');
    const input = attempt(wallet, await challengeFor(wallet.address));
    api.later(LIMITS.challengeLifeMs - 2_000);
    const close = attempt(wallet, input.challenge);
    api.later(2_001);
    refused(await signIn(close), 'UNAUTHENTICATED', 'expired');
    api.later(-LIMITS.challengeLifeMs - 1);
    expect((await signIn(close)).errors).toEqual([]);
  });
  test('a wallet that is nobody here, however well it signs; it leaves no trace in the database', async () => {
    refused(await signIn(attempt(stranger, await challengeFor(stranger.address))), 'FORBIDDEN', 'no member');
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    expect(await owner`select 1 from access.nonce where address = ${stranger.address}`).toHaveLength(0);
    await owner.end();
  });
  test.each([
    ['pubKey', 'AAAA'],
    ['pubKey', 'not base64!'],
    ['pubKey', toBase64(Buffer.alloc(33, 1))],
    ['pubKey', toBase64(secp256k1.getPublicKey(alice.privKey, false))],
    ['pubKey', ''],
    ['signature', 'AAAA'],
    ['signature', ''],
    ['signature', `${toBase64(Buffer.alloc(64, 1)).slice(0, -1)} `],
    ['signature', toBase64(Buffer.alloc(65, 1))],
    ['address', 'cosmos1zg69v7ys40x77y352eufp27daufrg4nckx5hjn'],
    ['address', alice.address.toUpperCase()],
    ['address', ''],
    ['address', `${alice.address}x`],
    ['address', "electra1' or '1'='1"],
  ])('%s "%s", naming the field', async (field, value) => {
    const answer = await signIn({ ...attempt(alice, await challengeFor(alice.address)), [field]: value });
    expect(answer.errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field } });
  });
  test.each([
    ['zeros', Buffer.alloc(64)],
    ['the order of the curve', Buffer.from(secp256k1.Point.Fn.ORDER.toString(16).repeat(2), 'hex')],
    ['all bits', Buffer.alloc(64, 255)],
  ])('a signature of %s', async (_name, bytes) => {
    refused(
      await signIn({ ...attempt(alice, await challengeFor(alice.address)), signature: toBase64(bytes) }),
      'UNAUTHENTICATED',
      'does not hold',
    );
  });
  test('an address that is none, when asking for a challenge', async () => {
    const { errors } = await send('mutation { requestChallenge(address: "electra1nobody") { text } }', {});
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field: 'address' } });
  });
});

describe('sessions', () => {
  const who = '{ viewer { address roles expiresAt } }';
  const as = async (authorization: string) => {
    const response = await api.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: who }),
    });
    return { status: response.status, body: (await response.json()) as Answer };
  };
  const newToken = async (wallet: Wallet): Promise<string> =>
    (await signIn(attempt(wallet, await challengeFor(wallet.address)))).data.signIn.token;
  const signOut = (token: string, everywhere: boolean) =>
    api
      .fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: `mutation { signOut(everywhere: ${everywhere}) }` }),
      })
      .then((response) => response.json() as Promise<Answer>);

  test('a token is who signed in', async () => {
    expect((await as(`Bearer ${await newToken(bob)}`)).body.data.viewer).toMatchObject({ address: bob.address, roles: ['MEMBER'] });
  });
  test.each([
    'Bearer',
    'Bearer x',
    'Basic YTpi',
    `Bearer ${'A'.repeat(43)}`,
    `Bearer ${'A'.repeat(42)}B`,
    `Bearer ${'A'.repeat(5000)}`,
    "Bearer ' or 1=1 --",
  ])('"%.30s" is nobody, and the request is refused as a whole', async (authorization) => {
    const { status, body } = await as(authorization);
    expect([status, body.errors[0].extensions?.code, body.data ?? null]).toEqual([401, 'UNAUTHENTICATED', null]);
  });
  test('signing out ends this session and leaves the others', async () => {
    const [one, two] = [await newToken(bob), await newToken(bob)];
    expect((await signOut(one, false)).data.signOut).toBe(1);
    expect((await as(`Bearer ${one}`)).status).toBe(401);
    expect((await as(`Bearer ${two}`)).status).toBe(200);
    expect((await signOut(two, true)).data.signOut).toBeGreaterThanOrEqual(1);
    expect((await as(`Bearer ${two}`)).status).toBe(401);
  });
  test('signing out without being signed in is refused', async () => {
    expect((await send('mutation { signOut }', {})).errors[0]).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });
  test('a session ends by itself', async () => {
    const token = await newToken(auditor);
    const owner = connect({ url: superUrlOf(api.db), max: 1, application: 'test' });
    await owner`update access.session set expires_at = now() where address = ${auditor.address}`;
    await owner.end();
    expect((await as(`Bearer ${token}`)).status).toBe(401);
  });
  test('of many sessions of one address the oldest end', async () => {
    const first = await newToken(operator);
    for (let i = 0; i < LIMITS.sessionsPerAddress; i++) await newToken(operator);
    expect((await as(`Bearer ${first}`)).status).toBe(401);
  });
  test('a role taken away is gone at once', async () => {
    const token = await newToken(auditor);
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    await owner`delete from access.auditor where address = ${auditor.address}`;
    expect((await as(`Bearer ${token}`)).body.data.viewer.roles).toEqual([]);
    await owner`insert into access.auditor (address) values (${auditor.address})`;
    await owner.end();
    expect((await as(`Bearer ${token}`)).body.data.viewer.roles).toEqual(['AUDITOR']);
  });
});

describe('limits', () => {
  beforeAll(() => api.freeze());
  test('challenges and sign-ins are limited per client, and the others go on', async () => {
    const ask = (from: string) => send('mutation ($a: String!) { requestChallenge(address: $a) { text } }', { a: alice.address }, from);
    for (let i = 0; i < LIMITS.signIn.burst; i++) expect((await ask('flood')).errors).toEqual([]);
    const refused = await ask('flood');
    expect([refused.status, refused.errors[0]]).toMatchObject([429, { extensions: { code: 'RATE_LIMITED' } }]);
    expect((await ask('somebody else')).errors).toEqual([]);
    api.later(60_000);
    expect((await ask('flood')).errors).toEqual([]);
  });
  test('aliases in one document count one by one', async () => {
    const fields = Array.from({ length: 15 }, (_, i) => `a${i}: requestChallenge(address: "${alice.address}") { expiresAt }`).join(' ');
    for (let used = 0; used + 15 <= LIMITS.signIn.burst; used += 15)
      expect((await send(`mutation { ${fields} }`, {}, 'aliases')).errors).toEqual([]);
    expect((await send(`mutation { ${fields} }`, {}, 'aliases')).errors.some((error) => error.extensions?.code === 'RATE_LIMITED')).toBe(
      true,
    );
  });
});

describe('signatures, by property', () => {
  const wallet = walletOf('property');
  test('what a key signs holds; any other text, address or altered byte does not', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 80 }),
        fc.string({ maxLength: 80 }),
        fc.nat(63),
        fc.integer({ min: 1, max: 255 }),
        (text, other, at, flip) => {
          const { publicKey, signature } = signText({ address: wallet.address, privateKey: wallet.privKey, text });
          expect(signatureFault({ address: wallet.address, publicKey, signature, text })).toBeNull();
          if (text.toWellFormed() !== other.toWellFormed())
            expect(signatureFault({ address: wallet.address, publicKey, signature, text: other })).toBe('signature');
          const altered = Uint8Array.from(signature);
          altered[at] ^= flip;
          expect(signatureFault({ address: wallet.address, publicKey, signature: altered, text })).toBe('signature');
          expect(signatureFault({ address: alice.address, publicKey, signature, text })).toBe('address');
        },
      ),
      { numRuns: 25 },
    );
  });
  test('a challenge is read back as it was made, and by nobody else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.integer({ min: 0, max: 4e12 }), fc.nat(400), (key, nowMs, at) => {
        const scope = { address: alice.address, service: 'electra', chainId: CHAIN_ID };
        const { text } = makeChallenge(key, scope, nowMs);
        expect(readChallenge(key, scope, text, nowMs)).toMatchObject({ expiresAt: new Date(nowMs + LIMITS.challengeLifeMs) });
        const i = at % text.length;
        const altered = `${text.slice(0, i)}${text[i] === 'a' ? 'b' : 'a'}${text.slice(i + 1)}`;
        expect(readChallenge(key, scope, altered, nowMs)).toBe('not-ours');
      }),
      { numRuns: 60 },
    );
  });
});

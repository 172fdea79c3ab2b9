/** Invitations, and the role that makes them. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INVITE_CODE } from '../../../test/kit/api/community.ts';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { people } from '../../../test/kit/api/people.ts';
import type { Sql } from '../db/index.ts';
import { connect } from '../db/index.ts';
import { knownInvites, makeInvite, withdrawInvites } from './invites.ts';

let api: TestApi;
let inviter: Sql;
let asApi: Sql;
beforeAll(async () => {
  api = await startTestApi({ origin: 'http://localhost:4000' });
  inviter = connect({ url: api.db.urls.inviter, max: 1, application: 'test' });
  asApi = connect({ url: api.db.urls.api, max: 1, application: 'test' });
});
afterAll(async () => {
  await Promise.all([inviter.end(), asApi.end()]);
  await api.stop();
});

const OPEN = 'mutation ($code: String!) { openInvite(code: $code) { address } }';
const opened = async (code: string) => {
  const { data, errors } = await api.ask(null, OPEN, { code });
  return data?.openInvite?.address ?? errors[0].extensions?.code;
};
const hash = (code: string) => createHash('sha256').update(Buffer.from(code, 'base64url')).digest();

describe('an invitation', () => {
  test('names its address to whoever holds the code, and a code that is none names nobody', async () => {
    const { code } = await makeInvite(inviter, people.bob.address);
    expect(await opened(code)).toBe(people.bob.address);
    expect(await opened(Buffer.alloc(16, 1).toString('base64url'))).toBe('NOT_FOUND');
    expect(await opened('short')).toBe('NOT_FOUND');
  });
  test('is withdrawn by the next one of its address, or by hand, and the operator sees what became of it', async () => {
    const first = await makeInvite(inviter, people.bob.address);
    const second = await makeInvite(inviter, people.bob.address);
    expect(await opened(first.code)).toBe('NOT_FOUND');
    expect(await opened(second.code)).toBe(people.bob.address);
    expect(await withdrawInvites(inviter, people.bob.address)).toBe(1);
    expect(await opened(second.code)).toBe('NOT_FOUND');
    expect(await opened(INVITE_CODE)).toBe(people.alice.address);
    const { data } = await api.ask('operator', '{ operation { invites(first: 1) { edges { node { address usedAt withdrawnAt } } } } }');
    expect(data.operation.invites.edges[0].node).toMatchObject({
      address: people.bob.address,
      usedAt: null,
      withdrawnAt: expect.any(String),
    });
    expect((await knownInvites(inviter))[0].withdrawnAt).toBeInstanceOf(Date);
  });
  test('is too old after fourteen days', async () => {
    const { code, expiresAt } = await makeInvite(inviter, people.bob.address);
    expect(Math.round((expiresAt.getTime() - Date.now()) / 86_400_000)).toBe(14);
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    await owner`update access.invite set expires_at = now() where code_hash = ${hash(code)}`;
    await owner.end();
    expect(await opened(code)).toBe('NOT_FOUND');
  });
  test('gives a passkey once', async () => {
    const { code } = await makeInvite(inviter, people.bob.address);
    const redeem = (id: number) =>
      asApi`select address from access.redeem(${hash(code)}, ${Buffer.alloc(16, id)}, ${Buffer.alloc(77, 1)}, 0, 'phone')`;
    expect(await redeem(90)).toMatchObject([{ address: people.bob.address }]);
    expect(await redeem(91)).toHaveLength(0);
    expect(await opened(code)).toBe('NOT_FOUND');
  });
});

describe('the role that makes invitations', () => {
  test.each([
    'select code_hash from access.invite',
    'select * from access.credential',
    'select * from access.session',
    "insert into access.credential (address, webauthn_id, public_key, sign_count, name, by_invite) values ('a', '', '', 0, 'x', true)",
    'update access.invite set used_at = null',
    'delete from access.invite',
    'select * from books.member',
    'select access.passkey(null)',
  ])('may not: %s', async (statement) => {
    await expect(inviter.unsafe(statement)).rejects.toMatchObject({ code: '42501' });
  });
  test('is none of the API’s: its own role makes no invitation, and reads no code', async () => {
    for (const statement of [
      "insert into access.invite (code_hash, address, expires_at) values ('', 'a', now())",
      'update access.invite set expires_at = now()',
      'select code_hash from access.invite',
      'select public_key from access.credential',
      'update access.credential set sign_count = 0',
    ])
      await expect(asApi.unsafe(statement)).rejects.toMatchObject({ code: '42501' });
  });
});

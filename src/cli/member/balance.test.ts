/** `electra balance …` on a real API of a community that shares, as a member types it. */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountOf, BETWEEN, LAG_LIMIT_S, SharingApi, TREASURY } from '../../../test/kit/api/balances.ts';
import { people, type Wallet } from '../../../test/kit/api/people.ts';
import { electra, scratch } from '../../../test/kit/electra.ts';

const folder = scratch('balance');
const account = accountOf('alice');
const fileOf = (name: string, { privKey }: Wallet): string => {
  const file = join(folder.dir, name);
  writeFileSync(file, Buffer.from(privKey).toString('hex'), { mode: 0o600 });
  return file;
};
const wallet = fileOf('wallet', people.alice);
const accountFile = fileOf('account', account);
let sharing: SharingApi;
let server: Server;
let api: string;
beforeAll(async () => {
  sharing = await SharingApi.start();
  server = createServer((request, response) => void sharing.api.yoga(request, response, { client: '192.0.2.7' } as never));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 120_000);
afterAll(async () => {
  server?.close();
  await sharing?.stop();
  folder.remove();
});

const balance = (...args: string[]) => electra('balance', ...args, '--wallet-file', wallet, '--api', api);
const shown = async () => JSON.parse((await balance('--json')).out);

test('without --yes a link says what would be signed, and asks for nothing', async () => {
  const { code, err } = await balance('link', '--account-file', accountFile);
  expect(code).toBe(1);
  for (const part of [account.address, people.alice.address, BETWEEN.chainId, BETWEEN.mainChainId, 'It moves no money.'])
    expect(err).toContain(part);
  expect(await shown()).toMatchObject({ balanceNel: '0', accounts: [] });
});

test('with it the account is linked, once the node has judged it; the member’s own key is refused as an account', async () => {
  expect(await balance('link', '--account-file', wallet, '--yes')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/--account-file: /),
  });
  expect((await balance('link', '--account-file', accountFile, '--yes')).out).toContain(`asked  ${account.address}`);
  await sharing.moved(account.address, 25_000_000_000n);
  await sharing.follow();
  const { out } = await balance();
  for (const line of ['balance  25.000000000 ELECTRA', 'can be paid out now  20.000000000', `linked ${account.address}`, TREASURY])
    expect(out).toContain(line);
}, 180_000);

test('a payout is refused beyond the balance and with odd amounts, and says without --yes what it would be', async () => {
  for (const [amount, said] of [
    ['30', /<amount>: expected at most 20\.000000000/],
    ['15', /steps of 10/],
    ['1010', /up to 1000/],
    ['20', /--yes: expected, to pay 20\.000000000 ELECTRA out to electra1/],
  ] as const)
    expect(await balance('withdraw', amount)).toMatchObject({ code: 1, err: expect.stringMatching(said) });
  expect(await balance('withdraw', '10', '--account', TREASURY, '--yes')).toMatchObject({
    ...{ code: 1, err: expect.stringMatching(/--account: expected a linked one/) },
  });
  expect((await shown()).payouts).toEqual([]);
}, 180_000);

test('while it is not known which treasury is in force, nobody is sent to one, and nothing is signed for one', async () => {
  await sharing.behind(LAG_LIMIT_S + 60);
  const { code, out } = await balance();
  expect([code, out]).toEqual([0, expect.stringMatching(/^! top up: .* try again later$/m)]);
  expect(out).not.toContain(TREASURY);
  expect(out).toContain('balance  25.000000000 ELECTRA');
  expect(await balance('withdraw', '10', '--yes')).toMatchObject({ code: 1, err: expect.stringMatching(/--api: .* try again later/) });
  await sharing.behind(0);
  expect((await balance()).out).toMatch(/^compare that treasury and chain with what your operator says/m);
}, 180_000);

test('with --yes it is asked for once, however often it is typed, and no other beside it', async () => {
  const first = JSON.parse((await balance('withdraw', '20', '--yes', '--json')).out);
  expect(first).toEqual({ account: account.address, number: '1', amountNel: '20000000000', state: 'ASKED', why: null, paidHeight: null });
  await sharing.follow();
  expect((await balance('withdraw', '20', '--yes')).out).toMatch(/payout 1 to .*off the balance, to be paid/);
  expect(await balance('withdraw', '10', '--yes')).toMatchObject({ code: 1, err: expect.stringMatching(/one payout at a time/) });
  expect(await shown()).toMatchObject({ balanceNel: '5000000000', transitNel: '20000000000', payouts: [{ state: 'TAKEN' }] });
}, 180_000);

test('a payout names the block that paid it once the main chain shows that, and none before', async () => {
  expect((await balance()).out).not.toContain('by block');
  const height = await sharing.moved(account.address, 20_000_000_000n, 1n);
  await sharing.follow();
  expect((await balance()).out).toContain(`20.000000000: paid by block ${height} of the main chain\n`);
}, 180_000);

test('a session that a command opened is over with it', async () => {
  const { data } = await sharing.api.ask('alice', '{ viewer { sessions { id } } }');
  expect(data.viewer.sessions).toHaveLength(1); // the one that asks
});

test('a wallet that is no member’s is refused', async () => {
  const { code, err } = await electra('balance', '--wallet-file', fileOf('stranger', people.stranger), '--api', api);
  expect([code, err]).toEqual([1, expect.stringContaining('no member')]);
});

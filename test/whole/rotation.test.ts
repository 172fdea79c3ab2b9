/**
 * The operator's part handed on by command, on a real chain with the node's own processes: a next key is drawn, named on the chain and
 * waits; everybody who looks is told; when it is in force and adopted, the signer, the vault and the meters go on with it, and
 * a day is billed and audited under the new operator.
 */
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphql, signInWithKey } from '../../src/node/api/client.ts';
import { runApi } from '../../src/node/api/index.ts';
import { operatorKey } from '../../src/node/signer/index.ts';
import { genesisHashOf } from '../../src/node/signer/node-key.ts';
import { operatorAddress } from '../../src/node/vault/index.ts';
import { dayToDate, parseOperatorsFile } from '../../src/protocol/index.ts';
import { isSignedBy, nodeKeyDigest } from '../../src/protocol/meter/operator-signature.ts';
import { testAccount } from '../kit/chain.ts';
import { electra } from '../kit/electra.ts';
import { Grid } from '../kit/grid.ts';

const FIRST = 20_700;
const DAY_S = 86_400;
const LAST = 40;

let grid: Grid;
let api: { url: string };
const stop = new AbortController();
let before: string;
let next: string;
const cli = async (...args: string[]) => {
  const result = await electra(...args, '--json', '--data', grid.data.dir);
  return { ...result, json: result.out ? JSON.parse(result.out) : undefined };
};
const doctor = async () =>
  ((await cli('doctor')).json as { check: string; ok: boolean; detail: string }[]).find(({ check }) => check === 'operator')!;
const queued = async () => ((await (await fetch(`${api.url}/ready`)).json()) as { queuedRotation?: object }).queuedRotation;
const QUEUED = '{ service { queuedRotation { n dueAt vetoes address } } }';

beforeAll(async () => {
  grid = await Grid.start({
    rate: 4_800,
    firstDay: FIRST,
    lastDay: FIRST + LAST,
    lightMeters: 1,
    timeoutCommit: '200ms',
    params: { graceS: 43_200, graceBlocks: 2, anchorDueS: 400 * DAY_S, linkDueS: 800 * DAY_S, validatorDelayS: 4 * DAY_S },
  });
  const silent = pino({ level: 'silent' });
  api = await runApi({
    databaseUrl: grid.databaseUrls.api,
    host: '127.0.0.1',
    port: 0,
    service: 'test',
    development: false,
    signal: stop.signal,
    log: silent,
  });
  before = operatorAddress(grid.data.signer);
}, 120_000);
afterAll(async () => {
  stop.abort();
  await grid?.stop();
});

test('before, the operator of genesis is named, and nobody is to come', { timeout: 300_000 }, async () => {
  await grid.until('the index has begun', async () => (await doctor()).ok, 120_000);
  expect(await doctor()).toMatchObject({ ok: true, detail: `${before}, and nobody is to come after` });
  expect(await queued()).toBeUndefined();
  expect(await cli('operator', 'adopt')).toMatchObject({ code: 1, err: expect.stringContaining('electra operator new-key') });
  expect(await cli('operator', 'rotate')).toMatchObject({ code: 1, err: expect.stringContaining('--to: expected an address') });
});

test('the next key is drawn and named on the chain, and everybody who looks is told', { timeout: 300_000 }, async () => {
  const drawn = await cli('operator', 'new-key');
  expect(drawn, drawn.err).toMatchObject({ code: 0 });
  next = drawn.json.address;
  expect(next).not.toBe(before);
  const sent = await cli('operator', 'rotate');
  expect(sent, sent.err).toMatchObject({ code: 0, json: { n: 1, address: next } });
  expect((await cli('operator', 'show')).json).toMatchObject({
    operator: before,
    rotations: 0,
    queued: [{ n: 1, address: next, vetoedBy: [] }],
  });
  await grid.until('the index has it', async () => (await queued()) !== undefined, 120_000);
  expect(await queued()).toEqual({ n: 1, dueAt: expect.stringMatching(/^20\d\d-.*Z$/), vetoes: 0 });
  expect(await doctor()).toMatchObject({ ok: true, detail: expect.stringContaining(`rotation 1 to ${next} is queued until chain time`) });
  expect(await graphql({ url: api.url }, QUEUED)).toMatchObject({ service: { queuedRotation: { n: 1, address: null } } });
  const second = await cli('operator', 'rotate');
  expect([second.code, second.err]).toEqual([
    1,
    expect.stringMatching(/^electra: the chain refused it: a rotation waits for its time already/),
  ]);
  const early = await cli('operator', 'adopt');
  expect([early.code, early.err]).toEqual([1, expect.stringContaining('not yet')]);
});

test('when it is in force, doctor says to adopt it; then signer and vault go on with it by themselves', { timeout: 400_000 }, async () => {
  await grid.until('the rotation is in force', async () => (await cli('operator', 'show')).json.operator === next, 120_000);
  await grid.until('the index has it', async () => (await queued()) === undefined, 120_000);
  expect(await doctor()).toMatchObject({ ok: false, detail: expect.stringContaining('electra operator adopt') });
  const adopted = await cli('operator', 'adopt');
  expect(adopted, adopted.err).toMatchObject({ code: 0, json: { address: next } });
  expect([operatorAddress(grid.data.signer), (await doctor()).ok]).toEqual([next, true]);
  const { chainId, rpc, chain } = grid.chain;
  const genesisHash = await genesisHashOf(rpc);
  await grid.until(
    'the vault has published a key that the new operator signed',
    async () => {
      const { epoch, key, signature } = (await chain.nodeKeys()).at(-1)!;
      return isSignedBy(next, nodeKeyDigest({ chainId, genesisHash }, epoch, key), signature);
    },
    120_000,
  );
});

test('a later day is billed and anchored by the new operator, and a stranger’s audit of the days passes', {
  timeout: 400_000,
}, async () => {
  const n = (await grid.today()) - FIRST + 1;
  await grid.released(n);
  const files = await grid.bundle(n - 1, n);
  expect(parseOperatorsFile(files['operators.json']).rotations).toMatchObject([{ address: next }]);
  const verdict = await grid.judge(files);
  expect(verdict.checks.filter(({ status }) => status === 'failed' || status === 'unreadable')).toEqual([]);
  expect([0, 3, 4]).toContain(verdict.exitCode);
});

test('the API takes the new operator for the operator, and the old one for a stranger', { timeout: 180_000 }, async () => {
  const { signer: dir, signerPassphrase: passphraseFile } = grid.data;
  const { token, roles } = await signInWithKey({ url: api.url, privKey: await operatorKey({ dir, passphraseFile }) });
  expect(roles).toContain('OPERATOR');
  expect(await graphql({ url: api.url }, '{ operation { health { ready } } }', undefined, token)).toMatchObject({ operation: {} });
  await expect(signInWithKey({ url: api.url, privKey: grid.chain.operator.privateKey })).rejects.toThrow();
});

test('the new operator enrols a meter, and is told in one sentence that it is enrolled when it does so again', {
  timeout: 180_000,
}, async () => {
  const meter = testAccount();
  const firstDay = dayToDate((await grid.today()) + 30);
  const enrol = () =>
    cli('meter', 'enrol', meter.address, '--member', meter.address, '--name', 'a newcomer', '--first-day', firstDay, '--max-wh', '5000');
  const once = await enrol();
  expect(once, once.err).toMatchObject({ code: 0 });
  expect(await enrol()).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^electra: the chain refused it: <meter>: is enrolled already/),
  });
});

/** electra-prove as the prover's engine: killed, restarted, given up; and programs in its place that answer badly. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { keysFolder } from '../../../circuits/scripts/compile.ts';
import { realBills, realClearing } from '../../../circuits/testing/real-day.ts';
import type { Fault } from '../../../test/kit/proofs/bad-prover.ts';
import { badProver } from '../../../test/kit/proofs/bad-prover.ts';
import type { Engine } from './engine.ts';
import { isThere, PROVER_BINARY } from './engine.ts';
import { clearingInput, dayBillInput, dayBillPublic } from './inputs.ts';
import { NativeEngine } from './native-engine.ts';
import { createProver } from './prover.ts';
import { witnessCalculator } from './witness.ts';

const folder = mkdtempSync(join(tmpdir(), 'electra-native-'));
afterAll(() => rmSync(folder, { recursive: true }));

const signals = dayBillInput(realBills[0]);
const calculator = await witnessCalculator(readFileSync(join(keysFolder, 'day-bill.wasm')), 'day-bill');
const witness = (): Uint8Array => calculator.calculate(signals);
const none = (): Engine => {
  throw new Error('no fallback was expected');
};

test('electra-prove is built, and what proves by default', async () => {
  expect(isThere(PROVER_BINARY)).toBe(true);
  const prover = await createProver(keysFolder);
  expect(prover.engine).toBe('native');
  expect((await prover.dayBill(signals)).publicSignals).toEqual(dayBillPublic(realBills[0]));
  prover.close();
});

test('where it is not there, proofs are made in WebAssembly', async () => {
  expect(isThere(join(folder, 'nothing'))).toBe(false);
  expect((await createProver(keysFolder, { binary: null })).engine).toBe('wasm');
});

describe('of several statements together', () => {
  test('each has its proof or its failure, and a failure touches no other', async () => {
    const prover = await createProver(keysFolder);
    const results = await prover.proveAll([
      { circuit: 'day-bill', signals },
      { circuit: 'day-bill', signals: { ...signals, B: String(BigInt(signals.B as string) + 1n) } },
      { circuit: 'clearing', signals: clearingInput(realClearing) },
      { circuit: 'day-bill', signals: { ...signals, k: '0x1' } },
      { circuit: 'day-bill', signals: dayBillInput(realBills[1]) },
    ]);
    expect(results.map((r) => (r.status === 'rejected' ? r.reason.code : 'proven'))).toEqual([
      'proven',
      'unsatisfied',
      'proven',
      'bad-input',
      'proven',
    ]);
    prover.close();
  });
  test('there may be none', async () => {
    const prover = await createProver(keysFolder);
    expect(await prover.proveAll([])).toEqual([]);
    prover.close();
  });
});

describe('killed while it proves', () => {
  test('it fails what it was at, to be tried again, and the next proof starts it anew', async () => {
    const told: string[] = [];
    const engine = new NativeEngine({
      binary: PROVER_BINARY,
      keysDir: keysFolder,
      fallback: none,
      warn: (_, message) => told.push(message),
    });
    await engine.load('day-bill');
    const first = engine.pid!;
    const both = Promise.allSettled([engine.prove('day-bill', witness()), engine.prove('day-bill', witness())]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.kill(first, 'SIGKILL');
    for (const result of await both) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'prover-ended', retry: 'later' } });
    expect((await engine.prove('day-bill', witness())).a).toHaveLength(2);
    expect(engine.pid).not.toBe(first);
    expect([engine.kind, told]).toEqual(['native', ['electra-prove ended by itself (SIGKILL)']]);
    engine.close();
  });

  test('between two proofs it is simply started anew', async () => {
    const prover = await createProver(keysFolder, { binary: PROVER_BINARY });
    await prover.dayBill(signals);
    prover.close();
    expect((await prover.dayBill(signals)).publicSignals).toEqual(dayBillPublic(realBills[0]));
    prover.close();
  });
});

test('it ends when whom it works for is gone', async () => {
  const child = spawn(PROVER_BINARY, [], { stdio: ['pipe', 'ignore', 'ignore'], env: {} });
  const exited = new Promise((resolve) => child.on('exit', resolve));
  child.stdin.end();
  expect(await exited).toBe(0);
});

test('a witness is overwritten when it is sent', async () => {
  const engine = new NativeEngine({ binary: PROVER_BINARY, keysDir: keysFolder, fallback: none, warn: () => undefined });
  const mine = witness();
  await engine.prove('day-bill', mine);
  expect(mine.every((byte) => byte === 0)).toBe(true);
  engine.close();
});

describe('a program that answers badly', () => {
  test.each<[Fault, string, string]>([
    ['garbage', 'prover-ended', 'electra-prove answered with something that is no frame'],
    ['truncated', 'prover-ended', 'electra-prove ended by itself (0)'],
    ['oversized', 'prover-ended', 'electra-prove answered with something that is no frame'],
    ['another version', 'prover-ended', 'electra-prove answered with something that is no frame'],
    ['a question', 'prover-ended', 'electra-prove answered with something that is no frame'],
    ['another job', 'prover-ended', 'electra-prove answered a question that was not asked'],
    ['internal error', 'prover-ended', 'electra-prove answered with code 5'],
    ['sizes for a proof', 'prover-ended', 'electra-prove answered with code 5'],
    ['death', 'prover-ended', 'electra-prove ended by itself (SIGKILL)'],
    ['exit', 'prover-ended', 'electra-prove ended by itself (3)'],
    ['a wrong proof', 'self-check', 'day-bill: the proof just made does not verify; the key files do not belong together'],
  ])('%s: the statement fails and nothing of it is told', async (fault, code, message) => {
    const told: string[] = [];
    const prover = await createProver(keysFolder, {
      binary: badProver(folder, fault),
      warn: (fields, words) => told.push(JSON.stringify([fields, words])),
    });
    await expect(prover.dayBill(signals)).rejects.toMatchObject({ code, message });
    expect([prover.engine, told.length]).toEqual(['native', 1]);
    for (const value of [signals.k, signals.blinding, signals.v]) expect(told[0]).not.toContain(value as string);
    prover.close();
  });

  test('silence: it is given some time, and no more', async () => {
    const options = { keysDir: keysFolder, fallback: none, warn: () => undefined, patienceMs: 2000 };
    const engine = new NativeEngine({ ...options, binary: badProver(folder, 'silence') });
    await expect(engine.prove('day-bill', witness())).rejects.toMatchObject({
      code: 'prover-ended',
      message: 'electra-prove did not answer in time',
    });
    engine.close();
  });

  test('three times in a row: WebAssembly takes over, with a warning', async () => {
    const told: string[] = [];
    const prover = await createProver(keysFolder, { binary: badProver(folder, 'a wrong proof'), warn: (_, message) => told.push(message) });
    for (let i = 0; i < 3; i++) await expect(prover.dayBill(signals)).rejects.toMatchObject({ code: 'self-check' });
    expect(prover.engine).toBe('wasm');
    expect((await prover.dayBill(signals)).publicSignals).toEqual(dayBillPublic(realBills[0]));
    expect(told).toEqual([
      ...Array(3).fill('electra-prove made a proof that does not verify'),
      'electra-prove is given up: proofs are made in WebAssembly from now on, at an eighth of the speed',
    ]);
  });

  test('that cannot even start: WebAssembly takes over at once, after as many tries', async () => {
    const binary = join(folder, 'no-program');
    writeFileSync(binary, 'no program', { mode: 0o755 });
    const told: string[] = [];
    const prover = await createProver(keysFolder, { binary, warn: (_, message) => told.push(message) });
    await prover.keyId('day-bill');
    expect([prover.engine, told.length]).toEqual(['wasm', 4]);
  });
});

describe('keys that the native prover refuses', () => {
  test.each<[string, (zkey: Uint8Array) => Uint8Array, RegExp]>([
    ['truncated', (zkey) => zkey.subarray(0, zkey.length - 1), /^day-bill: proving key: the file is truncated$/],
    ['with another coefficient’s place', (zkey) => zkey.fill(0xff, 700, 900), /^day-bill: proving key: /],
    [
      'of another circuit',
      () => readFileSync(join(keysFolder, 'clearing.zkey')),
      /^day-bill: proving key and circuit do not belong together/,
    ],
  ])('%s', async (_, change, message) => {
    const keys = mkdtempSync(join(folder, 'keys-'));
    for (const kind of ['wasm', 'vk.json']) cpSync(join(keysFolder, `day-bill.${kind}`), join(keys, `day-bill.${kind}`));
    writeFileSync(join(keys, 'day-bill.zkey'), change(Uint8Array.from(readFileSync(join(keysFolder, 'day-bill.zkey')))));
    const prover = await createProver(keys);
    await expect(prover.dayBill(signals)).rejects.toMatchObject({
      code: 'bad-key',
      message: expect.stringMatching(message),
      retry: 'never',
    });
    expect(prover.engine).toBe('native');
    prover.close();
  });
});

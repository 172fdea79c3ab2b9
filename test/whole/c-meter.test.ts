/**
 * One meter of the community is a C program (sdk/c/examples/host): it is fed the registers of a real household, seals, commits, signs and
 * sends by itself, is killed in its first day, and its bill is computed, proven and audited like any other.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerLines } from '../../simulator/external-meter.ts';
import type { DayReport } from '../../src/node/books/index.ts';
import { readGenesis } from '../../src/protocol/genesis/index.ts';
import { addressBytes } from '../../src/protocol/values/address.ts';
import { collect, electra, type Result, scratch, spawnElectra } from '../kit/electra.ts';
import { recompute } from '../kit/recompute.ts';
import { firstAnswer } from '../kit/until.ts';
import type { Untyped } from '../kit/untyped.ts';
import { canCompile, compileHostMeter } from '../sdk-c/compile.ts';

const MEMBER = 'rural-006';
const FROM = '2016-07-01';
const DAYS = 2;
const folder = scratch('c-meter');
const data = join(folder.dir, 'data');
const lives: Result[] = [];
let once: Result;
const children: ChildProcess[] = [];

const waitFor = <T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> => firstAnswer(look, 120_000, what);

const json = (path: string): Untyped => (existsSync(join(data, path)) ? JSON.parse(readFileSync(join(data, path), 'utf8')) : undefined);

/** Runs the program over the input to its end. */
async function live(program: string, args: string[], input: string): Promise<void> {
  const child = start(program, args, input);
  lives.push(await collect(child));
}

function start(program: string, args: string[], input: string): ChildProcess {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return child;
}

/** Runs the program until so many slots are in its journal, and then no longer: power fails. */
async function cutShort(program: string, args: string[], input: string, journal: string, slots: number): Promise<void> {
  const child = start(program, args, input);
  lives.push(
    await Promise.all([
      collect(child),
      waitFor('the journal', () => (existsSync(journal) && recordedSlots(journal) >= slots ? child.kill('SIGKILL') : undefined)),
    ]).then(([ended]) => ended),
  );
}

/** Cells of 48 bytes that begin with the mark of a slot's registers; one is the register before the first slot. */
const recordedSlots = (journal: string): number => {
  const bytes = readFileSync(journal);
  return Array.from({ length: Math.floor(bytes.length / 48) }, (_, cell) => bytes[48 * cell]).filter((mark) => mark === 1).length - 1;
};

describe.skipIf(!canCompile())('a meter in C among the others', () => {
  beforeAll(async () => {
    const program = compileHostMeter(folder.dir);
    process.env.ELECTRA_EXTERNAL_METERS = MEMBER;
    const community = spawnElectra(['up', '--once', '--from', FROM, '--days', String(DAYS), '--data', data]);
    children.push(community);
    delete process.env.ELECTRA_EXTERNAL_METERS;
    const ended = collect(community);
    const settings = await waitFor('electra.json', () => json('electra.json'));
    const endpoints = await waitFor('the chain’s address', () => json('run/endpoints.json'));
    const genesis = readGenesis(json(`chain/${settings.demo.validators[0].home}/config/genesis.json`));
    const operator = Buffer.from(addressBytes(genesis.operator)).toString('hex');
    const journal = join(folder.dir, 'journal');
    const args = [endpoints.rpcUrls[0], settings.chainId, operator, genesis.hash, join(data, 'meters', MEMBER, 'key'), journal];
    const lines = await waitFor('the calendar', () => registerLines(data, MEMBER, DAYS));
    const input = `${lines.join('\n')}\n`;
    await cutShort(program, args, `${lines.slice(0, 61).join('\n')}\n`, journal, 60); // in the first day
    await live(program, args, input);
    await live(program, args, input); // and once more when everything is there
    once = await ended;
  }, 900_000);
  afterAll(() => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
    folder.remove();
  });

  test('goes on after power failed, and sends both days by itself', () => {
    expect(lives[0].code).not.toBe(0);
    expect(lives[1], lives[1].err).toMatchObject({ code: 0, err: '' });
    expect(lives[1].out.match(/day \d+ is on the chain\n/g)).toHaveLength(DAYS);
    const forAnArbiter = readFileSync(join(folder.dir, 'journal.secrets'), 'utf8');
    expect(forAnArbiter.match(/^day \d+ 1 [0-9a-f]{64}$/gm)).toHaveLength(DAYS);
    expect(existsSync(join(data, 'meters', MEMBER, 'store'))).toBe(false); // no TypeScript meter ran for this member
  });

  test('says nothing twice when it starts again', () => {
    expect(lives[2]).toMatchObject({ code: 0 });
    expect(lives[2].out.match(/day \d+ was on the chain already\n/g)).toHaveLength(1);
  });

  test('is billed, proven and audited like any other', async () => {
    expect(once, once.out + once.err).toMatchObject({ code: 0 });
    const dates = Object.keys(json('demo.json').dates).sort();
    for (const [n, expected] of recompute('rural', FROM, DAYS).entries()) {
      const { code, out, err } = await electra('report', dates[n], '--json', '--data', data);
      expect([code, err]).toEqual([0, '']);
      const report: DayReport = JSON.parse(out);
      expect(report.members.map(({ source }) => source)).toEqual(report.members.map(() => 'metered'));
      const { member, importWh, exportWh, amountNel } = report.members.find((m) => m.member === MEMBER)!;
      expect({ member, importWh, exportWh, amountNel }).toEqual(expected.members.find((m) => m.member === MEMBER));
    }
  }, 180_000);

  test('has a bill in the bundle that a stranger’s audit passes', async () => {
    const dates = Object.keys(json('demo.json').dates).sort();
    expect((await electra('export', dates[0], '--out', join(folder.dir, 'bundle'), '--data', data)).code).toBe(0);
    const { code, out } = await electra('audit', join(folder.dir, 'bundle'), '--development-keys');
    expect(code, out).toBe(0);
  }, 180_000);
});

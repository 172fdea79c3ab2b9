/** Bundles from a stranger's node: those of the audit's tests, byte for byte, and what becomes of a node that lies. */
import { afterEach, describe, expect, test } from 'vitest';
import { type BundleName, DAY1, DAY2, filesOf } from '../../../../test/kit/audit/bundles.ts';
import { auditAsIs, namesOf } from '../../../../test/kit/audit/verdicts.ts';
import { type PretendNode, startPretendNode } from '../../../../test/kit/pretend-node.ts';
import { dateToDay } from '../../../protocol/values/time.ts';
import { bundleFromNode } from './bundle.ts';

let node: PretendNode | undefined;
afterEach(async () => {
  await node?.stop();
  node = undefined;
});

const nodeOf = async (
  name: BundleName,
  change: (files: Map<string, string>) => void = () => {},
  isVoid: (day: number) => boolean = () => false,
): Promise<PretendNode> => {
  const files = filesOf(name);
  change(files);
  node = await startPretendNode(files, isVoid);
  return node;
};
const read = ({ url }: PretendNode, ...dates: string[]) =>
  bundleFromNode({ rpcUrl: url, days: dates.map(dateToDay), signal: AbortSignal.timeout(60_000) });
const refusal = async (of: Promise<unknown>) => {
  try {
    await of;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  throw new Error('expected a refusal');
};

describe('a bundle from a node', () => {
  test.each<[BundleName, string[]]>([
    ['honest', [DAY2]],
    ['honest', [DAY1, DAY2]],
    ['substituted', [DAY2]],
    ['exceptions', [DAY1, DAY2]],
    ['corrected', [DAY1, DAY2]],
  ])('is that of the operator, byte for byte, and passes: %s, %j', async (name, dates) => {
    const honest = await nodeOf(name);
    const files = await read(honest, ...dates);
    expect(Object.keys(files).sort()).toEqual([...honest.files.keys()].sort());
    for (const [path, text] of honest.files) expect(files[path], path).toBe(text);
    expect(namesOf(await auditAsIs(new Map(Object.entries(files))))).toEqual([]);
  });

  test('of the first day alone has what follows it, and nothing of the day after', async () => {
    const files = await read(await nodeOf('honest'), DAY1);
    expect(
      Object.keys(files)
        .filter((path) => path.startsWith('days/'))
        .every((path) => path.includes(DAY1)),
    ).toBe(true);
    expect(JSON.parse(files[`days/${DAY1}/state.json`]).following).not.toBeNull();
  });

  test('for whoever goes on from an earlier audit shows the log from there, which it would not otherwise', async () => {
    const chain = await nodeOf('corrected');
    const whole = await auditAsIs(new Map(Object.entries(await read(chain, DAY1, DAY2))));
    const since = { ...whole.resume!, nextSeq: 1 };
    const options = { rpcUrl: chain.url, days: [dateToDay(DAY2)], signal: AbortSignal.timeout(60_000) };
    const on = await bundleFromNode({ ...options, since });
    expect(JSON.parse(on['log.json']).from).toBe('1');
    const verdict = await auditAsIs(new Map(Object.entries(on)), { since });
    expect([namesOf(verdict), namesOf(verdict, 'unreadable')]).toEqual([[], []]);
    expect(verdict.days).toEqual([DAY1, DAY2]);
    const without = await auditAsIs(new Map(Object.entries(await bundleFromNode(options))), { since });
    expect(namesOf(without, 'unreadable')).toContain('2 log');
  });

  test('of a void day has no book, and fails its own audit', async () => {
    const chain = await nodeOf('honest', undefined, (day) => day === dateToDay(DAY2));
    const verdict = await auditAsIs(new Map(Object.entries(await read(chain, DAY2))));
    expect([verdict.exitCode, namesOf(verdict)]).toEqual([1, ['3 proven']]);
  });

  test('needs few questions', async () => {
    const honest = await nodeOf('honest');
    await read(honest, DAY2);
    expect(honest.asked.block).toBeLessThanOrEqual(10);
    expect(honest.asked.abci_query).toBeLessThan(60);
  });
});

describe('a node is not believed', () => {
  test('where the chain has not verified the day', async () => {
    const lacking = await nodeOf('honest', (files) => files.delete(`days/${DAY2}/proofs.json`));
    expect(await refusal(read(lacking, DAY2))).toMatch(
      /^not-proven: 2026-07-02: version 1 of its book is anchored, and the chain has no proofs/,
    );
    expect(await refusal(read(lacking, '2026-07-03'))).toMatch(/^not-proven: 2026-07-03/);
  });

  test('where a day beside is not verified it is left out', async () => {
    const lacking = await nodeOf('honest', (files) => files.delete(`days/${DAY1}/proofs.json`));
    expect(Object.keys(await read(lacking, DAY2)).some((path) => path.includes(DAY1))).toBe(false);
  });

  test.each<[string, PretendNode['alter'], RegExp]>([
    [
      'whose blocks lack the parts',
      (method, _, result) => {
        if (method === 'block') result.block.data.txs = [];
      },
      /^untrusted-node: .*its parts are not in block/,
    ],
    [
      'whose blocks have other bytes',
      (method, _, result) => {
        if (method === 'block')
          result.block.data.txs = result.block.data.txs.map((tx: string) => {
            const bytes = Buffer.from(tx, 'base64');
            if (bytes.length > 1000) bytes[900] ^= 1;
            return bytes.toString('base64');
          });
      },
      /^untrusted-node: .*book of day/,
    ],
    [
      'whose state is another',
      (method, _, result) => {
        if (method === 'abci_query')
          result.response.proofOps.ops[1].data = result.response.proofOps.ops[1].data.replace(/.$/, 'A').replace(/^.{9}/, 'AAAAAAAAA');
      },
      /^untrusted-node: /,
    ],
    [
      'whose set of validators is another',
      (method, _, result) => {
        if (method === 'validators') result.validators[0].voting_power = '7';
      },
      /^untrusted-node: .*validator set/,
    ],
    [
      'that serves another chain',
      (method, _, result) => {
        if (method === 'status') result.node_info.network = 'electra-other-00000000';
      },
      /^wrong-chain: /,
    ],
    [
      'that has a genesis of its own',
      (method, _, result) => {
        if (method === 'genesis') result.genesis.app_state.meter.operator = 7;
      },
      /^bad-genesis: /,
    ],
  ])('%s', async (_, alter, expected) => {
    const lying = await nodeOf('honest');
    lying.alter = alter;
    expect(await refusal(read(lying, DAY2))).toMatch(expected);
  });

  test('where it gives a valid book of altered proofs: the audit says so', async () => {
    const lying = await nodeOf('honest', (files) => {
      const path = `days/${DAY2}/proofs.json`;
      const proofs = JSON.parse(files.get(path)!);
      [proofs.bills[2].proof, proofs.bills[9].proof] = [proofs.bills[9].proof, proofs.bills[2].proof];
      files.set(path, JSON.stringify(proofs));
    });
    const files = await read(lying, DAY2);
    expect(namesOf(await auditAsIs(new Map(Object.entries(files))))).toEqual(['5 bills']);
  });
});

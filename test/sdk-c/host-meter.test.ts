/**
 * Whose keys the host example (sdk/c/examples/host) seals to, on a node that answers by a script: it follows its operator by signatures,
 * keeps what it saw, and sends nothing where they lead nowhere. On a real chain: test/whole/c-meter.test.ts.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { BaseAccount } from 'cosmjs-types/cosmos/auth/v1beta1/auth';
import { QueryAccountResponse } from 'cosmjs-types/cosmos/auth/v1beta1/query';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as sdk from '../../sdk/ts/src/index.ts';
import * as query from '../../src/protocol/messages/generated/electra/meter/v1/query.ts';
import type { NodeKey, Rotation } from '../../src/protocol/messages/generated/electra/meter/v1/types.ts';
import { bodyOf } from '../kit/body.ts';
import { collect, type Result, scratch } from '../kit/electra.ts';
import { canCompile, compileHostMeter } from './compile.ts';

const identity = { chainId: 'electra-fake-00000001', genesisHash: new Uint8Array(32).fill(0x9e) };
const [first, second, third] = [1, 2, 3].map((n) => sdk.keySigner(new Uint8Array(32).fill(n)));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const operatorHex = (signer: sdk.Signer): string => hex(sdk.addressBytes(signer.address));
const REST = { height: 5n, unixS: 0n, vetoedBy: [] };
const REFUSED = /^meter: the node names a key that is not to be sealed to \(-\d+\)\n/;

const nodeKey = async (by: sdk.Signer, epoch: number, fill: number): Promise<NodeKey> => {
  const key = sdk.boxPublicKey(new Uint8Array(32).fill(fill));
  return { epoch, key, height: 5n, effectiveUnixS: 0n, signature: await by.sign(sdk.nodeKeyDigest(identity, epoch, key)) };
};
const rotation = async (by: sdk.Signer, n: number, to: sdk.Signer): Promise<Rotation> => ({
  ...REST,
  n,
  address: to.address,
  signature: await by.sign(sdk.rotationDigest(identity.chainId, n, to.address)),
});
const byValidators = (n: number, to: sdk.Signer): Rotation => ({ ...REST, n, address: to.address, signature: new Uint8Array() });

describe.skipIf(!canCompile())('the host example, whose keys it seals to', () => {
  const folder = scratch('host-meter');
  const node = { keys: [] as NodeKey[], rotations: [] as Rotation[], sent: 0 };
  let [program, url, journals] = ['', '', 0];
  let server: Server;

  const answers: Record<string, () => Uint8Array> = {
    '/electra.meter.v1.Query/Status': () =>
      query.QueryStatusResponse.encode(query.QueryStatusResponse.fromPartial({ height: 9n })).finish(),
    '/electra.meter.v1.Query/NodeKeys': () =>
      query.QueryNodeKeysResponse.encode(query.QueryNodeKeysResponse.fromPartial({ nodeKeys: node.keys })).finish(),
    '/electra.meter.v1.Query/Rotations': () =>
      query.QueryRotationsResponse.encode(query.QueryRotationsResponse.fromPartial({ rotations: node.rotations })).finish(),
    '/cosmos.auth.v1beta1.Query/Account': () => {
      const value = BaseAccount.encode(BaseAccount.fromPartial({ accountNumber: 7n, sequence: BigInt(node.sent) })).finish();
      return QueryAccountResponse.encode({ account: { typeUrl: '/cosmos.auth.v1beta1.BaseAccount', value } }).finish();
    },
  };

  beforeAll(async () => {
    program = compileHostMeter(folder.dir);
    server = createServer(async (request, response) => {
      const body = await bodyOf(request);
      if (body === null) return;
      const { method, params } = JSON.parse(body.toString());
      if (method === 'broadcast_tx_sync') node.sent++;
      const value = method === 'abci_query' ? Buffer.from(answers[params.path]()).toString('base64') : undefined;
      response.end(
        JSON.stringify({ jsonrpc: '2.0', id: 1, result: method === 'abci_query' ? { response: { code: 0, value } } : { code: 0 } }),
      );
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(join(folder.dir, 'key'), `${'11'.repeat(32)}\n`);
  }, 120_000);
  afterAll(() => {
    server?.close();
    folder.remove();
  });
  beforeEach(() => {
    Object.assign(node, { keys: [], rotations: [], sent: 0 });
    journals++;
  });

  /** Meters one quarter-hour more, with this outfit. */
  let slots = 0;
  const live = async (operator: string): Promise<Result> => {
    const child = spawn(program, [
      url,
      identity.chainId,
      operator,
      hex(identity.genesisHash),
      join(folder.dir, 'key'),
      join(folder.dir, `journal${journals}`),
    ]);
    const lines = Array.from({ length: ++slots }, (_, i) => `${20635 * 96 + i} ${100 * (i + 1)} 0 400`);
    child.stdin.on('error', () => {}); // it may end before it reads
    child.stdin.end(`start 20635 0 0\n${lines.join('\n')}\n`);
    return collect(child);
  };

  test('follows the operator from signature to signature, and has it after a restart', async () => {
    node.rotations = [await rotation(first, 1, second), await rotation(second, 2, third)];
    node.keys = [await nodeKey(third, 1, 1)];
    expect(await live(operatorHex(first))).toMatchObject({ code: 0, err: '' });
    expect(node.sent).toBe(1);
    node.rotations = [];
    node.keys.push(await nodeKey(third, 2, 2));
    expect(await live(operatorHex(first))).toMatchObject({ code: 0, err: '' });
    expect(node.sent).toBe(2);
  }, 60_000);

  test('seals to no key that the operator of its outfit has not signed, nor one that followed', async () => {
    node.rotations = [await rotation(second, 1, second)];
    node.keys = [await nodeKey(second, 1, 1)];
    const refused = await live(operatorHex(first));
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(REFUSED);
    expect(node.sent).toBe(0);
  }, 60_000);

  test('follows no rotation by the validators, but from the outfit that says so', async () => {
    node.rotations = [byValidators(1, second), await rotation(second, 2, third)];
    node.keys = [await nodeKey(third, 1, 1)];
    expect((await live(operatorHex(first))).err).toMatch(REFUSED);
    expect(node.sent).toBe(0);
    expect(await live(`${operatorHex(second)}/1`)).toMatchObject({ code: 0, err: '' });
    expect(node.sent).toBe(1);
  }, 60_000);

  test('forgets no key that it saw when it is outfitted anew', async () => {
    node.keys = [await nodeKey(first, 2, 2)];
    expect(await live(operatorHex(first))).toMatchObject({ code: 0, err: '' });
    node.keys = [await nodeKey(second, 2, 3)];
    expect((await live(`${operatorHex(second)}/1`)).err).toMatch(REFUSED);
    node.keys = [await nodeKey(second, 1, 1)];
    expect((await live(`${operatorHex(second)}/1`)).err).toMatch(REFUSED);
    node.keys = [await nodeKey(second, 3, 3)];
    expect(await live(`${operatorHex(second)}/1`)).toMatchObject({ code: 0, err: '' });
    expect(node.sent).toBe(2);
  }, 60_000);

  test('expects an outfit of its form', async () => {
    for (const operator of [operatorHex(first).slice(2), `${operatorHex(first)}/`, `${operatorHex(first)}/1x`, `${operatorHex(first)}00`])
      expect(await live(operator)).toMatchObject({ code: 1, err: expect.stringContaining('OPERATOR, GENESIS-HASH: expected') });
  }, 60_000);
});

import { describe, expect, test } from 'vitest';
import { keySigner } from '../messages/sign.ts';
import { rotationDigest } from '../meter/operator-signature.ts';
import { encodeOperatorsFile, type OperatorsFile, operatorsOf, parseOperatorsFile } from './operators-file.ts';

const CHAIN = 'electra-test-00000001';
const [first, second, third, thief] = [1, 2, 3, 4].map((n) => keySigner(new Uint8Array(32).fill(n)));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const by = async (signer: typeof first, n: number, to: typeof first) => ({
  address: to.address,
  signature: hex(await signer.sign(rotationDigest(CHAIN, n, to.address))),
});
const file = async (...rotations: OperatorsFile['rotations']): Promise<OperatorsFile> => ({ chainId: CHAIN, rotations });
const led = async () => file(await by(first, 1, second), await by(second, 2, third));

describe('operators.json', () => {
  test('comes back as it was written, and in no other text', async () => {
    const bytes = encodeOperatorsFile(await led());
    expect(parseOperatorsFile(bytes)).toEqual(await led());
    expect(() => parseOperatorsFile(`${bytes} `)).toThrow();
    expect(() => parseOperatorsFile(bytes.replace('"signature"', '"signatur"'))).toThrow(
      expect.objectContaining({ field: expect.any(String) }),
    );
  });

  test('names everybody whom the one before has signed over to', async () => {
    expect(operatorsOf(CHAIN, first.address, await led())).toEqual([first, second, third].map(({ address }) => address));
    expect(operatorsOf(CHAIN, first.address, null)).toEqual([first.address]);
  });

  test('goes on from the number of a continued genesis', async () => {
    const later = await file(await by(second, 2, third));
    expect(operatorsOf(CHAIN, second.address, later, 1)).toEqual([second.address, third.address]);
    expect(() => operatorsOf(CHAIN, second.address, later)).toThrow(expect.objectContaining({ code: 'bad-signature' }));
  });

  test('ends where the validators named somebody: that follows from the chain’s state alone', async () => {
    const named = await file({ address: second.address, signature: null }, await by(second, 2, third));
    expect(operatorsOf(CHAIN, first.address, named)).toEqual([first.address]);
  });

  test.each<[string, () => Promise<OperatorsFile>]>([
    ['signed by somebody else', async () => file(await by(thief, 1, thief))],
    ['signed for another number', async () => file(await by(first, 2, second))],
    ['signed for another address', async () => file({ ...(await by(first, 1, second)), address: thief.address })],
    ['of another chain', async () => ({ ...(await led()), chainId: 'electra-test-00000002' })],
  ])('is refused where a rotation is %s', async (_, make) => {
    const given = await make();
    expect(() => operatorsOf(CHAIN, first.address, given)).toThrow(
      expect.objectContaining({ field: expect.stringContaining('operators.') }),
    );
  });
});

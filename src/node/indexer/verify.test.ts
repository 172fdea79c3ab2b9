import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import type { CommitJson, HeaderJson, TxResultJson, ValidatorJson } from '../../protocol/comet/index.ts';
import {
  encodeTime,
  equalPowerSet,
  headerHash,
  merkleRoot,
  readValidatorSet,
  verifyEd25519,
  verifyZip215,
  voteSignBytes,
} from '../../protocol/comet/index.ts';
import type { RawBlock } from './chain/node.ts';
import type { Trust } from './verify.ts';
import { verifyBatch } from './verify.ts';

const recorded = JSON.parse(readFileSync(new URL('../../protocol/comet/testdata/chain.json', import.meta.url), 'utf8')) as {
  chainId: string;
  blocks: { header: HeaderJson; txs: string[]; results: TxResultJson[]; lastCommit: CommitJson }[];
  commit: CommitJson;
  validators: Record<string, ValidatorJson[]>;
};

const blocks = (): RawBlock[] =>
  structuredClone(recorded.blocks).map(({ txs, ...block }, i) => ({
    ...block,
    height: i + 1,
    txs: txs.map((tx) => Buffer.from(tx, 'base64')),
    events: [],
    bytes: 0,
  }));
const genesis = (): Trust => ({
  chainId: recorded.chainId,
  height: 0,
  blockHash: new Uint8Array(0),
  validatorsHash: new Uint8Array(0),
  appHash: new Uint8Array(0),
  nextValidatorsHash: Buffer.from(recorded.blocks[0].header.validators_hash, 'hex'),
  resultsHash: merkleRoot([]),
});
/** Sets as a node would serve them: by the hash that a header named. */
const asked: number[] = [];
const options = {
  verify: verifyEd25519,
  validators: async (height: number, hash: Uint8Array) => {
    asked.push(height);
    return readValidatorSet(recorded.validators[bytesToHex(hash).toUpperCase()]);
  },
};
const verify = async (change: (blocks: RawBlock[], commit: CommitJson) => void = () => {}, trust = genesis()) => {
  const list = blocks();
  const commit = structuredClone(recorded.commit);
  change(list, commit);
  return verifyBatch(trust, list, commit, options);
};
const refusal = (change: (blocks: RawBlock[], commit: CommitJson) => void, trust?: Trust) =>
  verify(change, trust).then(
    () => 'accepted',
    (error) => `${error.code} ${error.field}`,
  );
const withTxs = recorded.blocks.findIndex(({ txs }) => txs.length > 0);
const setChange = recorded.blocks.findIndex(({ header }) => header.validators_hash !== header.next_validators_hash);
const at = (i: number) => `block ${i + 1}:`;

describe('a batch of a real chain', () => {
  test('is believed from genesis on, whole', async () => {
    const { trust, blocks: verified } = await verify();
    expect(trust.height).toBe(recorded.blocks.length);
    expect(bytesToHex(trust.blockHash).toUpperCase()).toBe(recorded.commit.block_id.hash);
    expect(verified.map(({ height }) => height)).toEqual(recorded.blocks.map((_, i) => i + 1));
  });
  test('is believed in any parts', async () => {
    const commits = [...recorded.blocks.slice(1).map(({ lastCommit }) => lastCommit), recorded.commit];
    let trust = genesis();
    for (const [i, block] of blocks().entries()) ({ trust } = await verifyBatch(trust, [block], commits[i], options));
    expect(trust).toEqual((await verify()).trust);
  });
  test('takes one commit for each validator set, not one for each block', async () => {
    asked.length = 0;
    await verify();
    expect(asked).toEqual([setChange + 1, recorded.blocks.length]);
  });
});

describe('a batch is refused, by block and field', () => {
  test('with a byte of a transaction changed, one left out, one added, two exchanged', async () => {
    const field = `wrong-block ${at(withTxs)} header.data_hash`;
    expect(
      await refusal((b) => {
        b[withTxs].txs[0][9] ^= 1;
      }),
    ).toBe(field);
    expect(
      await refusal((b) => {
        b[withTxs].txs.pop();
      }),
    ).toBe(field);
    expect(
      await refusal((b) => {
        b[withTxs].txs.push(Buffer.from('x'));
      }),
    ).toBe(field);
  });
  test('with a result turned from failure to success, or left out', async () => {
    expect(
      await refusal((b) => {
        b[withTxs].results[0].code = 5;
      }),
    ).toBe(`other-results ${at(withTxs + 1)} header.last_results_hash`);
    expect(
      await refusal((b) => {
        b[withTxs].results.pop();
      }),
    ).toBe(`wrong-block ${at(withTxs)} block_results.txs_results`);
  });
  test('with a header’s field changed: the next header no longer links to it', async () => {
    expect(
      await refusal((b) => {
        b[4].header.app_hash = 'AB'.repeat(32);
      }),
    ).toBe(`wrong-block ${at(5)} header.last_block_id.hash`);
  });
  test('with the last header changed: its commit is for another', async () => {
    expect(
      await refusal((b) => {
        b.at(-1)!.header.app_hash = '00';
      }),
    ).toBe(`wrong-block ${at(recorded.blocks.length - 1)} commit.block_id.hash`);
  });
  test('with a signature changed', async () => {
    expect(
      await refusal((_, c) => {
        c.signatures[0].signature = c.signatures[1].signature;
      }),
    ).toBe(`bad-signature ${at(recorded.blocks.length - 1)} commit.signatures[0].signature`);
  });
  test('with a block missing or twice', async () => {
    expect(
      await refusal((b) => {
        b.splice(4, 1);
      }),
    ).toBe(`wrong-block ${at(4)} header.height`);
    expect(
      await refusal((b) => {
        b.splice(4, 0, b[4]);
      }),
    ).toBe(`wrong-block ${at(5)} header.height`);
  });
  test('of another chain, and above another block, set or results', async () => {
    expect(await refusal(() => {}, { ...genesis(), chainId: 'electra-other-0badcafe' })).toBe(`wrong-block ${at(0)} header.chain_id`);
    expect(await refusal(() => {}, { ...genesis(), blockHash: new Uint8Array(32) })).toBe(`wrong-block ${at(0)} header.last_block_id.hash`);
    expect(await refusal(() => {}, { ...genesis(), nextValidatorsHash: new Uint8Array(32) })).toBe(
      `wrong-block ${at(0)} header.validators_hash`,
    );
    expect(await refusal(() => {}, { ...genesis(), resultsHash: new Uint8Array(32) })).toBe(
      `other-results ${at(0)} header.last_results_hash`,
    );
  });
});

describe('a liar with keys of his own', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const set = equalPowerSet([key]);
  const signed = (header: HeaderJson): CommitJson => {
    const block_id = { hash: bytesToHex(headerHash(header)).toUpperCase(), parts: { total: 1, hash: '00'.repeat(32) } };
    const vote = {
      block_id_flag: 2,
      validator_address: bytesToHex(set.validators[0].address),
      timestamp: header.time,
      signature: null as string | null,
    };
    const commit = { height: header.height, round: 0, block_id, signatures: [vote] };
    vote.signature = sign(null, voteSignBytes(recorded.chainId, commit, 0), privateKey).toString('base64');
    return commit;
  };

  test('cannot announce a set of his own and sign on: the header that announces it needs the old set’s commit', async () => {
    const own = bytesToHex(set.hash).toUpperCase();
    const list = blocks().slice(0, 3);
    list[1].header.next_validators_hash = own;
    list[2].header.validators_hash = own;
    list[2].header.next_validators_hash = own;
    list[2].header.last_block_id.hash = bytesToHex(headerHash(list[1].header));
    list[2].lastCommit = signed(list[1].header);
    const validators = async (_: number, hash: Uint8Array) => (bytesToHex(hash).toUpperCase() === own ? set : options.validators(0, hash));
    const told = verifyBatch(genesis(), list, signed(list[2].header), { ...options, validators });
    await expect(told).rejects.toMatchObject({ code: 'malformed', field: 'block 2: commit.signatures' });
    // and where the set is his from the start, the same blocks pass: it is the set that refuses him
    const his = await verifyBatch(
      {
        ...genesis(),
        height: 2,
        blockHash: headerHash(list[1].header),
        nextValidatorsHash: set.hash,
        resultsHash: Buffer.from(list[2].header.last_results_hash, 'hex'),
      },
      [list[2]],
      signed(list[2].header),
      { ...options, validators },
    );
    expect(his.trust.height).toBe(3);
  });
});

describe('Ed25519 as CometBFT accepts it', () => {
  test('takes a genuine signature and no other', () => {
    const secret = new Uint8Array(32).fill(7);
    const message = encodeTime('2026-11-22T11:18:00Z', 'time');
    const signature = ed25519.sign(message, secret);
    expect(verifyEd25519(signature, message, ed25519.getPublicKey(secret))).toBe(true);
    expect(verifyEd25519(signature, message.slice(1), ed25519.getPublicKey(secret))).toBe(false);
    expect(verifyEd25519(new Uint8Array(64), message, new Uint8Array(31))).toBe(false);
  });
  test('takes what ZIP-215 takes and OpenSSL does not: a point in a non-canonical encoding', () => {
    // y = 1 + p, the identity: with R and A both of it and s = 0 the equation holds for every message
    const identity = Uint8Array.from(Buffer.from('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'hex'));
    const signature = new Uint8Array(64);
    signature.set(identity);
    expect(verifyZip215(signature, new Uint8Array(3), identity)).toBe(true);
    expect(verifyEd25519(signature, new Uint8Array(3), identity)).toBe(true);
  });
});

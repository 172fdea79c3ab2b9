import { readFileSync } from 'node:fs';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommitJson, HeaderJson, TxResultJson, ValidatorJson } from './index.ts';
import {
  commitHash,
  dataHash,
  equalPowerSet,
  headerHash,
  merkleRoot,
  readTime,
  readValidatorSet,
  resultsHash,
  txHashes,
  verifyCommit,
  verifyZip215,
  voteSignBytes,
} from './index.ts';

const read = (name: string) => JSON.parse(readFileSync(new URL(`./testdata/${name}`, import.meta.url), 'utf8'));
/** Known answers, computed by CometBFT's own Go. */
const known = read('cometbft.json');
/** A real chain: a set of four that becomes five, absent votes, a second round. */
const chain = read('chain.json') as {
  chainId: string;
  blocks: { header: HeaderJson; txs: string[]; results: TxResultJson[]; lastCommit: CommitJson }[];
  commit: CommitJson;
  validators: Record<string, ValidatorJson[]>;
};
const upper = (bytes: Uint8Array) => bytesToHex(bytes).toUpperCase();
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as { field: string }).field}`;
  }
  return 'accepted';
};

describe('hashes agree with CometBFT’s own', () => {
  test.each(known.merkle as { leaves: string[]; root: string }[])('for a tree of $leaves.length leaves', ({ leaves, root }) => {
    expect(bytesToHex(merkleRoot(leaves.map(hexToBytes)))).toBe(root);
  });
  test.each(known.headers as { header: HeaderJson; hash: string }[])('for a header at height $header.height', ({ header, hash }) =>
    expect(bytesToHex(headerHash(header))).toBe(hash),
  );
  test('for a validator set of mixed power, and for one of equal power in any order', () => {
    expect(bytesToHex(readValidatorSet(known.validatorSet.validators).hash)).toBe(known.validatorSet.hash);
    const keys = (known.equalPowerSet.publicKeys as string[]).map(hexToBytes);
    expect(bytesToHex(equalPowerSet(keys).hash)).toBe(known.equalPowerSet.hash);
    expect(bytesToHex(equalPowerSet(keys.toReversed()).hash)).toBe(known.equalPowerSet.hash);
  });
  test('for transactions and results', () => {
    expect(bytesToHex(dataHash(txHashes((known.data.txs as string[]).map(hexToBytes))))).toBe(known.data.hash);
    expect(bytesToHex(resultsHash(known.results.results))).toBe(known.results.hash);
  });
  test.each(known.commits as { commit: CommitJson; hash: string; signBytes: string[] }[])(
    'for commit and votes of round $commit.round, for the block and for nil',
    ({ commit, hash, signBytes }) => {
      expect(bytesToHex(commitHash(commit))).toBe(hash);
      for (const [i, bytes] of signBytes.entries()) if (bytes) expect(bytesToHex(voteSignBytes(known.chainId, commit, i))).toBe(bytes);
    },
  );
});

describe('a recorded chain', () => {
  test('hangs together: headers, transactions, results, commits, sets', () => {
    chain.blocks.forEach(({ header, txs, results, lastCommit }, i) => {
      const next = chain.blocks[i + 1];
      expect(upper(dataHash(txHashes(txs.map((tx) => Buffer.from(tx, 'base64')))))).toBe(header.data_hash);
      expect(upper(readValidatorSet(chain.validators[header.validators_hash]).hash)).toBe(header.validators_hash);
      if (i > 0) expect(upper(commitHash(lastCommit))).toBe(header.last_commit_hash);
      if (!next) return;
      expect(upper(headerHash(header))).toBe(next.header.last_block_id.hash);
      expect(upper(resultsHash(results))).toBe(next.header.last_results_hash);
      expect(next.header.validators_hash).toBe(header.next_validators_hash);
    });
  });
  test('has what it is meant to show: transactions, a change of the set, absent votes, a second round', () => {
    expect(chain.blocks.some(({ txs }) => txs.length > 0)).toBe(true);
    expect(Object.values(chain.validators).map((set) => set.length)).toEqual([4, 5]);
    expect(chain.blocks.some(({ lastCommit }) => lastCommit.signatures.some(({ block_id_flag }) => block_id_flag === 1))).toBe(true);
    expect(chain.blocks.some(({ lastCommit }) => lastCommit.round > 0)).toBe(true);
  });
  test('shows every commit signed by more than two thirds', () => {
    for (const i of chain.blocks.keys()) expect(verifyAt(i)).toBe('accepted');
  });
});

const commitOf = (i: number): CommitJson => structuredClone(chain.blocks[i + 1]?.lastCommit ?? chain.commit);
const checkOf = (i: number) => {
  const { header } = chain.blocks[i];
  return {
    chainId: chain.chainId,
    height: Number(header.height),
    blockHash: headerHash(header),
    validators: readValidatorSet(chain.validators[header.validators_hash]),
    verify: verifyZip215,
  };
};
const verifyAt = (i: number, change: (commit: CommitJson) => void = () => {}, check = checkOf(i)) => {
  const commit = commitOf(i);
  change(commit);
  return code(() => verifyCommit(commit, check));
};
/** A height whose four validators all signed. */
const full = chain.blocks.findIndex(
  (_, i) => commitOf(i).signatures.length === 4 && commitOf(i).signatures.every(({ block_id_flag }) => block_id_flag === 2),
);
const absent = { block_id_flag: 1, validator_address: '', timestamp: '0001-01-01T00:00:00Z', signature: null };

describe('a commit is refused', () => {
  test('with one signature altered, though three of four remain', () => {
    expect(
      verifyAt(full, (c) => {
        c.signatures[1].signature = c.signatures[2].signature;
      }),
    ).toBe('bad-signature commit.signatures[1].signature');
  });
  test('with a signature’s time altered', () => {
    expect(
      verifyAt(full, (c) => {
        c.signatures[0].timestamp = '2026-11-22T11:18:00.000000001Z';
      }),
    ).toBe('bad-signature commit.signatures[0].signature');
  });
  test('with a vote for the block passed off as one for nil', () => {
    expect(
      verifyAt(full, (c) => {
        c.signatures[3].block_id_flag = 3;
      }),
    ).toBe('bad-signature commit.signatures[3].signature');
  });
  test('by exactly two of four, but not by three of four', () => {
    expect(
      verifyAt(full, (c) => {
        c.signatures[0] = { ...absent };
      }),
    ).toBe('accepted');
    expect(
      verifyAt(full, (c) => {
        c.signatures[0] = { ...absent };
        c.signatures[1] = { ...absent };
      }),
    ).toBe('insufficient-power commit.signatures');
  });
  test('by exactly two thirds of the power', () => {
    const { commit } = known.commits[0] as { commit: CommitJson };
    const { validators } = readValidatorSet(known.validatorSet.validators);
    const check = (powers: bigint[]) => ({
      chainId: known.chainId,
      height: 128,
      blockHash: hexToBytes(commit.block_id.hash.toLowerCase()),
      verify: verifyZip215,
      validators: {
        hash: new Uint8Array(32),
        validators: validators.map((v, i) => ({ ...v, power: powers[i] })),
        totalPower: powers.reduce((a, b) => a + b),
      },
    });
    // 6 of 9; nil and absent carry none.
    expect(code(() => verifyCommit(commit, check([2n, 2n, 2n, 2n, 1n])))).toBe('insufficient-power commit.signatures');
    expect(code(() => verifyCommit(commit, check([2n, 2n, 3n, 2n, 1n])))).toBe('accepted'); // 7 of 10
  });
  test('of another block, height, chain or set', () => {
    expect(verifyAt(full, () => {}, { ...checkOf(full), blockHash: checkOf(full + 1).blockHash })).toBe('wrong-block commit.block_id.hash');
    expect(verifyAt(full, () => {}, { ...checkOf(full), height: full + 9 })).toBe('wrong-block commit.height');
    expect(verifyAt(full, () => {}, { ...checkOf(full), chainId: 'electra-recorded-0badcaff' })).toBe(
      'bad-signature commit.signatures[0].signature',
    );
    expect(verifyAt(full, () => {}, { ...checkOf(full), validators: readValidatorSet(known.validatorSet.validators) })).toBe(
      'malformed commit.signatures',
    );
  });
  test('with one validator counted twice', () => {
    expect(
      verifyAt(full, (c) => {
        c.signatures[1] = c.signatures[0];
      }),
    ).toBe('bad-signature commit.signatures[1].validator_address');
  });
  test('with an unknown flag, without a signature, or of the wrong shape', () => {
    expect(
      verifyAt(full, (c) => {
        c.signatures[0].block_id_flag = 4;
      }),
    ).toBe('malformed commit.signatures[0].block_id_flag');
    expect(
      verifyAt(full, (c) => {
        c.signatures[0].signature = null;
      }),
    ).toBe('malformed commit.signatures[0].signature');
    expect(
      verifyAt(full, (c) => {
        (c as { signatures: unknown }).signatures = {};
      }),
    ).toBe('malformed commit.signatures');
  });
});

describe('every field of a header is under its hash', () => {
  const { header } = chain.blocks[3];
  const hash = upper(headerHash(header));
  const other = (value: string) => (value.endsWith('0') ? `${value.slice(0, -1)}1` : `${value.slice(0, -1)}0`);
  test.each(Object.keys(header).filter((key) => typeof header[key as keyof HeaderJson] === 'string'))('%s', (key) => {
    const changed = {
      ...header,
      [key]: key === 'time' ? header.time.replace(/\dZ$/, (d) => `${(Number(d[0]) + 1) % 10}Z`) : other(header[key as 'height']),
    };
    expect(upper(headerHash(changed))).not.toBe(hash);
  });
  test('version and last block id', () => {
    expect(upper(headerHash({ ...header, version: { block: '11', app: '1' } }))).not.toBe(hash);
    expect(
      upper(headerHash({ ...header, last_block_id: { ...header.last_block_id, parts: { ...header.last_block_id.parts, total: 2 } } })),
    ).not.toBe(hash);
  });
  test('and an explicit app version 0 is the same as none', () =>
    expect(upper(headerHash({ ...header, version: { block: '11', app: '0' } }))).toBe(hash));
  test('and what is no header is refused by field', () => {
    expect(code(() => headerHash({ ...header, height: '12a' }))).toBe('malformed header.height');
    expect(code(() => headerHash({ ...header, data_hash: 'AB' }))).toBe('malformed header.data_hash');
    expect(code(() => headerHash({ ...header, time: '2026-11-22 11:18:00' }))).toBe('malformed header.time');
    expect(code(() => headerHash({ ...header, last_block_id: null as never }))).toBe('malformed header.last_block_id');
    expect(code(() => headerHash(null as never))).toBe('malformed header');
  });
});

describe('results and sets', () => {
  const { results } = known.results as { results: TxResultJson[] };
  test('cover code, data and gas, and nothing else', () => {
    const base = bytesToHex(resultsHash(results));
    for (const change of [{ code: 1 }, { data: 'AQ==' }, { gas_wanted: '1' }, { gas_used: '1' }])
      expect(bytesToHex(resultsHash([{ ...results[0], ...change }, ...results.slice(1)]))).not.toBe(base);
    expect(bytesToHex(resultsHash([{ ...results[0], log: 'x', codespace: 'y' } as never, ...results.slice(1)]))).toBe(base);
  });
  test('refuse keys of another kind and powers below one', () => {
    const [validator] = known.validatorSet.validators as ValidatorJson[];
    expect(
      code(() => readValidatorSet([{ ...validator, pub_key: { type: 'tendermint/PubKeySecp256k1', value: validator.pub_key.value } }])),
    ).toBe('malformed validators[0].pub_key.type');
    expect(code(() => readValidatorSet([{ ...validator, voting_power: '0' }]))).toBe('malformed validators[0].voting_power');
  });
});

describe('times keep nanoseconds', () => {
  test('of any second of the calendar', () =>
    fc.assert(
      fc.property(fc.integer({ min: -62135596800, max: 253402300799 }), fc.integer({ min: 0, max: 999_999_999 }), (seconds, nanos) => {
        const text = `${new Date(seconds * 1000).toISOString().slice(-24, -5)}.${String(nanos).padStart(9, '0')}Z`;
        expect(readTime(text, 'time')).toEqual({ seconds: BigInt(seconds), nanos });
      }),
    ));
  test('and knows no 31st of June, no hour 24, no other zone', () => {
    for (const text of [
      '2026-06-31T00:00:00Z',
      '2026-06-30T24:00:00Z',
      '2026-06-30T00:00:00+00:00',
      '2026-06-30T00:00:60Z',
      '2026-06-30T00:00:00.1234567891Z',
    ]) {
      expect(code(() => readTime(text, 'time'))).toBe('malformed time');
    }
  });
});

/** Validators whose keys the tests hold, and light blocks that they sign: any set, any powers, any votes. */
import { toBase64 } from '@cosmjs/encoding';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { CommitJson, HeaderJson, ValidatorJson, ValidatorSet } from '../../../src/protocol/comet/index.ts';
import { consensusAddress, headerHash, readValidatorSet, voteSignBytes } from '../../../src/protocol/comet/index.ts';
import type { LightBlock } from '../../../src/reader/light/index.ts';

export const CHAIN = 'electra-forged-0badf00d';
export const GENESIS_TIME = '2026-01-01T00:00:00Z';

export interface Forged {
  name: string;
  secret: Uint8Array;
  json: ValidatorJson;
}
export type Vote = 'block' | 'nil' | 'absent';

const upper = (bytes: Uint8Array): string => bytesToHex(bytes).toUpperCase();
const hashOf = (text: string): string => upper(sha256(utf8ToBytes(text)));

/** The same validator for the same name. */
export function validator(name: string, power = 1): Forged {
  const secret = sha256(utf8ToBytes(`validator ${name}`));
  const key = ed25519.getPublicKey(secret);
  return {
    name,
    secret,
    json: {
      address: upper(consensusAddress(key)),
      pub_key: { type: 'tendermint/PubKeyEd25519', value: toBase64(key) },
      voting_power: String(power),
    },
  };
}

/** `abcd` → four validators of power 1. */
export const named = (names: string): Forged[] => [...names].map((name) => validator(name));
export const setOf = (set: readonly Forged[]): ValidatorSet => readValidatorSet(set.map(({ json }) => json));

export interface Plan {
  height: number;
  set: readonly Forged[];
  /** announced; default the same */
  next?: readonly Forged[];
  /** by validator name; default: all for the block */
  votes?: (name: string) => Vote;
  /** seconds after the genesis; default 10 · height */
  atS?: number;
  /** anything that tells two headers of one height apart */
  salt?: string;
  /** default: a made-up one */
  lastHash?: Uint8Array;
  round?: number;
  chainId?: string;
}

export function forge({
  height,
  set,
  next = set,
  votes = () => 'block',
  atS = 10 * height,
  salt = '',
  lastHash,
  round = 0,
  chainId = CHAIN,
}: Plan): LightBlock {
  const time = new Date(Date.parse(GENESIS_TIME) + atS * 1000).toISOString().replace('.000Z', 'Z');
  const header: HeaderJson = {
    version: { block: '11' },
    chain_id: chainId,
    height: String(height),
    time,
    last_block_id: { hash: lastHash ? upper(lastHash) : hashOf(`block ${height - 1}`), parts: { total: 1, hash: hashOf('parts') } },
    last_commit_hash: hashOf('commit'),
    data_hash: hashOf('data'),
    validators_hash: upper(setOf(set).hash),
    next_validators_hash: upper(setOf(next).hash),
    consensus_hash: hashOf('consensus'),
    app_hash: hashOf(`state ${height} ${salt}`),
    last_results_hash: hashOf('results'),
    evidence_hash: hashOf('evidence'),
    proposer_address: set[0].json.address,
  };
  const commit: CommitJson = {
    height: String(height),
    round,
    block_id: { hash: upper(headerHash(header)), parts: { total: 1, hash: hashOf('parts') } },
    signatures: [],
  };
  commit.signatures = set.map(({ name, json }) =>
    votes(name) === 'absent'
      ? { block_id_flag: 1, validator_address: '', timestamp: '0001-01-01T00:00:00Z', signature: null }
      : { block_id_flag: votes(name) === 'block' ? 2 : 3, validator_address: json.address, timestamp: time, signature: null },
  );
  set.forEach(({ secret }, i) => {
    if (commit.signatures[i].block_id_flag !== 1)
      commit.signatures[i].signature = toBase64(ed25519.sign(voteSignBytes(chainId, commit, i), secret));
  });
  return { signed_header: { header, commit }, validator_set: { validators: set.map(({ json }) => json) } };
}

export const hashOfBlock = ({ signed_header: { header } }: LightBlock): Uint8Array => headerHash(header);
export const lacking =
  (...names: string[]) =>
  (name: string): Vote =>
    names.includes(name) ? 'absent' : 'block';

/** `code field` of what is refused, or `accepted`. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'accepted';
}

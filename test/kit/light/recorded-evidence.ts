/**
 * Makes sdk/vectors/recorded-evidence.json: evidence by this side from the recorded chain (src/reader/light/testdata/chain.json), for Go to
 * judge (chain/internal/evidence/recorded_test.go). `node scripts/run.mjs test/kit/light/recorded-evidence.ts`, after the recording too.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  type CommitJson,
  type HeaderJson,
  headerHash,
  readTime,
  readValidatorSet,
  type ValidatorJson,
} from '../../../src/protocol/comet/index.ts';
import { encodeEvidence, type ProofOps } from '../../../src/reader/light/index.ts';

interface Signed {
  header: HeaderJson;
  commit: CommitJson;
}
interface Recording {
  chainId: string;
  state: number;
  sets: Record<string, ValidatorJson[]>;
  blocks: Signed[];
  proofs: Record<string, { key: string; ops: ProofOps }>;
}

export const FILE = new URL('../../../sdk/vectors/recorded-evidence.json', import.meta.url);
export const recording = (): Recording =>
  JSON.parse(readFileSync(new URL('../../../src/reader/light/testdata/chain.json', import.meta.url), 'utf8')) as Recording;

const ABOUT =
  'Evidence that TypeScript made of a recorded chain: from which kept header each is judged, and the keys that it proves, in order. ' +
  'Keys in hex; `holds` false: its signatures do not lead there. Evidence in base64.';

/** Header of the state that was recorded, and those it is judged from. */
const CASES = [
  { name: 'the next header, set unchanged', from: 153, to: 154, holds: true },
  { name: 'a header further on, set unchanged', from: 151, to: 153, proofs: ['params', 'genesisHash', 'roster'], holds: true },
  { name: 'another set, announced right before', from: 150, to: 151, holds: true },
  { name: 'another set, more than a third of the one gone on from', from: 127, to: 153, proofs: ['tariffInForce'], holds: true },
  { name: 'nothing at a key, between two neighbours', from: 152, to: 153, proofs: ['noLateRoster', 'noTariff'], holds: true },
  { name: 'a set of which nobody was there at first', from: 3, to: 153, holds: false },
] as const;

export function recordedEvidence(chain = recording()) {
  const at = (height: number): Signed => chain.blocks.find(({ header }) => Number(header.height) === height)!;
  const set = (hash: string) => readValidatorSet(chain.sets[hash]);
  const cases = CASES.map(({ name, from, to, holds, ...rest }) => {
    const [kept, shown] = [at(from).header, at(to)];
    const { seconds, nanos } = readTime(kept.time, 'time');
    const proofs = ('proofs' in rest ? rest.proofs : []).map((proof) => chain.proofs[proof]);
    const evidence = encodeEvidence({
      ...shown,
      validators: set(shown.header.validators_hash),
      trusted: set(kept.next_validators_hash),
      proofs: proofs.map(({ ops }) => ops),
    });
    return {
      name,
      holds,
      kept: {
        height: String(from),
        hash: bytesToHex(headerHash(kept)),
        unixNs: String(seconds * 1_000_000_000n + BigInt(nanos)),
        nextValidatorsHash: kept.next_validators_hash.toLowerCase(),
      },
      keys: proofs.map(({ key }) => key),
      evidence: Buffer.from(evidence).toString('base64'),
    };
  });
  return `${JSON.stringify({ about: ABOUT, chainId: chain.chainId, cases }, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(FILE, recordedEvidence());

/**
 * The chain's log for auditors, and with it who became the operator: the proofs of its last entries at one block, taken with every round of
 * state proofs, and what they say. Each step of the proven walk begins right behind an entry, so that an export shows the log from any of
 * them on by leaving steps away.
 */
import { encodeLogFile, type LogEntry, type LogFile } from '../../protocol/index.ts';
import {
  METER_STORE,
  type ProofOpJson,
  readLog,
  readNextSeq,
  stateKeys,
  stateRanges,
  verifyRange,
  verifyState,
} from '../../reader/light/index.ts';
import type { Tx } from '../db/index.ts';
import { believed } from './errors.ts';
import { rangeOf, type Target } from './range-proof.ts';

/**
 * Entries that are proven anew each time: years of a community's, and seconds of a node's work (0.6 s for a thousand of them, asked and
 * verified). The store proves one key to a question, so a range is asked from key to key. An older audit starts anew.
 */
const PROVEN_MAX = 5000;
/** Questions at once. */
const BATCH = 50;

export interface KnownLog {
  file: LogFile;
  entries: readonly LogEntry[];
  nextSeq: number;
}

/** @throws UntrustedNodeError when the node's proofs do not hold */
export async function logOf(target: Target): Promise<KnownLog> {
  const { node, chainId, height, appHash } = target;
  const [ops] = await node.stateProofs(METER_STORE, [stateKeys.nextSeq()], height);
  const next = believed(node, "the log's next number", () => {
    const shown = verifyState(appHash, METER_STORE, stateKeys.nextSeq(), ops);
    return readNextSeq({ key: stateKeys.nextSeq(), value: shown.absent ? new Uint8Array(0) : shown.value });
  });
  const from = Math.max(1, next - PROVEN_MAX);
  const keys = Array.from({ length: next - from + 1 }, (_, i) => stateRanges.log(from + i).from);
  const steps: ProofOpJson[][] = [];
  for (let at = 0; at < keys.length; at += BATCH) steps.push(...(await node.stateProofs(METER_STORE, keys.slice(at, at + BATCH), height)));
  const rotations = await rangeOf(target, stateRanges.rotations());
  return believed(node, 'the log', () => {
    const range = stateRanges.log(from);
    const log = readLog(from, verifyRange(appHash, METER_STORE, range.from, range.to, steps).entries);
    return { ...log, file: { chainId, height, store: ops[1].data, from, proofs: steps.map(([iavl]) => iavl.data), rotations } };
  });
}

/** Keeps the newest proofs, and every entry ever seen. */
export async function keepLog(tx: Tx, { file, entries, nextSeq }: KnownLog): Promise<void> {
  await tx`
    insert into chain.log_proof (height, first_seq, next_seq, file)
    values (${file.height}, ${file.from}, ${nextSeq}, ${encodeLogFile(file)})
    on conflict (one) do update set height = excluded.height, first_seq = excluded.first_seq, next_seq = excluded.next_seq,
      file = excluded.file
    where chain.log_proof.height < excluded.height`;
  const [{ known }] = await tx<{ known: number }[]>`select coalesce(max(seq), 0)::int as known from chain.log_entry`;
  for (const { seq, kind, day, version, meter } of entries.filter((entry) => entry.seq > known))
    await tx`
      insert into chain.log_entry (seq, kind, day, version, meter) values (${seq}, ${kind}, ${day}, ${version}, ${meter})
      on conflict do nothing`;
}

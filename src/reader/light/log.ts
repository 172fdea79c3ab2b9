/** The chain's log, as a range proof shows it (protocol §9.1). */
import { equalBytes } from '../../protocol/comet/index.ts';
import { LOG_KINDS, type LogEntry } from '../../protocol/day/log.ts';
import { LogEntry as LogMessage } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { U32_MAX } from '../../protocol/values/time.ts';
import type { Entry } from './ics23.ts';
import { stateKeys } from './keys.ts';
import { address, bad, bytesOf, dayOf, read, whole } from './state-fields.ts';

const SEQ_MAX = 2 ** 48;

/** The number in a log entry's key. */
const seqOf = (key: Uint8Array): number => key.slice(1).reduce((n, byte) => n * 256 + byte, 0);

/** An entry of the log, by whatever number its key has. */
export const readLogEntry = (entry: Entry): LogEntry =>
  read(
    entry,
    'log entry',
    LogMessage,
    (m) => {
      const kind = LOG_KINDS[m.kind - 1];
      if (kind === undefined) throw bad('log entry.kind', `1 … ${LOG_KINDS.length}`);
      const [isOfVersion, isOfMeter] = [kind === 'correction', kind !== 'correction' && kind !== 'late-roster'];
      if (!isOfVersion && m.version !== 0) throw bad('log entry.version', 'none but of a correction');
      if (!isOfMeter && m.meter !== '') throw bad('log entry.meter', 'none of a correction or late roster');
      return {
        seq: whole(seqOf(entry.key), 'log entry.seq', 1, SEQ_MAX),
        kind,
        day: dayOf(m.day, 'log entry.day'),
        version: isOfVersion ? whole(m.version, 'log entry.version', 2, U32_MAX) : null,
        meter: isOfMeter ? address(m.meter, 'log entry.meter') : null,
      };
    },
    ({ seq }) => stateKeys.logEntry(seq),
  );

/** The number of the log's next entry: eight bytes, big-endian. */
export function readNextSeq({ key, value }: Entry): number {
  if (!equalBytes(key, stateKeys.nextSeq())) throw bad('next number key', 'the key of this value');
  return whole(seqOf(Uint8Array.from([0, ...bytesOf(value, 'next number', 8)])), 'next number', 1, SEQ_MAX);
}

/**
 * The chain's log from a number to its end, from what a range proof of stateRanges.log showed: numbers without a gap, then the next one.
 * @throws LightError `bad-value`
 */
export function readLog(from: number, entries: readonly Entry[]): { entries: LogEntry[]; nextSeq: number } {
  const last = entries.at(-1);
  if (!last) throw bad('log', 'its next number behind the last entry');
  const nextSeq = readNextSeq(last);
  const log = entries.slice(0, -1).map(readLogEntry);
  log.forEach(({ seq }, i) => {
    if (seq !== from + i) throw bad(`log entry ${seq}`, `number ${from + i}: the log has no gaps`);
  });
  if (nextSeq !== from + log.length) throw bad('next number', `${from + log.length}, that after the last entry`);
  return { entries: log, nextSeq };
}

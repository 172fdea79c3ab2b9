/**
 * Attacks with other bytes for the same statement (protocol §9.7). Two decoders of one byte string may read two things, and a day whose
 * statement one of them cannot read is billed to nobody: so the chain takes the one encoding, and refuses every other in CheckTx, as a
 * proposal and in a block alike.
 */
import type { AttackChain } from '../test/kit/attack/hostile-chain.ts';
import { encodeMessage } from '../test/kit/chain.ts';
import type { Attack, Outcome } from './attack.ts';
import { close, dayOver, outcome, rule } from './chain.ts';

const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);
const DAY_FIELD = 2;
/** Field 1025, of wire type 3 and 4: a group that the SDK would let pass as not critical. */
const GROUP_BEGIN = varint((1025 << 3) | 3);
const GROUP_END = varint((1025 << 3) | 4);

/** An honest statement in other bytes; in its own it is taken. */
async function sentWith(c: AttackChain, change: (value: readonly number[], day: number) => readonly number[]): Promise<Outcome> {
  const [meter, day] = [c.take(), await dayOver(c)];
  const statement = encodeMessage(close(c, meter, day));
  const other = { ...statement, value: Uint8Array.from(change([...statement.value], day)) };
  const refused = await c.judge(await c.signedAs(meter, [other]));
  return outcome(refused, await c.judge(await c.signedAs(meter, [statement])), 'in its one encoding');
}

const dayBytes = (day: number): number[] => [DAY_FIELD << 3, ...varint(day)];
const twice = (value: readonly number[], day: number): number[] => [...value, ...dayBytes(day)];

/** The day in one byte more, in its place. */
function longer(value: readonly number[], day: number): number[] {
  const short = dayBytes(day);
  const at = value.findIndex((_, i) => short.every((byte, k) => value[i + k] === byte));
  return [...value.slice(0, at), ...short.slice(0, -1), short[short.length - 1] | 0x80, 0x00, ...value.slice(at + short.length)];
}

const nested = (value: readonly number[]): number[] => [
  ...value,
  ...Array(101).fill(GROUP_BEGIN).flat(),
  ...Array(101).fill(GROUP_END).flat(),
];

export const encodingAttacks: readonly Attack[] = [
  rule(
    'statement-that-the-index-cannot-read',
    'meter',
    'hides a hundred nested groups in its statement, which decoders of JavaScript give up on',
    'meter/13',
    (c) => sentWith(c, nested),
  ),
  rule('statement-with-its-day-twice', 'meter', 'says the day of its statement twice, of which decoders may take either', 'meter/13', (c) =>
    sentWith(c, twice),
  ),
  rule('statement-with-a-longer-number', 'meter', 'writes its day with a byte more than it needs', 'meter/13', (c) => sentWith(c, longer)),
];

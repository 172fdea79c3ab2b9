/**
 * Sends what is stated: a day with evidence that the community's chain has proven it, and the Net proof. What became of a day is what this
 * node's own index of the main chain is certain of, before anything is sent and after: a node's word that a day is taken, or its time over,
 * ends nothing. So nothing is lost by a node that lies, nothing goes twice, and what the index does not show yet the chain refuses.
 */
import { randomBytes } from 'node:crypto';
import { compressProof } from '../../protocol/bundle/points.ts';
import { equalBytes } from '../../protocol/comet/index.ts';
import { fieldToBytes } from '../../protocol/index.ts';
import { mainTypeUrlOf, register } from '../../protocol/messages/main-messages.ts';
import { CLOSE_DAY_TYPE_URL, MsgCloseDay } from '../../protocol/messages/messages.ts';
import { sealBox } from '../../protocol/meter/seal.ts';
import { dayEvidenceKeys, type EvidenceParts, encodeEvidence, evidenceOf } from '../../reader/light/index.ts';
import type { Sql } from '../db/index.ts';
import type { Log } from '../shared/log.ts';
import { keepBox, type NotedDay, nextDay, noteAnswer, openDays, type ReadyDay } from './days.ts';
import { UplinkError } from './errors.ts';
import type { KeptHeader } from './evidence.ts';
import type { MainChain } from './main-chain.ts';
import type { MainView } from './main-view.ts';
import { type Line, statementBytes } from './net.ts';

export interface SendOptions {
  sql: Sql;
  main: MainChain;
  /** the index of the main chain */
  view: Pick<MainView, 'commitment' | 'isFrozen'>;
  line: Line;
  /** askEvidence of this community's chain */
  evidence: (asked: { keys?: readonly Uint8Array[]; kept: KeptHeader }) => Promise<EvidenceParts>;
  log: Pick<Log, 'info' | 'warn'>;
}

/** x/meter's code for a day that has a statement already (chain/x/meter/types/errors.go). */
const DAY_USED = 23;

const RAN_OUT =
  'The main chain’s view of this chain ran out: `electra uplink join` again for a new checkpoint, by which its operator has you resumed';
/** What somebody can do where trying again alone does not help, by x/register's codes (docs/uplink.md). */
const REMEDIES: Readonly<Record<number, string>> = {
  6: 'The community is suspended: `electra uplink status` says why',
  9: RAN_OUT,
};

const WAITS_FOR_INDEX = 'the main chain has a statement of the day; this node’s index of it does not show that yet';
const OTHER =
  'the main chain has another statement of the day than this database, which is older than what was sent: the day is shared and settled ' +
  'as stated there. Restore the backup that it was made from, if there is one (docs/uplink.md)';
const FROZEN = 'the day is frozen on the main chain without a statement of this community';

/** Notes what the main chain certainly has of days that are not over. Returns how many are over by it. */
export async function noteFates({ sql, view, log }: Pick<SendOptions, 'sql' | 'view' | 'log'>): Promise<number> {
  let over = 0;
  for (const noted of await openDays(sql)) {
    const found = await fateOf(view, noted);
    if (!found) continue;
    over++;
    await noteAnswer(sql, noted.day, found);
    if (found.fate === 'stated') log.info({ day: noted.day }, 'the day is stated on the main chain');
    else log.warn({ day: noted.day }, `day ${noted.day}: ${found.error}`);
  }
  return over;
}

async function fateOf(view: SendOptions['view'], { day, C }: NotedDay) {
  const isFrozen = await view.isFrozen(day); // asked first: what was stated before the freeze is seen below
  const found = await view.commitment(day);
  if (found) return equalBytes(found, fieldToBytes(C)) ? STATED : { error: OTHER, fate: 'other' as const };
  return isFrozen ? { error: FROZEN, fate: 'missed' as const } : undefined;
}
const STATED = { error: null, fate: 'stated' as const };

const keptOf = async (main: MainChain): Promise<KeptHeader | undefined> => {
  const found = await main.community();
  return found && { height: Number(found.latest.height), nextValidatorsHash: found.latest.nextValidatorsHash };
};

/** Sends the day that is next. Returns 1 where the main chain's node says that it was taken: noteFates knows when it certainly was. */
export async function sendNextDay(options: SendOptions): Promise<number> {
  const { sql, main, line, log } = options;
  const ready = await nextDay(sql);
  if (!ready) return 0;
  // What a node said a while ago did not come true, or may be untrue: another one is asked.
  if (ready.isSaid || ready.error !== null) main.leave();
  const kept = await keptOf(main);
  if (!kept)
    throw new UplinkError('not-enrolled', `the main chain has no community behind ${line.uplink} in force yet: electra uplink status`);
  const evidence = encodeEvidence(await options.evidence({ keys: dayEvidenceKeys(ready.day), kept }));
  const { keyEpoch, sealed } = await boxOf(ready, options);
  const { code, codespace, txHash, height, ...answer } = await main.send([
    {
      typeUrl: CLOSE_DAY_TYPE_URL,
      value: MsgCloseDay.encode({
        ...{ meter: line.uplink, day: ready.day, keyEpoch, commitment: fieldToBytes(ready.C), sealed, evidence },
        netProof: compressProof(ready.proof, 'netProof'),
      }).finish(),
    },
  ]);
  if (code === 0 || (codespace === 'meter' && code === DAY_USED)) {
    await noteAnswer(sql, ready.day, { txHash, error: code === 0 ? null : WAITS_FOR_INDEX });
    log.info({ day: ready.day, height }, 'the day is sent; its index says when the main chain has it');
    return 1;
  }
  const remedy = codespace === 'register' ? REMEDIES[code] : undefined;
  const error = `${codespace} ${code}: ${answer.log}`.slice(0, 500) + (remedy ? `. ${remedy}` : '');
  await noteAnswer(sql, ready.day, { error });
  if (error !== ready.error) log.warn({ day: ready.day, code }, `the main chain did not take the day: ${error}`);
  return 0;
}

/** The box that was sealed to the newest key, or a new one, kept before it is sent. */
async function boxOf(ready: ReadyDay, { sql, main, line }: SendOptions): Promise<{ keyEpoch: number; sealed: Uint8Array }> {
  const { epoch, key } = await main.sealingKey();
  if (ready.box?.keyEpoch === epoch) return ready.box;
  const secret = new Uint8Array(randomBytes(32));
  const box = { keyEpoch: epoch, sealed: sealBox(statementBytes(ready, line, epoch), key, secret), secret };
  await keepBox(sql, ready.day, box);
  return box;
}

/** So old may the header be that the main chain goes on from, in the trust period, before it is shown a newer one. */
const REFRESH_PART = 4;
const UPDATE_EVERY_S = 3600;

/** Shows the main chain a newer header where no day has for a while: or its client would run out. Returns 1 where it was taken. */
export async function keepClientFresh(options: SendOptions, { trustPeriodS }: { trustPeriodS: number }): Promise<number> {
  const { main, line, log } = options;
  const found = await main.community();
  if (found?.community.suspended !== '') return 0;
  const ageS = Date.now() / 1000 - Number(found.latest.unixNs / 1_000_000_000n);
  if (ageS < Math.max(UPDATE_EVERY_S, trustPeriodS / REFRESH_PART)) return 0;
  if (ageS >= trustPeriodS) {
    log.warn({}, RAN_OUT); // no header is taken from one so old
    return 0;
  }
  const kept = { height: Number(found.latest.height), nextValidatorsHash: found.latest.nextValidatorsHash };
  const evidence = evidenceOf(await options.evidence({ kept }));
  const answer = await main.send([
    { typeUrl: mainTypeUrlOf('UpdateClient'), value: register.MsgUpdateClient.encode({ uplink: line.uplink, evidence }).finish() },
  ]);
  if (answer.code === 0) log.info({ height: answer.height }, 'the main chain goes on from a newer header');
  else log.warn({ code: answer.code }, `the main chain did not take a newer header: ${answer.codespace} ${answer.code}: ${answer.log}`);
  return answer.code === 0 ? 1 : 0;
}

/**
 * Sends what is stated: a day with evidence that the community's chain has proven it, and the Net proof. A lost answer is looked up by the
 * transaction's hash (src/node/signer/submit.ts); after a kill the index of the main chain is asked first what that has of the day. So
 * nothing goes twice, and what the index does not show yet the chain refuses by itself.
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
import { keepBox, nextDay, noteAnswer, type ReadyDay } from './days.ts';
import { UplinkError } from './errors.ts';
import type { KeptHeader } from './evidence.ts';
import type { MainChain } from './main-chain.ts';
import type { MainView } from './main-view.ts';
import { type Line, statementBytes } from './net.ts';

export interface SendOptions {
  sql: Sql;
  main: MainChain;
  /** the index of the main chain */
  view: Pick<MainView, 'commitment'>;
  line: Line;
  /** askEvidence of this community's chain */
  evidence: (asked: { keys?: readonly Uint8Array[]; kept: KeptHeader }) => Promise<EvidenceParts>;
  log: Pick<Log, 'info' | 'warn'>;
}

/** x/meter's codes that end a day or its box (chain/x/meter/types/errors.go). */
const DAY_USED = 23;
const DAY_TOO_OLD = 25;

const keptOf = async (main: MainChain): Promise<KeptHeader | undefined> => {
  const found = await main.community();
  return found && { height: Number(found.latest.height), nextValidatorsHash: found.latest.nextValidatorsHash };
};

/** Sends the day that is next. Returns 1 where the main chain took it, or has it, or takes it no more. */
export async function sendNextDay(options: SendOptions): Promise<number> {
  const { sql, main, view, line, log } = options;
  const ready = await nextDay(sql);
  if (!ready) return 0;
  if (await isThere(view, ready)) {
    await noteAnswer(sql, ready.day, { error: null, fate: 'stated' });
    return 1;
  }
  const kept = await keptOf(main);
  if (!kept)
    throw new UplinkError('not-enrolled', `the main chain has no community behind ${line.uplink} in force yet: electra uplink status`);
  const evidence = encodeEvidence(await options.evidence({ keys: dayEvidenceKeys(ready.day), kept }));
  const { keyEpoch, sealed } = await boxOf(ready, options);
  const answer = await main.send([
    {
      typeUrl: CLOSE_DAY_TYPE_URL,
      value: MsgCloseDay.encode({
        ...{ meter: line.uplink, day: ready.day, keyEpoch, commitment: fieldToBytes(ready.C), sealed, evidence },
        netProof: compressProof(ready.proof, 'netProof'),
      }).finish(),
    },
  ]);
  const own = answer.codespace === 'meter';
  if (answer.code === 0 || (own && answer.code === DAY_USED && (await isThere(view, ready)))) {
    await noteAnswer(sql, ready.day, { txHash: answer.txHash, error: null, fate: 'stated' });
    log.info({ day: ready.day, height: answer.height }, 'the day is stated on the main chain');
    return 1;
  }
  const error = `${answer.codespace} ${answer.code}: ${answer.log}`.slice(0, 500);
  const missed = own && answer.code === DAY_TOO_OLD;
  await noteAnswer(sql, ready.day, { error, ...(missed && { fate: 'missed' as const }) });
  if (error !== ready.error) log.warn({ day: ready.day, code: answer.code }, `the main chain did not take the day: ${error}`);
  return missed ? 1 : 0;
}

/** Whether the main chain has this statement, as far as its index is certain. @throws UplinkError `other-statement` where it has another */
async function isThere(view: SendOptions['view'], { day, C }: ReadyDay): Promise<boolean> {
  const found = await view.commitment(day);
  if (found && !equalBytes(found, fieldToBytes(C)))
    throw new UplinkError(
      'other-statement',
      `day ${day}: the main chain has another statement than this database: restore the backup that it was made from`,
    );
  return found !== undefined;
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
  const kept = { height: Number(found.latest.height), nextValidatorsHash: found.latest.nextValidatorsHash };
  const evidence = evidenceOf(await options.evidence({ kept }));
  const answer = await main.send([
    { typeUrl: mainTypeUrlOf('UpdateClient'), value: register.MsgUpdateClient.encode({ uplink: line.uplink, evidence }).finish() },
  ]);
  if (answer.code === 0) log.info({ height: answer.height }, 'the main chain goes on from a newer header');
  else log.warn({ code: answer.code }, `the main chain did not take a newer header: ${answer.codespace} ${answer.code}: ${answer.log}`);
  return answer.code === 0 ? 1 : 0;
}

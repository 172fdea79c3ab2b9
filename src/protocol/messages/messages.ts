/**
 * The chain's messages (x/meter) as typed URLs, for signing with @cosmjs/proto-signing or with sign.ts, and for whoever decodes blocks.
 */
import type { GeneratedType } from '@cosmjs/proto-signing';
import * as tx from './generated/electra/meter/v1/tx.ts';

export * from './generated/electra/meter/v1/tx.ts';

const PREFIX = '/electra.meter.v1.';

/** Every message of x/meter, for `new Registry(meterTypes)`. */
export const meterTypes: ReadonlyArray<[string, GeneratedType]> = [
  [`${PREFIX}MsgEnrolMeter`, tx.MsgEnrolMeter],
  [`${PREFIX}MsgRetireMeter`, tx.MsgRetireMeter],
  [`${PREFIX}MsgPublishNodeKey`, tx.MsgPublishNodeKey],
  [`${PREFIX}MsgSetTariff`, tx.MsgSetTariff],
  [`${PREFIX}MsgReport`, tx.MsgReport],
  [`${PREFIX}MsgCloseDay`, tx.MsgCloseDay],
  [`${PREFIX}MsgDisputeDay`, tx.MsgDisputeDay],
  [`${PREFIX}MsgAnchorBook`, tx.MsgAnchorBook],
  [`${PREFIX}MsgNoBill`, tx.MsgNoBill],
  [`${PREFIX}MsgWithdrawNoBill`, tx.MsgWithdrawNoBill],
];

export const REPORT_TYPE_URL = `${PREFIX}MsgReport`;
export const CLOSE_DAY_TYPE_URL = `${PREFIX}MsgCloseDay`;

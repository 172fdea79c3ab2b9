/** The main chain's messages beside x/meter's, for whoever signs them or decodes blocks: `settlement.MsgSettle.encode(…)`. */
import type { BinaryWriter } from '@bufbuild/protobuf/wire';
import * as bank from './bank.ts';
import * as electra from './generated/electra/electra/v1/tx.ts';
import * as register from './generated/electra/register/v1/tx.ts';
import * as settlement from './generated/electra/settlement/v1/tx.ts';
import { MAIN_MESSAGES } from './main-table.ts';

export { type MainMessageName, mainTypeUrlOf } from './main-table.ts';
export { electra, register, settlement };

/** What a registry of messages asks of a type. */
export interface MessageCodec {
  encode(message: never, writer?: BinaryWriter): BinaryWriter;
  decode(input: Uint8Array, length?: number): unknown;
  fromPartial(message: never): unknown;
}

const CODECS: Readonly<Record<string, unknown>> = { ...bank, ...settlement, ...electra, ...register };

/** Every message of the main chain but x/meter's, for `new Registry([...meterTypes, ...mainTypes])`. */
export const mainTypes: ReadonlyArray<[string, MessageCodec]> = MAIN_MESSAGES.map(({ name, typeUrl }) => [
  typeUrl,
  CODECS[`Msg${name}`] as MessageCodec,
]);

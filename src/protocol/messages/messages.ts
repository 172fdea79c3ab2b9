/**
 * The chain's messages (x/meter) as typed URLs, for signing with @cosmjs/proto-signing or with sign.ts, and for whoever decodes blocks.
 */
import type { GeneratedType } from '@cosmjs/proto-signing';
import * as tx from './generated/electra/meter/v1/tx.ts';
import { MESSAGES, typeUrlOf } from './table.ts';

export * from './generated/electra/meter/v1/tx.ts';
export { MESSAGES, type MessageName, typeUrlOf } from './table.ts';

/** Every message of x/meter, for `new Registry(meterTypes)`. */
export const meterTypes: ReadonlyArray<[string, GeneratedType]> = MESSAGES.map(({ name, typeUrl }) => [
  typeUrl,
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: the table names the messages; all of them are needed.
  tx[`Msg${name}`],
]);

export const REPORT_TYPE_URL = typeUrlOf('Report');
export const CLOSE_DAY_TYPE_URL = typeUrlOf('CloseDay');

/**
 * `electra account`: the books' process, composed here because the rooms may not know each other: the books draft, the provers' queue is
 * filled, the node audits itself with the auditor's own code, and the signer anchors.
 */
import { randomBytes } from 'node:crypto';
import { auditBundle } from '../../reader/audit/index.ts';
import { auditMain } from '../../reader/audit/main/index.ts';
import { runBooks } from '../books/index.ts';
import { awaitSchema, databaseUrl } from '../db/index.ts';
import { wasmBackend } from '../proofs/backend-wasm.ts';
import { billSumInput, clearingInput, clearingSharedInput, dayBillInput, startProofQueue, substituteInput } from '../proofs/index.ts';
import { type DataFolder, isDevelopment, isExchange } from './data-folder.ts';
import { nodeKeys } from './keys.ts';
import type { ProcessContext } from './process.ts';

export async function accountProcess(data: DataFolder, { signal, log, waiting }: ProcessContext): Promise<void> {
  const keys = nodeKeys(data);
  const url = databaseUrl(data.secrets, 'books');
  await awaitSchema({ databaseUrl: url, signal, log, waiting });
  if (signal.aborted) return;
  const backend = await wasmBackend();
  const random = (length: number) => randomBytes(length);
  const queue = await startProofQueue({ databaseUrl: url, log });
  try {
    await runBooks({
      databaseUrl: url,
      vaultSocket: data.vaultSocket,
      signerSocket: data.signerSockets.books,
      development: isDevelopment(data),
      signal,
      log,
      onDrafted: () => void queue.kick(),
      builders: { dayBillInput, clearingInput, substituteInput },
      audit: (files, { nowUnixS }) =>
        (isExchange(data) ? auditMain : auditBundle)(new Map(Object.entries(files)), {
          draft: true,
          nowUnixS,
          developmentKeys: keys.development,
          backend,
          random,
        }),
      ...(isExchange(data) && {
        exchange: { builders: { dayBillInput, clearingSharedInput, billSumInput } },
      }),
    });
  } finally {
    await queue.stop();
  }
}

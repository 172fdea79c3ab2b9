/** A worker of threads.ts: verifies shares of claims, keys kept by their number. */
import { parentPort, workerData } from 'node:worker_threads';
import { verifyBatch } from './batch.ts';
import type { VerificationKey } from './decode.ts';
import { VerifierError } from './errors.ts';
import { type Answer, backendOf, type Task } from './threads.ts';

const keys = new Map<number, VerificationKey>();
const backend = backendOf((workerData as { backendModule?: string }).backendModule);
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

parentPort!.on('message', async ({ id, keyId, vk, claims }: Task) => {
  const say = (answer: Answer): void => parentPort!.postMessage(answer);
  try {
    if (vk) keys.set(keyId, vk);
    say({ id, result: await verifyBatch(keys.get(keyId)!, claims, random, await backend) });
  } catch (error) {
    if (!(error instanceof VerifierError)) return say({ id, failed: (error as Error).message });
    const { code, field, expected } = error; // a class does not survive the way between threads
    say({ id, refused: { code, field, expected } });
  }
});

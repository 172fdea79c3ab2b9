/** A worker of threads.ts: verifies shares of claims, keys kept by their number. */
import { parentPort } from 'node:worker_threads';
import { loadBackend } from './backend.ts';
import { verifyBatch } from './batch.ts';
import type { VerificationKey } from './decode.ts';
import { VerifierError } from './errors.ts';
import type { Answer, Task } from './threads.ts';

const keys = new Map<number, VerificationKey>();

parentPort!.on('message', async ({ id, keyId, vk, claims }: Task) => {
  const say = (answer: Answer): void => parentPort!.postMessage(answer);
  try {
    if (vk) keys.set(keyId, vk);
    say({
      id,
      result: await verifyBatch(
        keys.get(keyId)!,
        claims,
        (length) => crypto.getRandomValues(new Uint8Array(length)),
        await loadBackend('wasm'),
      ),
    });
  } catch (error) {
    if (!(error instanceof VerifierError)) return say({ id, failed: (error as Error).message });
    const { code, field, expected } = error; // a class does not survive the way between threads
    say({ id, refused: { code, field, expected } });
  }
});

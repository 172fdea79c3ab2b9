/**
 * One audit on several cores: the worker that audits hands shares of the claims to others like it, each over a port of its own. A share is
 * as sound as the whole: each has its own randomness and equation (src/reader/verifier/threads.ts does the same in Node).
 */
import { type BatchResult, type Claim, type VerificationKey, verifyBatch } from '../../../src/reader/verifier/index.ts';

/** Below so many claims, handing them over costs more than it saves. */
const WORTH_CLAIMS = 64;

interface Share {
  id: number;
  vk: VerificationKey;
  claims: readonly Claim[];
}
interface ShareAnswer {
  id: number;
  bad: BatchResult['bad'] | null;
}

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/** Answers shares, in a worker that helps. */
export function serve(port: MessagePort): void {
  port.onmessage = async ({ data: { id, vk, claims } }: MessageEvent<Share>) => {
    const result = await verifyBatch(vk, claims, random).catch(() => null);
    port.postMessage({ id, bad: result?.bad ?? null } satisfies ShareAnswer);
  };
}

/** Another worker that takes shares. One that fails, or says nothing sensible, has its share verified here. */
function helper(port: MessagePort): (vk: VerificationKey, claims: readonly Claim[]) => Promise<BatchResult['bad']> {
  const waiting = new Map<number, (bad: BatchResult['bad'] | null) => void>();
  let last = 0;
  port.onmessage = ({ data }: MessageEvent<ShareAnswer>) => {
    waiting.get(data.id)?.(data.bad);
    waiting.delete(data.id);
  };
  return async (vk, claims) => {
    const id = ++last;
    const answered = new Promise<BatchResult['bad'] | null>((resolve) => waiting.set(id, resolve));
    port.postMessage({ id, vk, claims } satisfies Share);
    return (await answered) ?? (await verifyBatch(vk, claims, random)).bad;
  };
}

/** As verifyBatch, on this worker and those behind the ports. */
export function onCores(ports: readonly MessagePort[]): (vk: VerificationKey, claims: readonly Claim[]) => Promise<BatchResult> {
  const helpers = ports.map(helper);
  return async (vk, claims) => {
    if (claims.length < WORTH_CLAIMS || helpers.length === 0) return verifyBatch(vk, claims, random);
    const share = Math.ceil(claims.length / (helpers.length + 1));
    const theirs = helpers.map((verify, i) => verify(vk, claims.slice((i + 1) * share, (i + 2) * share)));
    const own = await verifyBatch(vk, claims.slice(0, share), random);
    const bad = [...own.bad, ...(await Promise.all(theirs)).flat()];
    return { ok: bad.length === 0, bad };
  };
}

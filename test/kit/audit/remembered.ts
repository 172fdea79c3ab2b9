/**
 * A verifier that remembers: the same proof of the same public inputs under the same key is verified once in a process. Whoever audits one
 * bundle a hundred times, each time with something else changed, has then verified what was not changed once. Every answer that it gives
 * was given by `verifyBatch` before; a key that is refused is refused anew each time.
 */
import type { AuditOptions } from '../../../src/reader/audit/index.ts';
import { type BadProof, type Claim, type VerificationKey, verifyBatch } from '../../../src/reader/verifier/index.ts';

type Fault = Omit<BadProof, 'id'>;
const HOLDS = null;

/** Everything that an answer depends on, each value with its type. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? { bigint: part.toString(16) } : part));

export function remembering({ random, backend }: Pick<AuditOptions, 'random' | 'backend'>): NonNullable<AuditOptions['verifyClaims']> {
  const answers = new Map<string, Map<string, Fault | null>>();
  return async (key: VerificationKey, claims: readonly Claim[]) => {
    const name = textOf(key);
    const known = answers.get(name) ?? new Map<string, Fault | null>();
    const asked = claims.map(({ id, proof, publicInputs }) => ({ id, text: textOf([proof, publicInputs]) }));
    const fresh = claims.filter((_, i) => !known.has(asked[i].text)).map((claim, i) => ({ ...claim, id: String(i) }));
    if (fresh.length > 0) {
      const { bad } = await verifyBatch(key, fresh, random, backend);
      const faults = new Map(bad.map(({ id, ...fault }) => [id, fault]));
      for (const { id, proof, publicInputs } of fresh) known.set(textOf([proof, publicInputs]), faults.get(id) ?? HOLDS);
      answers.set(name, known);
    }
    const bad = asked.flatMap(({ id, text }): BadProof[] => {
      const fault = known.get(text) ?? HOLDS;
      return fault === HOLDS ? [] : [{ id, ...fault }];
    });
    return { ok: bad.length === 0, bad };
  };
}

/**
 * Verifies a file of Groth16 proofs in one batch: node batch.ts VK_JSON PROOFS_JSON
 * PROOFS_JSON: [{"id", "proof": {"a": [x, y], "b": [[x0, x1], [y0, y1]], "c": [x, y]}, "publicInputs": ["decimal", …]}, …]
 */
import { readFileSync } from 'node:fs';
import { decodeVerificationKey, verificationKeyId, verifyBatch } from '../groth16.ts';

const [vkFile, proofsFile] = process.argv.slice(2);
const vkJson = JSON.parse(readFileSync(vkFile, 'utf8'));
const proofs: { id: string; proof: unknown; publicInputs: string[] }[] = JSON.parse(readFileSync(proofsFile, 'utf8'));

const vk = decodeVerificationKey(vkJson, proofs[0].publicInputs.length); // refuses weak and malformed keys
console.log(`key ${verificationKeyId('day-bill', vk)}`); // compare it with the one that you trust: whoever made a key up can prove anything
const claims = proofs.map(({ id, proof, publicInputs }) => ({ id, proof, publicInputs: publicInputs.map(BigInt) }));
// A CSPRNG, always: the coefficients must not be foreseen.
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

const { ok, bad } = await verifyBatch(vk, claims, random);
for (const { id, reason, detail } of bad) console.log(`${id}: ${reason}: ${detail}`);
console.log(ok ? `all ${claims.length} hold` : `${bad.length} of ${claims.length} do not hold`);
process.exitCode = ok ? 0 : 1;

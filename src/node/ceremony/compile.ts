/**
 * Compiles the project's circuits with circom (npm package circom2: circom 2.2 as WebAssembly) exactly as keys are made: --O2, which
 * removes every linear constraint. Keys fit one R1CS only, so the options live here and nowhere else; ceremony, build and tests all
 * come here.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALL_CIRCUITS, type CircuitRow, type CompiledCircuit } from './circuits.ts';
import { CeremonyError } from './errors.ts';

/** The compiler sees files below its working directory only, and includes reach node_modules. */
const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** Where what follows from sources alone is kept on this machine. */
export const CACHE = join(PROJECT, '.cache', 'ceremony');

const compiler = (): string => createRequire(import.meta.url).resolve('circom2/cli.js');

export const compilerName = (): string => {
  const { version } = JSON.parse(readFileSync(join(compiler(), '../package.json'), 'utf8')) as { version: string };
  return `circom2@${version} --O2`;
};

/**
 * Writes NAME.r1cs, NAME.wasm and NAME.sym into `outFolder`, which lies inside the project. `source` is a path of a .circom file relative
 * to circuits/. Throws with the compiler's words.
 */
export async function compile(
  source: string,
  outFolder: string,
  optimisation: '--O2' | '--O0' = '--O2',
): Promise<{ r1cs: string; wasm: string; sym: string }> {
  mkdirSync(outFolder, { recursive: true });
  const name = source.replace(/^.*\//, '').replace(/\.circom$/, '');
  await run([compiler(), join('circuits', source), '--r1cs', '--wasm', '--sym', optimisation, '-o', outFolder]);
  const wasm = join(outFolder, `${name}.wasm`);
  renameSync(join(outFolder, `${name}_js`, `${name}.wasm`), wasm);
  rmSync(join(outFolder, `${name}_js`), { recursive: true });
  return { r1cs: join(outFolder, `${name}.r1cs`), wasm, sym: join(outFolder, `${name}.sym`) };
}

/** The circuits of a chain, from the sources of this checkout. @throws CeremonyError `state` where there are none */
export async function compileAll(rows: readonly CircuitRow[], onCircuit: (name: string) => void = () => {}): Promise<CompiledCircuit[]> {
  if (!existsSync(join(PROJECT, 'circuits', `${ALL_CIRCUITS[0].name}.circom`)))
    throw new CeremonyError('state', 'circuits/*.circom: not here (an image has none); run this command in a checkout of the project');
  const compiled: CompiledCircuit[] = [];
  for (const row of rows) {
    onCircuit(row.name);
    compiled.push({ ...row, ...(await compile(`${row.name}.circom`, join(CACHE, 'compiled'))) });
  }
  return compiled;
}

function run(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (chunk: Buffer) => {
      output += String(chunk);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new CeremonyError('failed', `circom ended with ${code}:\n${output.slice(-2000)}`)),
    );
  });
}

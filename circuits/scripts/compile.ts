/**
 * Compiles the project's circuits with circom (npm package circom2: circom 2.2 as WebAssembly) exactly as the keys were made: --O2, which
 * removes every linear constraint. Keys fit one R1CS only, so the options live here and nowhere else; build.ts and the tests both come
 * here.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const circuits = ['day-bill', 'clearing'] as const;
export type CircuitName = (typeof circuits)[number];

export const circuitsFolder = fileURLToPath(new URL('..', import.meta.url));
// The compiler sees files below its working directory only, and includes reach node_modules.
const projectFolder = join(circuitsFolder, '..');
export const keysFolder = join(circuitsFolder, 'keys');

const compiler = createRequire(import.meta.url).resolve('circom2/cli.js');

export const compilerName = (): string => {
  const { version } = JSON.parse(readFileSync(join(compiler, '../package.json'), 'utf8')) as { version: string };
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
  await run([compiler, join('circuits', source), '--r1cs', '--wasm', '--sym', optimisation, '-o', outFolder]);
  const wasm = join(outFolder, `${name}.wasm`);
  renameSync(join(outFolder, `${name}_js`, `${name}.wasm`), wasm);
  rmSync(join(outFolder, `${name}_js`), { recursive: true });
  return { r1cs: join(outFolder, `${name}.r1cs`), wasm, sym: join(outFolder, `${name}.sym`) };
}

function run(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: projectFolder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`circom ended with ${code}:\n${output.slice(-2000)}`))));
  });
}

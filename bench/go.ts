/** Benchmarks of the chain, run by Go: what each prints, by its name. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CHAIN = fileURLToPath(new URL('../chain', import.meta.url));

export interface GoBench {
  /** package below chain/ */
  of: string;
  /** names that a regular expression of Go's finds */
  bench: string;
  times: number;
  env?: Record<string, string>;
  /** Go's -cpu */
  cores?: number;
}

/** Of what a failing `go test` says, the line that tells something. */
const lastWords = (lines: readonly string[]): string =>
  lines.filter((line) => line.trim() !== '' && !/^(FAIL|ok|exit status)\b/.test(line)).at(-1) ?? 'nothing';

/** The line of each benchmark, by its name without `Benchmark`. */
export function goBench({ of, bench, times, env = {}, cores }: GoBench): Promise<ReadonlyMap<string, string>> {
  const args = ['test', '-trimpath', of, '-run', '-', '-bench', bench, '-benchtime', `${times}x`, '-timeout', '60m'];
  // A group of its own: `go` starts the test as another process, which would outlive it.
  const child = spawn('go', [...args, ...(cores === undefined ? [] : ['-cpu', String(cores)])], {
    cwd: CHAIN,
    env: { ...process.env, CGO_ENABLED: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const endGroup = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // none of it is left
    }
  };
  process.once('exit', endGroup);
  child.once('exit', endGroup);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  return new Promise((done, fail) => {
    child.on('error', () => fail(new Error('go could not be run: this is measured by a test of the chain (https://go.dev/dl)')));
    child.on('close', (code) => {
      process.off('exit', endGroup);
      const lines = text.split('\n');
      const found = lines.flatMap((line): [string, string][] => {
        const name = /^Benchmark(\w+?)(?:-\d+)?\s/.exec(line)?.[1];
        return name === undefined ? [] : [[name, line]];
      });
      if (code === 0 && found.length > 0) done(new Map(found));
      else fail(new Error(`go test of ${bench} ended with ${code}, its last words: ${lastWords(lines).slice(0, 400)}`));
    });
  });
}

/** What a line of Go's says in a unit. Throws where it says nothing in it. */
export function metric(line: string | undefined, unit: string): number {
  const at = line?.split(/\s+/) ?? [];
  const value = Number(at[at.indexOf(unit) - 1]);
  if (!at.includes(unit) || !Number.isFinite(value)) throw new Error(`expected a benchmark's line with ${unit}, got ${line ?? 'none'}`);
  return value;
}

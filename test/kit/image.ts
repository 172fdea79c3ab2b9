/** What a Dockerfile would put into an image, read from its COPY lines and .dockerignore: enough of both for this repository's own. */
import { execFileSync } from 'node:child_process';

export interface Instruction {
  /** `COPY`, `RUN` … */
  name: string;
  text: string;
}

/** The instructions of each named stage. */
export function stages(dockerfile: string): Record<string, Instruction[]> {
  const found: Record<string, Instruction[]> = {};
  let current: Instruction[] = [];
  for (const line of dockerfile.replaceAll('\\\n', ' ').split('\n')) {
    const [, name, text] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') found[/ AS (\S+)$/.exec(text)![1]] = current = [];
    else if (name) current.push({ name, text });
  }
  return found;
}

/** A pattern of .dockerignore: `*` within a folder, `**` across folders; what lies below a match is matched too. */
function matcher(pattern: string): RegExp {
  const source = pattern
    .replace(/\/$/, '')
    .replace(/[.+^${}()|[\]]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (wild) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[wild]!);
  return new RegExp(`^${source}(?:/.*)?$`);
}

/** Whether .dockerignore keeps a path out: the last pattern that matches decides. */
export function ignoring(dockerignore: string): (path: string) => boolean {
  const rules = dockerignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ out: !line.startsWith('!'), matches: matcher(line.replace(/^!/, '')) }));
  return (path) => rules.findLast(({ matches }) => matches.test(path))?.out ?? false;
}

/** Paths that a stage has from the repository, each where it lies there. A COPY to another place is not understood, and said so. */
export function imageFiles(root: string, instructions: readonly Instruction[], dockerignore: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  const ignored = ignoring(dockerignore);
  const context = listed.split('\n').filter((path) => path !== '' && !ignored(path));
  const copied = instructions.filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from='));
  return [...new Set(copied.flatMap(({ text }) => filesOf(text, context)))].sort();
}

function filesOf(text: string, context: readonly string[]): string[] {
  const parts = text.split(/\s+/);
  const [sources, target] = [parts.slice(0, -1), parts.at(-1)!.replace(/^\.\//, '')];
  return sources.flatMap((source) => {
    const stays = target === source || `${target}${source.split('/').at(-1)}` === source;
    if (!stays) throw new Error(`COPY ${text}: expected a target that is the source's own place`);
    const found = context.filter((path) => path === source || (source.endsWith('/') && path.startsWith(source)));
    if (found.length === 0) throw new Error(`COPY ${text}: expected ${source} in the repository`);
    return found;
  });
}

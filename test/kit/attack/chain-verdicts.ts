/**
 * What the chain makes of bundles, by its own code (chain/internal/judgebooks): their books are sent to a chain whose state says what the
 * bundle's files say, each with its proofs as ProveBook carries them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { encodeWhole, ProtocolError, parseProofs } from '../../../src/protocol/index.ts';
import { writeBundle } from '../audit/bundles.ts';

type Files = ReadonlyMap<string, string>;

/** code: of the first refusal, 0 where there is none, null where no chain begins from the genesis. proven: books before that. */
export interface ChainVerdict {
  code: number | null;
  says: string;
  proven: number;
}

/** A bundle's folder, with the wholes of its books. Proofs that are no coordinates have no bytes: a byte says so. */
function write(files: Files, folder: string): void {
  writeBundle(files, folder);
  for (const [path, proofs] of files) {
    const found = /^(days\/[\d-]+)\/proofs(?:\.v(\d+))?\.json$/.exec(path);
    if (!found) continue;
    const book = files.get(path.replace('proofs', 'book'));
    writeFileSync(join(folder, found[1], `whole.v${found[2] ?? 1}`), book === undefined ? Uint8Array.of(0) : wholeIn(book, proofs));
  }
}

function wholeIn(book: string, proofs: string): Uint8Array {
  try {
    return encodeWhole(book, parseProofs(proofs));
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof SyntaxError || error instanceof RangeError) return Uint8Array.of(0);
    throw error;
  }
}

/** One verdict a bundle, in order. */
export async function chainVerdicts(bundles: readonly Files[]): Promise<ChainVerdict[]> {
  const root = mkdtempSync(join(tmpdir(), 'electra-bundles-'));
  try {
    const folders = bundles.map((_, i) => join(root, String(i)));
    for (const [i, files] of bundles.entries()) write(files, folders[i]);
    const go = spawn('go', ['run', '-trimpath', './internal/judgebooks'], {
      cwd: fileURLToPath(new URL('../../../chain', import.meta.url)),
      env: { ...process.env, CGO_ENABLED: '0' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const said = text(go.stdout);
    go.stdin.on('error', () => {}); // it may end before it reads
    go.stdin.end(folders.map((folder) => `${folder}\n`).join(''));
    const [code] = (await once(go, 'exit')) as [number];
    const lines = (await said).trimEnd().split('\n');
    if (code !== 0 || lines.length !== bundles.length) throw new Error(`chain/internal/judgebooks ended with code ${code}`);
    return lines.map((line) => JSON.parse(line) as ChainVerdict);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Makes a program that stands in for electra-prove, with one fault. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./bad-prover.mjs', import.meta.url));

export type Fault =
  | 'garbage'
  | 'truncated'
  | 'oversized'
  | 'another version'
  | 'another job'
  | 'a question'
  | 'internal error'
  | 'sizes for a proof'
  | 'death'
  | 'exit'
  | 'silence'
  | 'a wrong proof';

/** @returns the program's path, in `folder` */
export function badProver(folder: string, fault: Fault): string {
  const path = join(folder, `bad-prover-${fault.replaceAll(' ', '-')}`);
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${script}' '${fault}'\n`);
  chmodSync(path, 0o755);
  return path;
}

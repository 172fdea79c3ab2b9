/**
 * One electra_meter.c and one electra_meter.h out of all files:  node sdk/c/scripts/amalgamate.mjs <folder>
 * Define ELECTRA_BOX_LIBSODIUM or ELECTRA_BOX_MONOCYPHER, and ELECTRA_SIGN_LIBSECP256K1 or ELECTRA_SIGN_COMPACT, when compiling it; neither
 * of a pair: your own functions (a secure element) stand behind the crypto header.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sdk } from './lib.mjs';

const read = (path) => readFileSync(join(sdk, path), 'utf8');
/** A file without its includes of ours; those of constants are put in their place. */
const flat = (path) =>
  read(path).replace(/^#include "(.*)"\n/gm, (_line, name) => (/_constants\.h$/.test(name) ? flat(join(path, '..', name)) : ''));
const block = (path, text) => `\n/* ======== ${path} ======== */\n\n${text}`;

export function amalgamate(folder) {
  mkdirSync(folder, { recursive: true });
  const adapters = readdirSync(join(sdk, 'crypto'))
    .filter((name) => name.endsWith('.c'))
    .sort();
  const source = [
    '/* electra_meter.c - the firmware SDK in one file, made by scripts/amalgamate.mjs; do not edit. ' +
      'SPDX-License-Identifier: Apache-2.0 */\n',
    '#include "electra_meter.h"\n',
    block('src/internal.h', flat('src/internal.h')),
    ...readdirSync(join(sdk, 'src'))
      .filter((name) => name.endsWith('.c'))
      .sort()
      .map((name) => block(`src/${name}`, flat(`src/${name}`))),
    ...adapters.map((name) =>
      block(`crypto/${name}`, `#ifdef ELECTRA_${name.replace('.c', '').toUpperCase()}\n${flat(`crypto/${name}`)}#endif\n`),
    ),
  ];
  writeFileSync(join(folder, 'electra_meter.c'), source.join(''));
  writeFileSync(
    join(folder, 'electra_meter.h'),
    flat('include/electra_meter.h') + block('include/electra_crypto.h', flat('include/electra_crypto.h')),
  );
}

if (process.argv[1]?.endsWith('amalgamate.mjs')) amalgamate(process.argv[2]);

/** The addresses of all places, as the pages have them: read from the lists, which hold components that only a browser can load. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HOMES } from '../../../web/src/places/homes.ts';

const FOLDER = fileURLToPath(new URL('../../../web/src/places/', import.meta.url));

const pathsIn = (text: string): string[] =>
  [...text.matchAll(/^\s*(?:\{ )?path: (?:'([^']+)'|HOMES\.(\w+)),/gm)].map(([, path, role]) => path ?? HOMES[role as keyof typeof HOMES]);

export const PLACES: readonly string[] = readdirSync(FOLDER).flatMap((name) => pathsIn(readFileSync(FOLDER + name, 'utf8')));

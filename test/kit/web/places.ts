/** The addresses of all places, as the pages have them: from the lists' text, for these hold components that only a browser can load. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../web/src/places/', import.meta.url));
const textOf = (name: string): string => readFileSync(FOLDER + name, 'utf8');

/** Where each role is at home, by its name there. */
const homes = new Map([...textOf('homes.ts').matchAll(/(\w+): '(\/\w+)'/g)].map(([, role, path]) => [role, path]));

const pathsIn = (text: string): string[] =>
  [...text.matchAll(/^\s*(?:\{ )?path: (?:'([^']+)'|HOMES\.(\w+)),/gm)].map(([, path, role]) => path ?? homes.get(role)!);

export const PLACES: readonly string[] = readdirSync(FOLDER).flatMap((name) => pathsIn(textOf(name)));

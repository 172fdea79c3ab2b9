/**
 * A bundle holds nothing that is not checked: single changes of its files, one at a time, drawn by a seed. Each is refused by the audit, or
 * is another way to say the same, of a kind that EQUIVALENT names with its reason. What is changed is written canonically where the change
 * is one of a value, so that it is not the spelling that is refused; and by its spelling alone where the value stays.
 */

import { bn254 } from '@noble/curves/bn254.js';
import { canonicalJson, type Json } from '../src/protocol/index.ts';
import { auditBundle } from '../src/reader/audit/index.ts';
import { auditedBefore, type BundleName, load } from '../test/kit/audit/bundles.ts';
import { remembering } from '../test/kit/audit/remembered.ts';
import { EVERY_PROOF } from '../test/kit/audit/verdicts.ts';

type Path = readonly (string | number)[];

export interface Mutation {
  kind: string;
  file: string;
  /** where in the file */
  at: string;
  /** null: the file is taken away */
  text: string | null;
}

/** Kinds of change that say the same. */
export const EQUIVALENT: Readonly<Record<string, string>> = {
  'negated proof':
    '(−A, −B, C) of a proof (A, B, C): Groth16 proofs can be re-randomised by anybody, each shows the same statement, and no ' +
    'book or anchor names a proof. Refusing one form would leave all others.',
};

/** Draws of a seed: mulberry32. */
function drawsOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const HEX = /^[0-9a-fA-F]{8,}$/;
const DECIMAL = /^-?[0-9]+$/;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Another value of the same form. */
function otherLeaf(value: Json, draw: (below: number) => number): Json {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (value === null) return '1';
  const text = value as string;
  if (text === '') return 'x';
  if (DECIMAL.test(text)) return String(BigInt(text) + 1n);
  const i = draw(text.replace(/=+$/, '').length);
  if (HEX.test(text)) return text.slice(0, i) + (Number.parseInt(text[i], 16) ^ 1).toString(16) + text.slice(i + 1);
  if (BASE64.test(text) && text.length >= 24) return text.slice(0, i) + (text[i] === 'A' ? 'B' : 'A') + text.slice(i + 1);
  return `${text}x`;
}

/** The same value, written in another way; null where there is none. */
function otherSpelling(value: Json): string | null {
  if (typeof value === 'number') return `${value}.0`;
  if (typeof value !== 'string') return null;
  if (DECIMAL.test(value)) return JSON.stringify(`0${value}`);
  if (TIME.test(value)) return JSON.stringify(value.includes('.') ? value.replace('Z', '0Z') : value.replace('Z', '.0Z'));
  if (HEX.test(value)) {
    const other = value === value.toLowerCase() ? value.toUpperCase() : value.toLowerCase();
    return other === value ? null : JSON.stringify(other);
  }
  if (BASE64.test(value) && value.endsWith('=')) return JSON.stringify(value.replace(/=+$/, ''));
  return value === '' ? null : `"\\u${value.charCodeAt(0).toString(16).padStart(4, '0')}${JSON.stringify(value.slice(1)).slice(1)}`;
}

interface Place {
  path: Path;
  value: Json;
}

function placesOf(value: Json, path: Path = []): Place[] {
  const inside =
    value === null || typeof value !== 'object'
      ? []
      : Array.isArray(value)
        ? value.flatMap((entry, i) => placesOf(entry as Json, [...path, i]))
        : Object.entries(value).flatMap(([key, entry]) => placesOf(entry as Json, [...path, key]));
  return [{ path, value }, ...inside];
}

const isLeaf = ({ value }: Place): boolean => value === null || typeof value !== 'object';
const isList = ({ value }: Place): boolean => Array.isArray(value);
const isObject = (place: Place): boolean => !isLeaf(place) && !isList(place);

/** The document with one place replaced by what `change` makes of it. */
function withPlace(document: Json, path: Path, change: (value: Json) => Json): Json {
  if (path.length === 0) return change(document);
  const [key, ...rest] = path;
  const copy = (Array.isArray(document) ? [...document] : { ...(document as object) }) as Record<string | number, Json>;
  copy[key] = withPlace(copy[key], rest, change);
  return copy as unknown as Json;
}

const MARK = '"\u0001"';
/** The canonical text with one place written as `text`. */
const withText = (document: Json, path: Path, text: string): string =>
  canonicalJson(withPlace(document, path, () => '\u0001')).replace(MARK.replace('\u0001', '\\u0001'), () => text);

const entriesOf = (value: Json): [string, Json][] => Object.entries(value as Record<string, Json>);

/** One kind of change: at which places it can be made, and what the file is then. null: not at this one. */
interface Kind {
  name: string;
  of: (place: Place) => boolean;
  text: (document: Json, place: Place, draw: (below: number) => number) => string | null;
}

interface ProofJson {
  a: readonly string[];
  b: readonly (readonly string[])[];
  c: readonly string[];
}

/** (−A, −B, C): the pairing of both is that of A and B. */
function negated(value: Json): Json {
  const minus = (y: string): string => String((bn254.fields.Fp.ORDER - BigInt(y)) % bn254.fields.Fp.ORDER);
  const { a, b, c } = value as unknown as ProofJson;
  return { a: [a[0], minus(a[1])], b: [b[0], b[1].map(minus)], c } as unknown as Json;
}

const canonicalWith = (document: Json, { path }: Place, change: (value: Json) => Json): string =>
  canonicalJson(withPlace(document, path, change));

export const KINDS: readonly Kind[] = [
  { name: 'changed', of: isLeaf, text: (doc, place, draw) => canonicalWith(doc, place, (value) => otherLeaf(value, draw)) },
  {
    name: 'null',
    of: (place) => place.value !== null && place.path.length > 0,
    text: (doc, place) => canonicalWith(doc, place, () => null),
  },
  {
    name: 'spelled otherwise',
    of: isLeaf,
    text: (doc, { path, value }) => {
      const other = otherSpelling(value);
      return other === null ? null : withText(doc, path, other);
    },
  },
  {
    name: 'field removed',
    of: (place) => isObject(place) && entriesOf(place.value).length > 0,
    text: (doc, place, draw) => {
      const gone = draw(entriesOf(place.value).length);
      return canonicalWith(doc, place, (value) => Object.fromEntries(entriesOf(value).filter((_, i) => i !== gone)));
    },
  },
  {
    name: 'field added',
    of: isObject,
    text: (doc, place) => canonicalWith(doc, place, (value) => ({ ...(value as object), surplus: '1' }) as Json),
  },
  {
    name: 'key twice',
    of: (place) => isObject(place) && entriesOf(place.value).length > 0,
    text: (doc, { path, value }, draw) => {
      const [key] = entriesOf(value)[draw(entriesOf(value).length)];
      return withText(doc, path, `{${JSON.stringify(key)}:"0",${canonicalJson(value).slice(1)}`);
    },
  },
  {
    name: 'keys in another order',
    of: (place) => isObject(place) && entriesOf(place.value).length > 1,
    text: (doc, { path, value }) => {
      const parts = entriesOf(JSON.parse(canonicalJson(value)) as Json).map(
        ([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`,
      );
      return withText(doc, path, `{${[...parts.slice(1), parts[0]].join(',')}}`);
    },
  },
  {
    name: 'entry removed',
    of: (place) => isList(place) && (place.value as readonly Json[]).length > 0,
    text: (doc, place, draw) => {
      const gone = draw((place.value as readonly Json[]).length);
      return canonicalWith(doc, place, (value) => (value as readonly Json[]).filter((_, i) => i !== gone));
    },
  },
  {
    name: 'entry twice',
    of: (place) => isList(place) && (place.value as readonly Json[]).length > 0,
    text: (doc, place) => canonicalWith(doc, place, (value) => [...(value as readonly Json[]), (value as readonly Json[]).at(-1)!]),
  },
  {
    name: 'entries in another order',
    of: (place) => isList(place) && new Set((place.value as readonly Json[]).map((entry) => canonicalJson(entry))).size > 1,
    text: (doc, place) =>
      canonicalWith(doc, place, (value) => {
        const list = [...(value as readonly Json[])];
        const other = list.findIndex((entry) => canonicalJson(entry) !== canonicalJson(list[0]));
        [list[0], list[other]] = [list[other], list[0]];
        return list;
      }),
  },
  {
    name: 'negated proof',
    of: (place) =>
      isObject(place) &&
      entriesOf(place.value)
        .map(([key]) => key)
        .join() === 'a,b,c',
    text: (doc, place) => canonicalWith(doc, place, negated),
  },
];

const nameOf = (path: Path): string => path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('') || '(all)';

/** What can be done to a file as a whole. */
const wholes = (file: string, text: string): Mutation[] => [
  { kind: 'file removed', file, at: '(all)', text: null },
  { kind: 'file empty', file, at: '(all)', text: '' },
  { kind: 'space behind', file, at: '(all)', text: `${text}\n` },
  { kind: 'mark before', file, at: '(all)', text: `\ufeff${text}` },
  { kind: 'cut short', file, at: '(all)', text: text.slice(0, -1) },
];

/** So many changes of a bundle, every file and every kind of change as evenly as they go. */
export function mutationsOf(files: ReadonlyMap<string, string>, count: number, seed: number): Mutation[] {
  const draw = drawsOf(seed);
  const cells = [...files].flatMap(([file, text]) => {
    const document = JSON.parse(text) as Json;
    const places = placesOf(document);
    return KINDS.map((kind) => ({ file, document, kind, places: places.filter(kind.of) })).filter(({ places: some }) => some.length > 0);
  });
  const found = new Map<string, Mutation>();
  for (const [file, text] of files) for (const one of wholes(file, text)) found.set(`${file} ${one.kind}`, one);
  for (let tries = 0; found.size < count && tries < 20 * count; tries++) {
    const { file, document, kind, places } = cells[tries % cells.length];
    const place = places[draw(places.length)];
    const text = kind.text(document, place, draw);
    if (text === null || text === files.get(file)) continue;
    const at = nameOf(place.path);
    found.set(`${file} ${kind.name} ${at} ${text.length}`, { kind: kind.name, file, at, text });
  }
  return [...found.values()];
}

export interface Outcome {
  mutation: Mutation;
  exitCode: number;
}

const verifyClaims = remembering(EVERY_PROOF);

/** What an audit makes of a bundle with one change. */
export async function judgeMutation(files: ReadonlyMap<string, string>, mutation: Mutation): Promise<Outcome> {
  const changed = new Map(files);
  if (mutation.text === null) changed.delete(mutation.file);
  else changed.set(mutation.file, mutation.text);
  const { exitCode } = await auditBundle(changed, { ...EVERY_PROOF, verifyClaims, auditedBooks: auditedBefore(files) });
  return { mutation, exitCode };
}

const isRefused = ({ exitCode }: Outcome): boolean => exitCode === 1 || exitCode === 2;

/** Changes that pass and are not known to say the same. */
export const passed = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter((outcome) => !isRefused(outcome) && !(outcome.mutation.kind in EQUIVALENT));

/** Tries so many changes of a bundle of the test community. */
export async function mutate(name: BundleName, count: number, seed: number): Promise<Outcome[]> {
  const files = load(name);
  const outcomes: Outcome[] = [];
  for (const mutation of mutationsOf(files, count, seed)) outcomes.push(await judgeMutation(files, mutation));
  return outcomes;
}

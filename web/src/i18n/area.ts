/**
 * Texts of one part of the pages, loaded with it: who reads a bill does not load the operator's words. A change of language loads the
 * texts of all parts that are there, and shows them together.
 */
import { signal } from '@preact/signals';
import type { Language } from './languages.ts';

type Loaders<Texts> = Record<Language, () => Promise<{ texts: Texts }>>;

/** By part: fetches its texts in a language, and gives back what shows them. */
const loaded = new Set<(language: Language) => Promise<() => void>>();

export interface Area<Texts> {
  /** @throws what the import throws: the part cannot be shown then */
  load(language: Language): Promise<void>;
  (): Texts;
}

export function area<Texts>(loaders: Loaders<Texts>): Area<Texts> {
  const shown = signal<Texts | null>(null);
  const fetchIn = async (language: Language): Promise<() => void> => {
    const { texts } = await loaders[language]();
    return () => {
      shown.value = texts;
    };
  };
  const read = (): Texts => {
    if (!shown.value) throw new Error('expected the texts of a part to be loaded before it is drawn');
    return shown.value;
  };
  const load = async (language: Language): Promise<void> => {
    (await fetchIn(language))();
    loaded.add(fetchIn);
  };
  return Object.assign(read, { load });
}

/** The texts of all parts that are there, in another language: what shows them at once. */
export async function areasIn(language: Language): Promise<() => void> {
  const shows = await Promise.all([...loaded].map((fetchIn) => fetchIn(language)));
  return () => {
    for (const show of shows) show();
  };
}

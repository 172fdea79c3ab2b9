/** Applies the changes of a case of sdk/vectors/geneses.json to its document. */
import type { Untyped } from './untyped.ts';

export type Path = readonly (string | number)[];

export interface GenesisCase {
  what: string;
  of: 'fresh' | 'continued' | 'shared' | 'sharedPast';
  /** paths below the document; without `value` the place is taken away */
  set?: readonly { at: Path; value?: unknown }[];
  /** in the document's text */
  text?: readonly [string, string];
  /** what is refused; absent: nothing is */
  field?: string;
  /** seen by whoever tests the points of keys */
  points?: true;
  departures?: readonly string[];
}

/** A changed copy of the document; what the case does to its text is left out. */
export function changed(document: Untyped, { set = [] }: GenesisCase): Untyped {
  const doc = structuredClone(document);
  for (const { at, ...rest } of set) {
    const last = at.at(-1)!;
    const parent = at.slice(0, -1).reduce((node, key) => node[key], doc);
    if (Object.hasOwn(rest, 'value')) parent[last] = rest.value;
    else if (Array.isArray(parent)) parent.splice(last as number, 1);
    else delete parent[last];
  }
  return doc;
}

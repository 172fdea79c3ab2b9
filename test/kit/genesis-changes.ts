/** Applies the changes of a case of sdk/vectors/geneses.json to its document. */
import type { GenesisCase } from './genesis-cases.ts';
import type { Untyped } from './untyped.ts';

/** A changed copy of the document; what the case does to its text is left out. */
export function changed(document: Untyped, { set = [] }: GenesisCase): Untyped {
  const doc = structuredClone(document);
  for (const { at, ...rest } of set) {
    const last = at.at(-1)!;
    const parent = at.slice(0, -1).reduce((node, key) => node[key], doc);
    if (Object.hasOwn(rest, 'value')) parent[last] = structuredClone(rest.value);
    else if (Array.isArray(parent)) parent.splice(last as number, 1);
    else delete parent[last];
  }
  return doc;
}

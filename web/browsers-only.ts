/** A plugin of the bundlers that make modules for browsers. */
import { builtinModules } from 'node:module';

const BUILTINS = new Set(builtinModules);

/** Refuses what a browser has not: an import of a module of Node fails the build, so that none can creep in. */
export const browsersOnly = {
  name: 'browsers-only',
  resolveId(source: string): null {
    if (source.startsWith('node:') || BUILTINS.has(source)) throw new Error(`${source} is a module of Node: expected none in a browser`);
    return null;
  },
};

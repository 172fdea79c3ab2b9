/** A plugin of the bundlers that make modules for browsers. */
import { builtinModules } from 'node:module';

const BUILTINS = new Set(builtinModules);

/**
 * Parts of @cosmjs/encoding, an old kind of module of which bundlers leave nothing out, that no page and no check calls: dates and text.
 * test/house/imports.test.ts holds that.
 */
const UNUSED = /[\\/]@cosmjs[\\/]encoding[\\/]build[\\/](rfc3339|ascii|utf8)\.js$/;

/** Refuses what a browser has not: an import of a module of Node fails the build, so that none can creep in. */
export const browsersOnly = {
  name: 'browsers-only',
  resolveId(source: string): null {
    if (source.startsWith('node:') || BUILTINS.has(source)) throw new Error(`${source} is a module of Node: expected none in a browser`);
    return null;
  },
  load: (id: string): string | null => (UNUSED.test(id) ? '"use strict";' : null),
};

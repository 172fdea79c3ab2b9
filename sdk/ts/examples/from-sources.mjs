/**
 * Lets the examples, which name the package as its users do, run inside the repository on the sources, without a build:
 * node --import ./sdk/ts/examples/from-sources.mjs sdk/ts/examples/meter.ts …
 */
import { registerHooks } from 'node:module';

const SOURCES = {
  '@electra/meter-sdk': new URL('../src/index.ts', import.meta.url).href,
  '@electra/meter-sdk/node': new URL('../src/node/file-store.ts', import.meta.url).href,
};

registerHooks({ resolve: (specifier, context, next) => next(SOURCES[specifier] ?? specifier, context) });

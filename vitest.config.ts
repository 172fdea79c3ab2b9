/** One runner for all tests in TypeScript: two files at a time, on the two cores that a community's node is promised. */
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/kit/longest-first.ts';

export default defineConfig({
  // Vite would take graphql's .mjs where Node, and so every library, takes its .js: two copies, and neither knows the other's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: [
      'src/**/*.test.ts',
      'sdk/ts/**/*.test.ts',
      'mappings/**/*.test.ts',
      'simulator/**/*.test.ts',
      'circuits/**/*.test.ts',
      'attack/**/*.test.ts',
      'bench/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'chain/**'],
    globalSetup: ['test/kit/postgres-global.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});

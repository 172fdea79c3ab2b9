/**
 * One runner for all tests in TypeScript: two files at a time, on the two cores that a community's node is promised; the longest first, so
 * that both workers end together.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Test file → seconds, as `npm test -- --seconds` wrote them down. What is not there takes less than one, or is new. */
const seconds = JSON.parse(readFileSync(new URL('test/seconds.json', import.meta.url), 'utf8')) as Record<string, number | undefined>;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const secondsOf = ({ moduleId }: TestSpecification): number => seconds[relative(this.ctx.config.root, moduleId)] ?? 0;
    return [...files].sort((a, b) => secondsOf(b) - secondsOf(a) || a.moduleId.localeCompare(b.moduleId));
  }
}

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
      'faults/**/*.test.ts',
      'bench/**/*.test.ts',
      'gateway/**/*.test.ts',
      'web/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'chain/**'],
    globalSetup: ['test/kit/postgres-global.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});

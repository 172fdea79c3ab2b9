import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'sdk/ts/**/*.test.ts', 'mappings/**/*.test.ts', 'simulator/**/*.test.ts', 'circuits/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'chain/**'],
    globalSetup: ['test/support/postgres-global.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});

import { defineConfig } from 'vitest/config';

/** Every test but the long part of those that break things and most of those in Spark: also real files, properties over many inputs, and the quick part of the fault tests. */
export default defineConfig({
  test: {
    include: ['test/{cases,e2e,faults,property,unit}/**/*.test.ts', 'test/spark/command.test.ts'],
    env: { ETL1_PROPERTIES: 'long' },
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

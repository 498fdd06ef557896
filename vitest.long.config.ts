import { defineConfig } from 'vitest/config';

/** Every test but the long parts of those that break things and of those in Spark: also real files, properties over many inputs, and the quick part of the fault tests. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/spark/{addresses,death,engines,iceberg,rate-text}.test.ts'],
    env: { ETL1_PROPERTIES: 'long' },
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

import { defineConfig } from 'vitest/config';

/** Tests with a real Spark, which is installed first. */
export default defineConfig({
  test: {
    include: ['test/spark/**/*.test.ts'],
    env: { ETL1_PROPERTIES: 'long' },
    globalSetup: ['test/spark/support/install.ts'],
    // each file has a driver and two executors
    maxWorkers: 1,
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
});

import { defineConfig } from 'vitest/config';

/** The long part of the fault tests: as many rounds as the promises ask for. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    env: { ETL1_FAULTS: 'long' },
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});

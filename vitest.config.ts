import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // those that start many Sparks take long: npm run test:spark
    exclude: ['test/spark/{death,engines,rate-text}.test.ts'],
    // Polars and DuckDB each use every core: more files at once only make them wait for one another
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

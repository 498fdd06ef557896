import { defineConfig } from 'vitest/config';

/** What every change is tested with: units, commands, and properties over few inputs. The rest is in vitest.long.config.ts. */
export default defineConfig({
  test: {
    include: ['test/{unit,e2e,property}/**/*.test.ts'],
    exclude: ['**/*.long.test.ts'],
    // a library is loaded once for all files, not once for each
    isolate: false,
    // Polars and DuckDB each use every core: more files at once only make them wait for one another
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

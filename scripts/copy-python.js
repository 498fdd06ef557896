import { cpSync } from 'node:fs';

/** What Spark runs stays Python: it goes beside what is compiled. */

cpSync('src/spark', 'dist/spark', {
  recursive: true,
  filter: (path) => !path.endsWith('.ts') && !path.includes('__pycache__'),
});

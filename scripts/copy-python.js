import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What Spark runs stays Python: it goes beside what is compiled. */

const folder = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

cpSync(folder('src/spark'), folder('dist/spark'), {
  recursive: true,
  filter: (path) => !path.endsWith('.ts') && !path.includes('__pycache__'),
});

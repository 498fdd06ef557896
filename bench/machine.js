import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures were measured on, and with. */
export function describeMachine() {
  const { version, dependencies } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  const libraries = ['@duckdb/node-api', 'nodejs-polars'].map((name) => `${name} ${dependencies[name]}`);
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGb: totalmem() / 2 ** 30,
    load: loadavg()[0] ?? 0,
    system: `${type()} ${release().split('-')[0]}`,
    software: [`etl1 ${version}`, `Node.js ${process.versions.node}`, ...libraries],
  };
}

import type { Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';

/** What does the work of a command on tables of a catalog, which it does not know. */
const insteadOf = {
  validate: () => 'keys are checked there by SQL (docs/scaling.md, Iceberg)',
  compare: () =>
    'tables are compared there by SQL, such as EXCEPT ALL; with `--config` of a file without spark_catalog two folders are',
  report: () => '`etl1 runs <run>` tells of a run; the tables are looked at by SQL',
  benchmark: () =>
    'it makes data roots of its own, which a catalog is not part of: use `--config` of a file without spark_catalog',
  compact: (catalog: string) =>
    `Iceberg compacts by itself: CALL ${catalog}.system.rewrite_data_files (docs/scaling.md, Iceberg)`,
  migrate: () => 'a catalog keeps facts in partitions, whatever fact_layout is',
} as const;

/** Refuses a command that works on files, where the outputs are tables of a catalog. Throws `config`. */
export function expectFiles(
  command: keyof typeof insteadOf,
  { spark_catalog: namespace }: Pick<Settings, 'spark_catalog'>,
): void {
  if (namespace === null) return;
  const [catalog = namespace] = namespace.split('.');
  throw new EtlError(
    'config',
    `spark_catalog is ${namespace}: the outputs are tables of a catalog; etl1 ${command} expected files below data_root`,
    { step: `starting etl1 ${command}`, hint: insteadOf[command](catalog) },
  );
}

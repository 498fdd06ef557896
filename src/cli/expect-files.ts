import type { Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';

type Places = Pick<Settings, 'spark_catalog' | 'spark_root'>;

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

type Command = keyof typeof insteadOf;

const mounted = 'a copy of that folder, or a mount, is a data root as any';

/** The same of files where only a cluster gets to. */
const insteadAt: Readonly<Record<Command, string>> = {
  validate: `${mounted}: \`etl1 validate --data-root <folder>\` with \`--config\` of a file without spark_root`,
  compare: `${mounted}: \`etl1 compare\` of two such folders with \`--config\` of a file without spark_root`,
  report: '`etl1 runs <run>` tells of a run',
  benchmark: 'it makes data roots of its own: use `--config` of a file without spark_root',
  compact: `${mounted}: compact a copy, with \`--config\` of a file without spark_root`,
  migrate: 'a cluster keeps facts in partitions, whatever fact_layout is',
};

/** Refuses a command that works on files of this machine, where the outputs are others. Throws `config`. */
export function expectFiles(
  command: Command,
  { spark_catalog: namespace, spark_root: address }: Places,
): void {
  const step = `starting etl1 ${command}`;
  const expected = `etl1 ${command} expected files below data_root`;
  if (namespace !== null) {
    const [catalog = namespace] = namespace.split('.');
    const found = `spark_catalog is ${namespace}: the outputs are tables of a catalog`;
    throw new EtlError('config', `${found}; ${expected}`, { step, hint: insteadOf[command](catalog) });
  }
  if (address === null) return;
  const found = `spark_root is ${address}: the outputs are files of a cluster`;
  throw new EtlError('config', `${found}; ${expected}`, { step, hint: insteadAt[command] });
}

import { datasetOf } from '../tables/partitions.js';
import type { Location } from './locate.js';
import type { Manifest } from './manifest.js';
import type { Summary } from './summary.js';

/**
 * The summary of a load that a run has done before: that run's, by which nothing was changed this time. The facts may be
 * elsewhere since.
 */
export function unchangedSummary({ summary }: Manifest, { outputs }: Pick<Location, 'outputs'>): Summary {
  const places = new Map<string, string>(outputs.map(({ table, path }) => [table, datasetOf(path) ?? path]));
  const tables = Object.entries(summary.tables).map(([name, table]) => [
    name,
    {
      ...{ ...table, inserted: 0, filled: 0, kept: table.total, removed: 0 },
      path: places.get(name) ?? table.path,
    },
  ]);
  const { already_there: before, inserted } = summary.balance;
  return {
    ...summary,
    status: 'unchanged',
    tables: Object.fromEntries(tables),
    balance: { ...summary.balance, already_there: before + inserted, inserted: 0 },
  };
}

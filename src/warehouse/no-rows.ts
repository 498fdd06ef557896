import type { Dialect } from './dialect.js';

/** A query of no rows that has columns of the types of some values. */
export function noRowsLike(sql: Dialect, values: Readonly<Record<string, string>>): string {
  const columns = Object.entries(values).map(([name, value]) => `${value} AS ${sql.identifier(name)}`);
  return `SELECT ${columns.join(', ')} WHERE false`;
}

import type { Dialect } from './dialect.js';
import { type InputFile, type InputPart, unionOf } from './input-columns.js';

/**
 * Names the rows of an input anew, where some of its rows are in files of their own and no others are to be read: under the numbers that they
 * have in the input. The parts are without the columns that hold one text, or null, throughout.
 */
export function openParts(
  sql: Dialect,
  { view, types }: Pick<InputFile, 'view' | 'types'>,
  parts: readonly InputPart[],
  constants: ReadonlyMap<string, string | null>,
): string[] {
  const stored = new Map([...types].filter(([column]) => !constants.has(column)));
  const named = parts.map((part, number) => ({ ...part, name: `${view}_part_${number}` }));
  const columns = [...types].map(([column, type]) => {
    const name = sql.identifier(column);
    const value = constants.get(column);
    return value === undefined ? name : `CAST(${literalOf(sql, value)} AS ${type}) AS ${name}`;
  });
  const rows = named.map(({ name, firstRow }) => {
    const number = `${sql.rowNumber} + ${firstRow} AS ${sql.rowNumber}`;
    return `SELECT ${[...columns, number].join(', ')} FROM ${sql.identifier(name)}`;
  });
  return [
    ...named.map(({ name, path }) => sql.viewOfInput(name, path, stored)),
    sql.view(view, rows.length > 0 ? unionOf(rows) : noRows(sql, types)),
  ];
}

const literalOf = (sql: Dialect, value: string | null) => (value === null ? 'NULL' : sql.literal(value));

function noRows(sql: Dialect, types: InputFile['types']): string {
  const columns = [...types].map(([column, type]) => `CAST(NULL AS ${type}) AS ${sql.identifier(column)}`);
  return `SELECT ${[...columns, `${sql.asWhole('NULL')} AS ${sql.rowNumber}`].join(', ')} WHERE false`;
}

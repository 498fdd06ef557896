import type { Dialect } from './dialect.js';
import { constantAs, type InputFile, type InputPiece, unionOf } from './input-columns.js';
import { noRowsLike } from './no-rows.js';

/**
 * Names the rows of an input anew, where some of its rows are in files of their own and no others are to be read: under the numbers that they
 * have in the input.
 */
export function openPieces(
  sql: Dialect,
  { view, types }: Pick<InputFile, 'view' | 'types'>,
  pieces: readonly InputPiece[],
): string[] {
  const named = pieces.map((piece, number) => ({ ...piece, name: `${view}_piece_${number}` }));
  const rows = named.map(({ name, firstRow, constants }) => {
    const columns = [...types.keys()].map((column) => {
      const value = constants.get(column);
      return value === undefined ? sql.identifier(column) : constantAs(sql, { types }, column, value);
    });
    const number = `${sql.rowNumber} + ${firstRow} AS ${sql.rowNumber}`;
    return `SELECT ${[...columns, number].join(', ')} FROM ${sql.identifier(name)}`;
  });
  return [
    ...named.map(({ name, path, constants }) => {
      const stored = new Map([...types].filter(([column]) => !constants.has(column)));
      return sql.viewOfInput(name, path, stored);
    }),
    sql.view(view, rows.length > 0 ? unionOf(rows) : noInput(sql, types)),
  ];
}

function noInput(sql: Dialect, types: InputFile['types']): string {
  const nulls = [...types].map(([column, type]) => [column, `CAST(NULL AS ${type})`] as const);
  return noRowsLike(sql, { ...Object.fromEntries(nulls), [sql.rowNumber]: sql.asWhole('NULL') });
}

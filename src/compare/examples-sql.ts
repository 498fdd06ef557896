import { identifier, literal } from '../load/sql.js';
import type { Column } from '../tables/tables.js';
import { differs, sideColumn } from './pairs-sql.js';
import { list, names, sides } from './rows-sql.js';
import type { RowRules } from './rules.js';

/** Some pairs of a part, of each sort: `kind` is left, right or the column that differs. */
export function keepExamples({ compared }: RowRules, number: number, isFirst: boolean): string {
  const some = (kind: string, condition: string) =>
    `(SELECT ${literal(kind)} AS kind, * FROM pair WHERE ${condition} ORDER BY pairing, place LIMIT ${number})`;
  const examples = [
    some('left', `found_in = 'left'`),
    some('right', `found_in = 'right'`),
    ...compared.map(({ name }) => some(name, identifier(differs(name)))),
  ].join(' UNION ALL ');
  return `${isFirst ? 'CREATE OR REPLACE TEMP TABLE example AS' : 'INSERT INTO example'} ${examples}`;
}

/** Some of the pairs that were kept, of each sort the same however many parts there were, with the columns that they pair by. */
export function selectExamples({ pairing, compared }: RowRules, number: number): string {
  const keys = names(pairing).map((name) => `any_value(${name}) AS ${name}`);
  const keyRows = sides.map(
    (side) =>
      `SELECT pairing, ${list(names(pairing))} FROM ${side}_row WHERE pairing IN (SELECT pairing FROM example)`,
  );
  const values = compared.flatMap((column) => sides.map((side) => shown(column, sideColumn(side, column))));
  const shownKeys = pairing.map((column) => shown(column, column.name));
  return `WITH key AS (SELECT ${list(['pairing', ...keys])} FROM (${keyRows.join(' UNION ALL ')}) GROUP BY pairing)
    SELECT ${list(['kind', ...shownKeys, ...values])} FROM example JOIN key USING (pairing)
    QUALIFY row_number() OVER (PARTITION BY kind ORDER BY pairing, place) <= ${number} ORDER BY kind, pairing, place`;
}

/** The library drops a byte order mark that a text begins with: no text begins with one here. */
export const textMark = '=';

function shown({ type }: Column, name: string): string {
  const value = type === 'DOUBLE' ? identifier(name) : `${literal(textMark)} || ${identifier(name)}`;
  return `${value} AS ${identifier(name)}`;
}

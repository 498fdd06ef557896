import { z } from 'zod';
import type { Database } from '../load/db.js';
import type { Column, Table } from '../tables/tables.js';
import type { ComparedRow, TableComparison } from './comparison.js';
import { selectExamples, textMark } from './examples-sql.js';
import { differs, sideColumn } from './pairs-sql.js';
import type { TableRequest } from './request.js';
import type { Side } from './rows-sql.js';
import type { RowRules } from './rules.js';

type Differences = Pick<TableComparison, 'columns' | 'examples'>;

const pairSchema = z.looseObject({ kind: z.string() });
const valueSchema = z.union([
  z.null(),
  z.string().transform((text) => text.slice(textMark.length)),
  z.number(),
  // JSON has no word for it
  z.literal([Infinity, -Infinity]).transform(String),
]);

type Pair = z.output<typeof pairSchema>;

/** Rows of one side alone, and pairs of rows by the columns that differ, as far as `counts` has any. */
export async function readDifferences(
  database: Database,
  { table, examples: number }: TableRequest,
  rules: RowRules,
  counts: Readonly<Record<string, number>>,
): Promise<Differences> {
  const differing = rules.compared.filter(({ name }) => counts[differs(name)]);
  const hasExamples = number > 0 && (differing.length > 0 || counts['only_left'] || counts['only_right']);
  const pairs = hasExamples
    ? pairSchema.array().parse(await database.rows(selectExamples(rules, number)))
    : [];
  const ofKind = (wanted: string) => pairs.filter(({ kind }) => kind === wanted);
  const rowOf = (side: Side) => (pair: Pair) => readRow(table, rules, side, pair);
  const columns = differing.map(({ name }) => {
    const examples = ofKind(name).map((pair) => ({ left: rowOf('left')(pair), right: rowOf('right')(pair) }));
    return [name, { rows: counts[differs(name)] ?? 0, examples }] as const;
  });
  return {
    columns: Object.fromEntries(columns),
    examples: {
      only_left: ofKind('left').map(rowOf('left')),
      only_right: ofKind('right').map(rowOf('right')),
    },
  };
}

/** One side of a pair, its columns in the order of the table. */
function readRow({ columns }: Table, { compared }: RowRules, side: Side, pair: Pair): ComparedRow {
  const placeOf = (column: Column) => (compared.includes(column) ? sideColumn(side, column) : column.name);
  return Object.fromEntries(columns.map((column) => [column.name, valueSchema.parse(pair[placeOf(column)])]));
}

import {
  type ComparedRow,
  type ComparedSide,
  type Comparison,
  comparedTables,
  type TableComparison,
} from '../compare/comparison.js';
import { alignColumns, count, counted } from './format.js';
import { printable, printableJson } from './printable.js';

/** A comparison for a person: a line per table, then what differs with examples, then what was taken for the same. */
export function comparisonAsText(comparison: Comparison): string {
  const tables = comparedTables(comparison);
  const header = ['table', 'left', 'right', 'only left', 'only right', 'different', 'result'];
  const rows = tables.map(([name, table]) => [
    name,
    rowsOf(table.left),
    rowsOf(table.right),
    ...[table.only_left, table.only_right, table.different].map(count),
    verdicts[table.status],
  ]);
  const lines = [
    `left   ${printable(comparison.left)}`,
    `right  ${printable(comparison.right)}`,
    ...alignColumns([header, ...rows]),
    ...tables.flatMap(([name, table]) => differenceLines(name, table)),
    ...noteLines(comparison),
    conclusion(comparison),
  ];
  return `${lines.join('\n')}\n`;
}

/** A line for each table that differs, for `--quiet`. */
export function differencesAsLines(comparison: Comparison): string[] {
  return comparedTables(comparison)
    .filter(([, { status }]) => isDifferent(status))
    .map(([name, table]) => `${name}: ${headline(table)}`);
}

const verdicts: Readonly<Record<TableComparison['status'], string>> = {
  equal: 'equal',
  different: 'different',
  only_left: 'only left',
  only_right: 'only right',
  absent: 'absent',
};

function isDifferent(status: TableComparison['status']): boolean {
  return status !== 'equal' && status !== 'absent';
}

function rowsOf(side: ComparedSide | null): string {
  return side === null ? '-' : count(side.rows);
}

function headline({ status, only_left: left, only_right: right, different }: TableComparison): string {
  if (status === 'only_left')
    return `there is no such file on the right; ${counted(left, 'row')} on the left`;
  if (status === 'only_right')
    return `there is no such file on the left; ${counted(right, 'row')} on the right`;
  return `${counted(left, 'row')} only left, ${counted(right, 'row')} only right, ${count(different)} different`;
}

function differenceLines(name: string, table: TableComparison): string[] {
  if (!isDifferent(table.status)) return [];
  const { examples, columns } = table;
  const differing = Object.entries(columns).flatMap(([column, { rows, examples: pairs }]) => [
    `  ${column} differs in ${counted(rows, 'row')}`,
    ...pairs.flatMap(({ left, right }) => [
      `    left ${shown(left[column])}, right ${shown(right[column])}`,
      `      ${cells(left, (name) => name !== column && left[name] === right[name])}`,
    ]),
  ]);
  return [
    `${name}: ${headline(table)}`,
    ...differing,
    ...rowLines('only left', examples.only_left),
    ...rowLines('only right', examples.only_right),
  ];
}

function rowLines(where: string, rows: readonly ComparedRow[]): string[] {
  return rows.length === 0 ? [] : [`  ${where}`, ...rows.map((row) => `    ${cells(row)}`)];
}

function cells(row: ComparedRow, isWanted: (column: string) => boolean = () => true): string {
  return Object.entries(row)
    .filter(([column]) => isWanted(column))
    .map(([column, value]) => `${column}=${shown(value)}`)
    .join(' ');
}

/** Quoted, so that blanks at its ends show and null is no text. */
function shown(value: ComparedRow[string] | undefined): string {
  return typeof value === 'string' ? printableJson(value) : String(value ?? null);
}

function noteLines(comparison: Comparison): string[] {
  const notes = comparedTables(comparison).flatMap(([name, { left, right, within_tolerance: within }]) => [
    ...(within > 0 ? [`${name}: ${counted(within, 'rate')} differ by at most ${comparison.tolerance}`] : []),
    ...(left ? sideNotes(left).map((note) => `${name} left: ${note}`) : []),
    ...(right ? sideNotes(right).map((note) => `${name} right: ${note}`) : []),
  ]);
  return notes.length === 0 ? [] : ['worth knowing', ...notes.map((note) => `  ${note}`)];
}

function sideNotes(side: ComparedSide): string[] {
  const {
    duplicates,
    conflicts,
    missing_columns: missing,
    extra_columns: extra,
    retyped_columns: types,
  } = side;
  const torn = conflicts === 0 ? '' : `; under ${counted(conflicts, 'key')} they are not all the same`;
  return [
    ...(duplicates > 0 ? [`${counted(duplicates, 'duplicate row')} collapsed${torn}`] : []),
    ...Object.entries(types).map(([column, type]) => `${column} is stored as ${printable(type)}`),
    ...missing.map((column) => `there is no ${column}: read as null`),
    ...extra.map((column) => `${printable(column)} is not a column of the table: not compared`),
  ];
}

function conclusion({ status, tables }: Comparison): string {
  const found = Object.values(tables);
  const different = found.filter((table) => isDifferent(table.status));
  if (status === 'equal') return 'Equal: no row is lost, added or changed';
  return `Different: ${different.length} of ${counted(found.length, 'table')}`;
}

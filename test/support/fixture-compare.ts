import type { OutputRow, OutputValue, TableName } from '../model/tables.js';
import { columnsOf } from '../model/tables.js';

/** What two contents of a table do not share, as lines of JSON; both empty where they are the same. */
export function differenceOf(
  name: TableName,
  expected: Iterable<OutputRow>,
  actual: Iterable<OutputRow>,
): { missing: string[]; unexpected: string[] } {
  const counts = new Map<string, number>();
  for (const row of expected) count(counts, lineOf(name, row), 1);
  for (const row of actual) count(counts, lineOf(name, row), -1);
  const linesWhere = (holds: (count: number) => boolean) =>
    [...counts]
      .filter(([, number]) => holds(number))
      .map(([line]) => line)
      .sort();
  return { missing: linesWhere((number) => number > 0), unexpected: linesWhere((number) => number < 0) };
}

function lineOf(name: TableName, row: OutputRow): string {
  return JSON.stringify(columnsOf[name].map((column) => printable(row[column] ?? null)));
}

function printable(value: OutputValue): OutputValue {
  // JSON would print it as 0, and the contract has no such rate
  return Object.is(value, -0) ? 'minus zero' : value;
}

function count(counts: Map<string, number>, line: string, by: number): void {
  counts.set(line, (counts.get(line) ?? 0) + by);
}

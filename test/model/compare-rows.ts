import { keyOf, type OutputRow, type OutputValue, type TableName } from './tables.js';

/** What two lists of rows of a table do not share. */
export interface RowDifferences {
  readonly only_left: number;
  readonly only_right: number;
  readonly different: number;
  readonly within_tolerance: number;
}

const besidesFactKey = ['fact_uid', 'negotiated_rate', 'reporting_entity_name'];

/** Compares two lists of rows, row by row. `columns` are those that the rows have. */
export function compareRows(
  name: TableName,
  columns: readonly string[],
  left: readonly OutputRow[],
  right: readonly OutputRow[],
  tolerance: number,
): RowDifferences {
  const isFact = name === 'fact_rate';
  const pairing = columns.filter((column) =>
    isFact ? !besidesFactKey.includes(column) : keyOf[name].includes(column),
  );
  const others = isFact
    ? ['negotiated_rate', 'reporting_entity_name', 'fact_uid']
    : columns.filter((column) => !pairing.includes(column));
  const sides = [left, right].map((rows) => collapse(isFact, pairing, others, rows.map(withoutBlanks)));
  const [one = [], other = []] = sides.map((rows, index) => {
    const there = new Set((sides[1 - index] ?? []).map((row) => textOf(row, columns)));
    return rows.filter((row) => !there.has(textOf(row, columns)));
  });
  const groups = new Set([...one, ...other].map((row) => textOf(row, pairing)));
  const counts = { only_left: 0, only_right: 0, different: 0, within_tolerance: 0 };
  for (const group of groups) {
    const [ones = [], theirs = []] = [one, other].map((rows) =>
      rows.filter((row) => textOf(row, pairing) === group).sort((a, b) => order(a, b, others)),
    );
    for (let place = 0; place < Math.max(ones.length, theirs.length); place += 1) {
      const [l, r] = [ones[place], theirs[place]];
      if (!r) counts.only_left += 1;
      else if (!l) counts.only_right += 1;
      else if (isExcused(l, r, tolerance)) counts.within_tolerance += 1;
      else counts.different += 1;
    }
  }
  return counts;
}

function isExcused(left: OutputRow, right: OutputRow, tolerance: number): boolean {
  const [one, other] = [left['negotiated_rate'], right['negotiated_rate']];
  const isSameName = left['reporting_entity_name'] === right['reporting_entity_name'];
  return (
    isSameName &&
    typeof one === 'number' &&
    typeof other === 'number' &&
    one !== other &&
    Math.abs(one - other) <= tolerance * 1.000001
  );
}

/** One row for each key: of facts the first in order, else each column's smallest value. */
function collapse(
  isFact: boolean,
  pairing: readonly string[],
  others: readonly string[],
  rows: readonly OutputRow[],
): OutputRow[] {
  const key = isFact ? [...pairing, 'fact_uid'] : pairing;
  const keys = [...new Set(rows.map((row) => textOf(row, key)))];
  return keys.flatMap((wanted) => {
    const group = rows.filter((row) => textOf(row, key) === wanted);
    const [first] = group.toSorted((one, other) => order(one, other, others));
    if (!first) return [];
    if (isFact) return [first];
    const smallest = others.map((column) => {
      const [row] = group.toSorted((one, other) => order(one, other, [column]));
      return [column, row?.[column] ?? null];
    });
    return [{ ...first, ...Object.fromEntries(smallest) }];
  });
}

function withoutBlanks(row: OutputRow): OutputRow {
  const isBlank = (value: OutputValue) => typeof value === 'string' && /^[\t-\r \u0085\u00a0]*$/.test(value);
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, isBlank(value) ? null : value]),
  );
}

function textOf(row: OutputRow, columns: readonly string[]): string {
  return JSON.stringify(columns.map((column) => row[column] ?? null));
}

/** By one column after the other, null last. */
function order(one: OutputRow, other: OutputRow, columns: readonly string[]): number {
  for (const column of columns) {
    const [a, b] = [one[column] ?? null, other[column] ?? null];
    if (a === b) continue;
    if (a === null || b === null) return a === null ? 1 : -1;
    return a < b ? -1 : 1;
  }
  return 0;
}

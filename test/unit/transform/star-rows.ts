import type { DataFrame } from 'nodejs-polars';

type Row = Record<string, unknown>;
type Star = Readonly<Record<string, DataFrame>>;

/** The rows of one relation of a star with those that they refer to, without surrogate keys, in a fixed order. */
export function resolveRows(star: Star, relation: string): Row[] {
  const rows = star[relation]?.toRecords() ?? [];
  return inOrder(rows.map((row) => resolve(star, relation, row)));
}

/** The rows of one relation alone, without its surrogate key, in a fixed order. */
export function plainRows(star: Star, relation: string): Row[] {
  return inOrder((star[relation]?.toRecords() ?? []).map(withoutIds));
}

/** The surrogate keys that a relation's rows have. */
export function idsOf(star: Star, relation: string, id: string): number[] {
  return (star[relation]?.toRecords() ?? []).map((row) => Number(row[id]));
}

function resolve(star: Star, relation: string, row: Row): Row {
  const referred = Object.keys(row)
    .filter((name) => name.endsWith('_id'))
    .map((id) => referredRow(star, relation, id, row[id]));
  return withoutIds(Object.assign({}, ...referred, row));
}

function referredRow(star: Star, relation: string, id: string, key: unknown): Row {
  const owners = Object.entries(star).filter(
    ([name, frame]) => name !== relation && frame.columns.includes(id) && isOwnedBy(name, relation),
  );
  const found = owners.flatMap(([, frame]) => frame.toRecords().filter((row) => row[id] === key));
  const [row] = found;
  if (!row || found.length > 1)
    throw new RangeError(`${relation}: ${id} ${key} refers to ${found.length} rows`);
  return row;
}

/** Members refer to groups, not to one another. */
function isOwnedBy(owner: string, relation: string): boolean {
  const members = ['npi', 'tin', 'incomplete_group'];
  return !(members.includes(owner) && members.includes(relation));
}

function withoutIds(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !name.endsWith('_id')));
}

function inOrder(rows: Row[]): Row[] {
  return rows
    .map((row) => ({ row, text: JSON.stringify(row) }))
    .sort(byText)
    .map(({ row }) => row);
}

function byText(left: { text: string }, right: { text: string }): number {
  if (left.text === right.text) return 0;
  return left.text < right.text ? -1 : 1;
}

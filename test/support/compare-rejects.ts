import { join } from 'node:path';
import type { Summary } from '../../src/pipeline/summary.js';
import { type InputRow, type InputValue, isList } from '../model/input-value.js';
import type { Reject } from '../model/load.js';
import { providersColumns, ratesColumns } from './arbitrary-columns.js';
import type { WrittenFile } from './compare-files.js';
import { readRows } from './fixture.js';
import { withDatabase } from './fixture-database.js';

export interface LocatedReject {
  readonly file: string;
  /** Counted from 0 within the file. */
  readonly row: number;
  readonly reason: string;
  /** Columns of the contract as text. */
  readonly values: InputRow;
}

/** The rejects that a source must have. Floats and timestamps are left out, which have many texts. */
export function expectedRejects(
  files: readonly WrittenFile[],
  rejects: readonly Reject<string>[],
): LocatedReject[] {
  const places = files.flatMap(({ path, rows }) => rows.map((values, row) => ({ file: path, row, values })));
  return rejects.map(({ row, reason }) => {
    const place = places[row];
    if (!place) throw new RangeError(`there is no row ${row}`);
    const values = Object.entries(place.values).filter(
      ([name, value]) => knownColumns.has(name) && hasOneText(value),
    );
    const printed = values.map(([name, value]) => [name, printedText(value)]);
    return { file: place.file, row: place.row, reason, values: Object.fromEntries(printed) };
  });
}

const knownColumns = new Set([...Object.keys(ratesColumns), ...Object.keys(providersColumns)]);

function hasOneText(value: InputValue): boolean {
  return typeof value !== 'number' && !(value !== null && typeof value === 'object' && 'micros' in value);
}

function printedText(value: InputValue): string | null {
  if (value === null) return null;
  if (isList(value)) return value.filter((element) => element !== null).join(';');
  if (typeof value !== 'object') return String(value);
  if (value.kind === 'date') return new Date(value.days * 86_400_000).toISOString().slice(0, 10);
  if (value.kind === 'timestamp') throw new RangeError('a timestamp has many texts');
  const digits = (value.unscaled < 0n ? -value.unscaled : value.unscaled)
    .toString()
    .padStart(value.scale + 1, '0');
  const [whole, fraction] = [
    digits.slice(0, digits.length - value.scale),
    digits.slice(digits.length - value.scale),
  ];
  return `${value.unscaled < 0n ? '-' : ''}${whole}${value.scale > 0 ? `.${fraction}` : ''}`;
}

/** The rejects that a load wrote of a source, in the order of files and rows. */
export async function readRejects(
  { rejects, rejects_folder: folder }: Summary,
  source: 'rates' | 'providers',
  files: readonly WrittenFile[],
): Promise<LocatedReject[]> {
  if (folder === null || Object.keys(rejects[source]).length === 0) return [];
  const number = ({ file, row }: LocatedReject) =>
    files.findIndex((candidate) => candidate.path === file) * 1e9 + row;
  const located = await readLocated(join(folder, `${source}.parquet`));
  return located.sort((left, right) => number(left) - number(right));
}

async function readLocated(path: string): Promise<LocatedReject[]> {
  const rows = await readRows(path);
  const places = await withDatabase(async (connection) => {
    const query = 'SELECT source_file, file_row_number, reject_reason FROM read_parquet($path)';
    return (await connection.runAndReadAll(query, { path })).getRows();
  });
  return places.map(([file, row, reason], index) => {
    const values = Object.entries(rows[index] ?? {}).map(([name, value]) => [
      name,
      value === null ? null : String(value),
    ]);
    return {
      file: String(file),
      row: Number(row),
      reason: String(reason),
      values: Object.fromEntries(values),
    };
  });
}

/** How often each reason is given. */
export function countReasons(rejects: readonly Reject<string>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of rejects) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

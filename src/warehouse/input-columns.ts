import type { Layout, SourceName, Stored } from '../sources/sources.js';
import type { Dialect } from './dialect.js';
import { scalarText } from './texts.js';

/** One input file, under the name of the view that its rows have. */
export interface InputFile {
  readonly view: string;
  readonly path: string;
  readonly rows: number;
  readonly layout: Layout;
  /** The types that the engine is to read its columns as; without those that are null throughout. */
  readonly types: ReadonlyMap<string, string>;
  /** The columns that its footer proves to be one text, or null, throughout: they are not read. */
  readonly constants: ReadonlyMap<string, string | null>;
}

/** Rows of an input that have a file of their own. */
export interface InputPiece {
  readonly path: string;
  /** The number that the first of them has in the input. */
  readonly firstRow: number;
  /** The columns that are not read there, and the one value that each has in all of its rows. */
  readonly constants: ReadonlyMap<string, string | null>;
}

const absent: Stored = { kind: 'null' };

/** How a column of a file is stored; one that is not there is null throughout. */
export const storedAs = ({ layout }: InputFile, column: string): Stored => layout.get(column) ?? absent;

/** Whether a file has a column in which there may be values. */
export const hasValues = (file: InputFile, column: string): boolean => storedAs(file, column).kind !== 'null';

/** The text of a column of a file; empty where it is null, blanks are kept. */
export const textOf = (sql: Dialect, file: InputFile, column: string): string =>
  scalarText(sql, sql.identifier(column), storedAs(file, column));

/** The one value of a column that is not read, under its name. */
export function constantAs(
  sql: Dialect,
  { types }: Pick<InputFile, 'types'>,
  column: string,
  value: string | null,
): string {
  const literal = value === null ? 'NULL' : sql.literal(value);
  return `CAST(${literal} AS ${types.get(column)}) AS ${sql.identifier(column)}`;
}

/** The view of the rows of a file. */
export const viewName = (source: SourceName, number: number): string => `${source}_file_${number}`;

/** Rows of several queries together. */
export const unionOf = (queries: readonly string[]): string => queries.join('\nUNION ALL ');

import type { Settings } from '../config/settings.js';
import type { Table, TableName } from '../tables/tables.js';
import type { Side } from './rows-sql.js';

/** Two roots to compare, and how. */
export interface ComparisonRequest {
  /** Data roots of loads, or folders that hold their files flat. */
  readonly left: string;
  readonly right: string;
  /** The tables to compare; all seven where there are none. */
  readonly tables: readonly TableName[];
  /** By how much rates may differ and still be equal. */
  readonly tolerance: number;
  /** How many rows are shown of each sort. */
  readonly examples: number;
  /** The names of folders and files, and what memory and threads may be taken. */
  readonly settings: Settings;
}

/** A table of two roots; a path is null where a root does not have it. */
export interface TableRequest {
  readonly table: Table;
  readonly paths: Readonly<Record<Side, string | null>>;
  /** By how much numbers may differ. */
  readonly tolerance: number;
  /** How many rows are shown of each sort. */
  readonly examples: number;
  /** How many rows of both sides are looked at together, one by one. */
  readonly rowsInMemory: number;
  /** A folder for files that are not needed afterwards. */
  readonly scratch: string;
}

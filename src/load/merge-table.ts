import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TableName } from '../tables/tables.js';
import type { Database } from './db.js';
import { copyToParquet, type MergeRules } from './sql.js';
import type { StagedFiles } from './staged.js';

/** Where an output is, and whether it is there yet. */
export interface Output {
  readonly table: TableName;
  readonly path: string;
  readonly exists: boolean;
}

export interface MergeRequest {
  readonly staged: StagedFiles;
  readonly outputs: readonly Output[];
  readonly rules: MergeRules;
  /** Ends the names of files that wait to be published. */
  readonly suffix: string;
  /** A folder for files that are not needed afterwards. */
  readonly scratch: string;
  /** How many staged facts can be worked on at a time. */
  readonly factsInMemory: number;
  /** Rows of a row group of an output. */
  readonly rowGroupRows: number;
}

/** What became of one table. */
export interface MergedTable {
  readonly table: TableName;
  readonly path: string;
  /** The file to publish, beside the output; null where the output stays as it is. */
  readonly waiting: string | null;
  readonly inserted: number;
  readonly filled: number;
  readonly kept: number;
  /** Facts that `replace` took away. */
  readonly removed: number;
  readonly total: number;
}

/** A table that stays as it is, unless the caller says otherwise. */
export function counted({ table, path }: Output, kept: number, inserted: number): MergedTable {
  return { table, path, waiting: null, inserted, filled: 0, kept, removed: 0, total: kept + inserted };
}

/** Beside the output, so that publishing is a rename; hidden, so that no glob over outputs meets it. */
export function waitingName(path: string, suffix: string): string {
  return join(dirname(path), `.${basename(path)}.${suffix}`);
}

/** Writes a query's rows to a parquet file; gives how many there are. */
export async function write(
  database: Database,
  query: string,
  path: string,
  rowGroupRows: number,
): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  return database.run(copyToParquet(query, path, rowGroupRows));
}

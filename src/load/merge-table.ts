import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { EtlError, isDiskTrouble, messageOf } from '../errors.js';
import type { Partition } from '../tables/partitions.js';
import type { TableName } from '../tables/tables.js';
import type { Database } from './db.js';
import { copyToParquet, type MergeRules } from './sql.js';
import type { StagedFiles } from './staged.js';

/** Where an output is, and whether it is there yet. Of facts in partitions it is the list of their parts. */
export interface Output {
  readonly table: TableName;
  readonly path: string;
  readonly exists: boolean;
  /** Whether loads alone have written what is there, so that a key is that of its row. To be asked only where it matters. */
  readonly isMadeByLoads?: () => boolean;
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
  /** Warnings of which an example is to be found. */
  readonly warnings: readonly string[];
  readonly progress: MergeProgress;
  /** Where facts go that are kept in partitions; null where they are one file. */
  readonly partitioning: Partitioning | null;
}

/** Where facts go that are kept in partitions. */
export interface Partitioning {
  /** The parts of a partition as they are. Throws where something else has changed them. */
  readonly partsOf: (partition: Partition) => Promise<readonly string[]>;
  /** A folder for parts that wait to be published, on the file system of those that are there. */
  readonly waiting: string;
  /** How many facts a part is to hold at most, about. */
  readonly partRows: number;
}

/** What becomes of a partition that facts come in for: it stays as it is where there are no new parts. */
export interface PartitionChange {
  readonly partition: Partition;
  /** Whether what is there goes away. */
  readonly replaces: boolean;
  readonly parts: readonly NewPart[];
}

/** A written part that waits to be published. */
export interface NewPart {
  readonly waiting: string;
  readonly rows: number;
  /** The sha256 of it. */
  readonly digest: string;
}

/** Is told how far a merge is. */
export interface MergeProgress {
  /** How many parts there are: tables, and buckets of facts. */
  expect(parts: number): void;
  /** Parts that are done, and how many rows they had. */
  advance(parts: number, rows: number): void;
}

/** What became of one table. */
export interface MergedTable {
  readonly table: TableName;
  readonly path: string;
  /** The file to publish, beside the output; null where the output stays as it is. */
  readonly waiting: string | null;
  /** The sha256 of that file. */
  readonly digest: string | null;
  readonly inserted: number;
  readonly filled: number;
  readonly kept: number;
  /** Facts that `replace` took away. */
  readonly removed: number;
  readonly total: number;
  /** Of a table of a catalog, which is changed there and has no file that waits. */
  readonly committed?: Committed;
  /** Of a file of a cluster, which is in its place already. */
  readonly placed?: PlacedFile;
}

/** A file as it was seen. */
interface FileSeen {
  readonly bytes: number;
  readonly mtime_ns: string;
  readonly footer_sha256: string;
}

/** An output where a cluster has it: how it was before, null where it was not there, and how it was left. */
export interface PlacedFile {
  readonly found: FileSeen | null;
  readonly left: FileSeen;
  /** The sha256 of it. */
  readonly digest: string;
  /** Of facts those of their parts. */
  readonly bytes: number;
}

/** What a catalog has of a table; a snapshot is null where nothing was ever written. */
export interface Committed {
  readonly snapshotBefore: string | null;
  readonly snapshot: string | null;
  readonly bytes: number;
}

/** A table that stays as it is, unless the caller says otherwise. */
export function counted({ table, path }: Output, kept: number, inserted: number): MergedTable {
  return {
    table,
    path,
    waiting: null,
    digest: null,
    inserted,
    filled: 0,
    kept,
    removed: 0,
    total: kept + inserted,
  };
}

/**
 * Beside the output, so that publishing is a rename; hidden, so that no glob over outputs meets it. Of an address, too: node's own way
 * to join would make one slash of its two.
 */
export function waitingName(path: string, suffix: string): string {
  return `${dirname(path)}/.${basename(path)}.${suffix}`;
}

/** Takes such a name apart; empty texts where it is none. */
export function readWaitingName(name: string): { readonly of: string; readonly suffix: string } {
  const [, of = '', suffix = ''] = /^\.(.+)\.([^.]+)$/.exec(name) ?? [];
  return { of, suffix };
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

/** What ends a run that cannot put an output's file together; what is no trouble of the disk passes as it is. */
export function explainUnwritten({ path }: Output, cause: unknown): unknown {
  if (!isDiskTrouble(cause)) return cause;
  return new EtlError('output', `${path}: cannot be written: ${messageOf(cause)}`, {
    step: 'merging',
    hint: 'check the free space and the rights under the data root, then run the same command again',
    cause,
  });
}

import { coresOf } from '../config/environment.js';
import type { Settings } from '../config/settings.js';
import type { Footer } from '../parquet/footer.js';
import { containerMemoryMb } from './container-memory.js';

/** What a run may take, and what follows from it. */
export interface Budget {
  /** The setting, or what the container leaves of it. */
  readonly memoryLimitMb: number;
  /** The part of it that DuckDB may take. */
  readonly databaseMb: number;
  readonly threads: number;
  readonly chunkRows: number;
  /** Rows that are reduced at once where they are codes: a load of chunks of 50,000 takes 0.94 × of what it takes one by one. */
  readonly rowsAtOnce: number;
  /** Rows that are read at a time, if row groups are small: reading fewer takes as long. */
  readonly windowRows: number;
  /** A row group of more rows is read in parts. */
  readonly groupRows: number;
  /** Bytes that a window may come to; a row group of more is read in parts. */
  readonly windowBytes: number;
  /** Rows of a row group of an output: DuckDB holds one in memory for each thread that writes. */
  readonly rowGroupRows: number;
}

/** Part of a container's memory that is left to whatever else is in it, the page cache among it. */
const containerShare = 0.9;

/** MiB that Node.js and the libraries take before they do anything. */
const baseMb = 250;

/** DuckDB's share of the rest: it goes beyond its limit, and freed memory of earlier steps is not all given back. */
const databaseShare = 0.6;
const leastDatabaseMb = 128;

/** What it takes of memory in times of its limit. */
const databaseExcess = 1.2;

/** MiB that runs may take together: the limit, or what the container leaves of it. */
export function limitWithin(limitMb: number, containerMb: number): number {
  return Math.floor(Math.min(limitMb, containerMb * containerShare));
}

/** Decides what a run may take. `rates` are the footers of the rates files. */
export function makeBudget(
  { memory_limit_mb: limitMb, threads, chunk_size: chunkSize }: Settings,
  rates: readonly Footer[],
  containerMb = containerMemoryMb(),
): Budget {
  const memoryLimitMb = limitWithin(limitMb, containerMb);
  const rowsAtOnce = windowRowsWithin(memoryLimitMb);
  const chunkRows = chunkSize === 'auto' ? chooseChunkRows(memoryLimitMb, rates) : chunkSize;
  return {
    memoryLimitMb,
    databaseMb: Math.max(Math.floor((memoryLimitMb - baseMb) * databaseShare), leastDatabaseMb),
    threads: coresOf(threads),
    chunkRows,
    rowsAtOnce,
    windowRows: Math.max(chunkRows, rowsAtOnce),
    groupRows: memoryLimitMb < 768 ? 400_000 : 2_000_000,
    windowBytes: memoryLimitMb * 2 ** 20 * windowShare,
    rowGroupRows: rowGroupRowsWithin(memoryLimitMb),
  };
}

/** The database's part once it is known what everything else takes: texts of many codes leave less than is planned for. */
export function databaseMbBeside(
  { memoryLimitMb, databaseMb }: Pick<Budget, 'memoryLimitMb' | 'databaseMb'>,
  residentMb: number,
): number {
  const left = Math.floor((memoryLimitMb - residentMb) / databaseExcess);
  return Math.max(Math.min(databaseMb, left), leastDatabaseMb);
}

/** Facts that a MiB of the database's memory is enough for, hash tables included, and MiB that buffers take of it. */
const factsPerMb = 8_000;
const bufferMb = 64;

/** How many staged facts the database can work on at a time. */
export function factsWithin(databaseMb: number): number {
  return (databaseMb - bufferMb) * factsPerMb;
}

/** Bytes of a fact in a file: published ones take 17 to 24. */
const factBytes = 24;

/** How many facts make a part of so many MiB. */
export function rowsOfPart(mb: number): number {
  return Math.ceil((mb * 2 ** 20) / factBytes);
}

/** Windows that are read, waiting and worked on, and how often each is in memory. */
const windowsAtOnce = 3;
const copiesOfWindow = 3;

/**
 * MiB that a run takes at most, as far as can be told beforehand: what is always there, and the larger of what reading and merging
 * take. `windowBytes` are those of the largest window; no more facts are merged than there are `rows` of rates.
 */
export function estimateMemoryMb(
  { memoryLimitMb, databaseMb }: Pick<Budget, 'memoryLimitMb' | 'databaseMb'>,
  windowBytes: number,
  rows: number,
): number {
  const reading = (windowBytes * windowsAtOnce * copiesOfWindow) / 2 ** 20;
  const merging = Math.min(databaseMb, bufferMb + rows / factsPerMb);
  return Math.min(memoryLimitMb, Math.ceil(baseMb + Math.max(reading, merging)));
}

/** Several windows are in memory at a time, each more than once: packed, unpacked and as a frame. */
const windowShare = 1 / 32;

/** Windows that are read, waiting and worked on take a fifth of the limit together. */
function windowRowsWithin(limitMb: number): number {
  if (limitMb < 384) return 50_000;
  return limitMb < 768 ? 100_000 : 200_000;
}

/** The size that DuckDB reads best, or a part of it. */
function rowGroupRowsWithin(limitMb: number): number {
  if (limitMb < 768) return 40_960;
  return limitMb < 1536 ? 61_440 : 122_880;
}

/** A chunk in memory may take this part of the limit. */
const chunkShare = 1 / 4;
const fewestChunkRows = 25_000;
const mostChunkRows = 200_000;

/** As many rows as fit into a part of the memory, by their width: beyond the most, more of them gain nothing. */
function chooseChunkRows(limitMb: number, rates: readonly Footer[]): number {
  const bytes = Math.max(1, ...rates.map(widthOf));
  const rows = Math.floor((limitMb * 2 ** 20 * chunkShare) / bytes / 1000) * 1000;
  return Math.min(Math.max(rows, fewestChunkRows), mostChunkRows);
}

/** Bytes that a value takes in memory, a text with its share of what is behind it. */
const valueBytes = 24;

/** Bytes of a row in memory, by the number of its values in the first and the last row group. */
function widthOf({ rowGroups }: Footer): number {
  const filled = rowGroups.filter(({ rows }) => rows > 0);
  const widths = [filled[0], filled.at(-1)].map((group) => {
    if (!group) return 0;
    const values = group.chunks.reduce((sum, { metadata }) => sum + Number(metadata.num_values), 0);
    return (values / group.rows) * valueBytes;
  });
  return Math.max(...widths);
}

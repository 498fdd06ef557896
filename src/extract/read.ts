import { rm } from 'node:fs/promises';
import type { DataFrame, LazyDataFrame } from 'nodejs-polars';
import { EtlError, hintFor, messageOf, systemCodeOf } from '../errors.js';
import { writeExcerpt } from '../parquet/excerpt.js';
import type { Footer } from '../parquet/footer.js';
import type { PutCode } from '../parquet/recode.js';
import { isAboutInput } from '../parquet/unreadable.js';
import { pl } from '../polars.js';
import type { ChunkRange, Window } from './windows.js';

/** The path stands for itself; conditions over literals fail in the library on frames of several pieces. */
const scanOptions = { glob: false, hivePartitioning: false, cache: false, rechunk: true } as const;

/** Rows that are read together, and the row groups that have them. */
export type RowsToRead = Pick<Window, keyof ChunkRange | 'rowGroups'>;

/** What of a window is read, and how. */
export interface Reading {
  readonly columns: readonly string[];
  /** Whether the levels of pages are gone through first, as by default: the library that decodes ends the process on damaged ones. */
  readonly checksLevels?: boolean;
  /** The columns whose texts are read as codes. */
  readonly coders?: ReadonlyMap<string, PutCode>;
  /** What is made of the scanned columns; by default they are collected as they are. */
  readonly collect?: (scan: LazyDataFrame) => Promise<DataFrame>;
}

/**
 * Reads the row groups of a window lazily: the named columns only. `scratch` is a file that may be written. Gives null
 * where texts cannot be had as codes. Throws `input` where the file's data cannot be decoded, `output` where the scratch
 * file cannot be written.
 */
export function readWindow(
  footer: Footer,
  window: RowsToRead,
  reading: Reading,
  scratch: string,
): Promise<DataFrame | null> {
  const { columns, coders, checksLevels = true } = reading;
  const selection = { groups: window.rowGroups, columns, checksLevels, ...(coders && { coders }) };
  return readExcerpt(footer, window, reading, scratch, () => writeExcerpt(footer, selection, scratch));
}

/** Reads what `write` writes to the scratch file; null if that is nothing. */
export async function readExcerpt(
  footer: Footer,
  window: ChunkRange,
  { collect }: Reading,
  scratch: string,
  write: () => Promise<boolean>,
): Promise<DataFrame | null> {
  try {
    if (!(await write())) return null;
    const scan = pl.scanParquet(scratch, scanOptions);
    return await (collect ? collect(scan) : scan.collect());
  } catch (cause) {
    const rows = `rows ${window.firstRow}-${window.firstRow + window.rows}`;
    if (!isAboutInput(cause, footer.copy ?? footer.path)) {
      const message = `${scratch}: ${rows} of ${footer.path} cannot be read: ${messageOf(cause)}`;
      throw new EtlError('output', message, { step: 'reading rows', hint: hintFor(cause), cause });
    }
    throw new EtlError('input', `${footer.path}: ${rows} cannot be read: ${messageOf(cause)}`, {
      step: 'reading rows',
      hint: systemCodeOf(cause)
        ? 'check that the file is there, and the rights on it, then run the same command again'
        : 'the file is damaged: fetch it again from where it came',
      cause,
    });
  } finally {
    await rm(scratch, { force: true });
  }
}

/** The rows of one chunk of a window's frame. Copies nothing. */
export function sliceChunk(frame: DataFrame, window: ChunkRange, chunk: ChunkRange): DataFrame {
  if (chunk.rows === window.rows) return frame;
  return frame.slice(chunk.firstRow - window.firstRow, chunk.rows);
}

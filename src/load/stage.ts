import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import type { DataFrame, LazyDataFrame } from 'nodejs-polars';
import { EtlError, hintFor, isDiskTrouble, messageOf } from '../errors.js';
import { pl } from '../polars.js';
import { noteFile, stagedFile } from './staged.js';

/** Staged files are read once and then dropped: no statistics, and no wait for the disk. */
const sinkOptions = {
  statistics: false,
  sinkOptions: { syncOnClose: 'none', maintainOrder: false, mkdir: false },
} as const;

/** Of numbers, lz4 would save a third of the bytes, and take half as long again. */
const codecOf = (relation: string) => (relation === 'coded_fact' ? 'uncompressed' : 'lz4');

/**
 * Stages one chunk, or several together: a parquet file per relation and a note, written into a folder aside that is renamed when it
 * is whole. Throws `output` where it cannot be written.
 */
export async function stageChunk(
  folder: string,
  relations: Readonly<Record<string, LazyDataFrame>>,
  note: object = {},
): Promise<void> {
  const aside = `${folder}.tmp`;
  try {
    await mkdir(aside, { recursive: true });
    // all have to end before the folder may be removed
    const ends = await Promise.allSettled([
      ...Object.entries(relations).map(([name, frame]) =>
        frame.sinkParquet(stagedFile(aside, name), { ...sinkOptions, compression: codecOf(name) }).collect(),
      ),
      writeFile(noteFile(aside), JSON.stringify(note)),
    ]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    await rename(aside, folder);
  } catch (cause) {
    await rm(aside, { recursive: true, force: true }).catch(() => {});
    if (!isDiskTrouble(cause)) throw cause;
    const message = `${folder}: chunks cannot be staged: ${messageOf(cause)}`;
    throw new EtlError('output', message, { step: 'staging', hint: hintFor(cause), cause });
  }
}

/** Whether staged relations are as whole as they were written: a machine that lost power may have cut them short. */
export async function isStagedWhole(
  folder: string,
  rows: Readonly<Record<string, number>>,
): Promise<boolean> {
  try {
    for (const [name, height] of Object.entries(rows)) {
      const frame = await pl.scanParquet(stagedFile(folder, name), { glob: false, cache: false }).collect();
      if (frame.height !== height) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** Rejected rows with where they came from: `source_file` and `file_row_number`, counted from 0 as DuckDB does. */
export function locateRejects(rejects: DataFrame, sourceFile: string, firstRow: number): DataFrame {
  const columns = rejects.columns.filter((name) => name !== 'row' && name !== 'reject_reason');
  return rejects.select(
    pl.lit(sourceFile).alias('source_file'),
    pl.col('row').cast(pl.Int64).add(pl.lit(firstRow).cast(pl.Int64)).alias('file_row_number'),
    pl.col('reject_reason'),
    ...columns.map((name) => pl.col(name)),
  );
}

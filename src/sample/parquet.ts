import { rename, rm, stat } from 'node:fs/promises';
import type { DataFrame } from 'nodejs-polars';
import { EtlError, messageOf } from '../errors.js';
import { pl } from '../polars.js';

/** A file that was written; `bytes` is its size on disk. */
export interface WrittenFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

const rowsPerGroup = 5_000;
/** Bounds how many rows are JavaScript objects at a time. */
const rowsPerFrame = 50_000;

/** Writes rows as one zstd parquet file, aside first, so that no reader sees a part of it. */
export async function writeRows<Row>(
  path: string,
  rows: Iterable<Row>,
  makeFrame: (rows: readonly Row[]) => DataFrame,
): Promise<WrittenFile> {
  const aside = `${path}.tmp`;
  const frame = pl.concat(collectFrames(rows, makeFrame));
  try {
    await frame
      .lazy()
      .sinkParquet(aside, {
        compression: 'zstd',
        statistics: true,
        rowGroupSize: rowsPerGroup,
        sinkOptions: { syncOnClose: 'all', maintainOrder: true, mkdir: false },
      })
      .collect();
    const { size } = await stat(aside);
    await rename(aside, path);
    return { path, rows: frame.height, bytes: size };
  } catch (cause) {
    await rm(aside, { force: true });
    throw new EtlError('output', `cannot write ${path}: ${messageOf(cause)}`, {
      step: 'writing the sample',
      hint: 'choose a folder that can be written to and has room',
      cause,
    });
  }
}

/** At least one frame, so that a file without rows has its columns. */
function collectFrames<Row>(
  rows: Iterable<Row>,
  makeFrame: (rows: readonly Row[]) => DataFrame,
): DataFrame[] {
  const frames: DataFrame[] = [];
  let batch: Row[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length === rowsPerFrame) {
      frames.push(makeFrame(batch));
      batch = [];
    }
  }
  if (batch.length > 0 || frames.length === 0) frames.push(makeFrame(batch));
  return frames;
}

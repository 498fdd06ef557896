import { join } from 'node:path';
import { WindowReader } from '../extract/window-reader.js';
import type { Window } from '../extract/windows.js';
import { isOfChunk } from './chunk-failure.js';
import type { PlannedFile } from './plan.js';
import type { Run } from './run.js';

/** Those of some columns that cannot be read in a window. */
export async function findUndecodable(
  run: Run,
  file: PlannedFile,
  window: Window,
  columns: readonly string[],
): Promise<string[]> {
  if (columns.length === 0 || (await canRead(run, file, window, columns))) return [];
  const found: string[] = [];
  for (const column of columns) if (!(await canRead(run, file, window, [column]))) found.push(column);
  return found;
}

async function canRead(
  { staging, memory, signal }: Run,
  { footer }: PlannedFile,
  window: Window,
  columns: readonly string[],
): Promise<boolean> {
  signal.throwIfAborted();
  try {
    await new WindowReader().read(footer, window, { columns }, join(staging, 'looked-at.parquet'));
    return true;
  } catch (cause) {
    if (!isOfChunk(cause)) throw cause;
    return false;
  } finally {
    await memory.settle(window.rows);
  }
}

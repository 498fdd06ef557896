import { join } from 'node:path';
import { WindowReader } from '../extract/window-reader.js';
import type { Window } from '../extract/windows.js';
import { isOfChunk } from './chunk-failure.js';
import type { PlannedFile } from './plan.js';
import type { Run } from './run.js';

type FindUndecodable = (window: Window, columns: readonly string[]) => Promise<string[]>;

/** Makes the function that finds those of some columns that cannot be read in a window of a file. Windows are best asked for in order. */
export function undecodableIn(
  { staging, memory, signal }: Run,
  { footer }: Pick<PlannedFile, 'footer'>,
): FindUndecodable {
  const scratch = join(staging, 'looked-at.parquet');
  let reader = new WindowReader();
  const canRead = async (window: Window, columns: readonly string[]) => {
    signal.throwIfAborted();
    try {
      await reader.read(footer, window, { columns }, scratch);
      return true;
    } catch (cause) {
      if (!isOfChunk(cause)) throw cause;
      // it is left in the middle of a row group that is read in parts
      reader = new WindowReader();
      return false;
    } finally {
      await memory.settle(window.rows);
    }
  };
  return async (window, columns) => {
    if (columns.length === 0 || (await canRead(window, columns))) return [];
    const found: string[] = [];
    for (const column of columns) if (!(await canRead(window, [column]))) found.push(column);
    return found;
  };
}

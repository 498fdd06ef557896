import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WindowReader } from '../../../src/extract/window-reader.js';
import { planWindows } from '../../../src/extract/windows.js';
import { readFooter } from '../../../src/parquet/footer.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';

const rows = 10_000;
const limits = { windowRows: 900, groupRows: 1000, windowBytes: 1e9, chunkRows: 500 };

/** Writes numbers and texts in one row group; reads parts of it, in some order, and gives the numbers of each. */
async function readParts(version: 'V1' | 'V2', order: (parts: number) => readonly number[]) {
  return withFolder(async (folder) => {
    const file = join(folder, 'whole.parquet');
    await withDatabase((connection) =>
      connection.run(
        `COPY (SELECT r AS number, (r % 7)::VARCHAR AS text FROM range(${rows}) t(r))
         TO ${quoteText(file)} (FORMAT parquet, PARQUET_VERSION ${version})`,
      ),
    );
    const footer = await readFooter(file);
    const windows = planWindows(footer, limits);
    const reader = new WindowReader();
    const reads = order(windows.length).map(async (index, read) => {
      const window = windows[index];
      if (!window) throw new RangeError(`there is no window ${index}`);
      const scratch = join(folder, `scratch-${read}.parquet`);
      const frame = await reader.read(footer, window, { columns: ['number', 'text'] }, scratch);
      const found = frame?.toRecords().map(({ number, text }) => [Number(number), text]);
      const expected = Array.from({ length: window.rows }, (_, row) => window.firstRow + row);
      expect(found).toEqual(expected.map((number) => [number, String(number % 7)]));
      return window.rows;
    });
    return (await Promise.all(reads)).reduce((sum, read) => sum + read, 0);
  });
}

const inOrder = (parts: number) => Array.from({ length: parts }, (_, index) => index);

describe('WindowReader', () => {
  it('reads each part of a row group', async () => {
    expect(await readParts('V1', inOrder)).toBe(rows);
  });

  it('reads each part of a row group that cannot be cut', async () => {
    expect(await readParts('V2', inOrder)).toBe(rows);
  });

  it('reads parts in any order, and again', async () => {
    const order = (parts: number) => [4, 3, 3, 9, 0, 1, 8, 2, parts - 1, 7, 0];
    expect(await readParts('V1', order)).toBeGreaterThan(0);
    expect(await readParts('V2', order)).toBeGreaterThan(0);
  });
});

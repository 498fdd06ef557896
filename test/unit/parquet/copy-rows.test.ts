import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { CompressionCodec } from 'hyparquet';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { copyRows } from '../../../src/parquet/copy-rows.js';
import { readFooter } from '../../../src/parquet/footer.js';
import { check } from '../../support/arbitrary-run.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';

const { signal } = new AbortController();
const none: ReadonlySet<CompressionCodec> = new Set();

/** Writes rows in row groups and pages that are small. */
async function writeSmall(file: string, rows: number, rowGroupSize: number): Promise<void> {
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const frame = pl.DataFrame({
    number: numbers,
    text: numbers.map((row) => (row % 7 === 0 ? null : `text ${row % 5}`)),
    list: numbers.map((row) => Array.from({ length: row % 4 }, (_, index) => `${row}-${index}`)),
    other: numbers.map((row) => `other ${row}`),
  });
  await frame
    .lazy()
    .sinkParquet(file, {
      compression: 'zstd',
      maintainOrder: true,
      dataPagesizeLimit: 100,
      rowGroupSize,
    })
    .collect();
}

async function rowsOf(file: string): Promise<string[]> {
  return withDatabase(async (connection) => {
    const found = await connection.runAndReadAll(
      `SELECT to_json(r)::VARCHAR FROM (SELECT number, text, list FROM read_parquet(${quoteText(file)})) r`,
    );
    return found.getRowsJS().map(String);
  });
}

describe('copyRows', () => {
  it('writes the rows of a range, of whole row groups and of parts of them', () =>
    check(
      12,
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 20, max: 400 }),
        fc.integer({ min: 0, max: 299 }),
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(1, 1000, 1_000_000),
        fc.boolean(),
        (rows, groupRows, start, length, mostBytes, isCut) =>
          withFolder(async (folder) => {
            const [file, path] = [join(folder, 'whole.parquet'), join(folder, 'copy.parquet')];
            await writeSmall(file, rows, groupRows);
            const firstRow = Math.min(start, rows - 1);
            const wanted = { firstRow, rows: Math.min(length, rows - firstRow) };
            const columns = ['number', 'text', 'list'];
            const footer = await readFooter(file);
            expect(
              await copyRows(footer, { ...wanted, columns, mostBytes, isCut, unwanted: none }, path, signal),
            ).toBe(true);
            expect([...(await readFooter(path)).columns.keys()]).toEqual(columns);
            expect(await rowsOf(path)).toEqual((await rowsOf(file)).slice(firstRow, firstRow + wanted.rows));
          }),
      ),
    ));

  it('copies what is whole byte for byte, from where a copy of the file is', () =>
    withFolder(async (folder) => {
      const [file, path] = [join(folder, 'whole.parquet'), join(folder, 'copy.parquet')];
      await writeSmall(file, 90, 30);
      const footer = { ...(await readFooter(file)), path: 's3a://lake/whole.parquet', copy: file };
      const wanted = {
        firstRow: 30,
        rows: 30,
        columns: ['number'],
        mostBytes: 1,
        isCut: false,
        unwanted: none,
      };
      expect(await copyRows(footer, wanted, path, signal)).toBe(true);
      const chunk = footer.rowGroups[1]?.chunks.find(({ column }) => column === 'number');
      const [from, to] = [await readFile(file), await readFile(path)];
      const bytes = from.subarray(chunk?.start, Number(chunk?.start) + Number(chunk?.bytes));
      expect(to.subarray(4, 4 + bytes.length).equals(bytes)).toBe(true);
    }));

  it('is stopped by a signal', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'whole.parquet');
      await writeSmall(file, 90, 30);
      const wanted = {
        firstRow: 0,
        rows: 90,
        columns: ['number'],
        mostBytes: 1,
        isCut: false,
        unwanted: none,
      };
      const stopped = copyRows(
        await readFooter(file),
        wanted,
        join(folder, 'copy.parquet'),
        AbortSignal.abort(new Error('enough')),
      );
      await expect(stopped).rejects.toThrow('enough');
    }));
});

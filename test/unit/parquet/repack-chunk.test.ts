import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import type { CompressionCodec } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { copyRows } from '../../../src/parquet/copy-rows.js';
import { readFooter } from '../../../src/parquet/footer.js';
import { findPages } from '../../../src/parquet/read-pages.js';
import { rowsToCut } from '../../support/arbitrary-columns-to-cut.js';
import { check } from '../../support/arbitrary-run.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';
import { type Writer, writeToCut } from '../../support/write-to-cut.js';

const { signal } = new AbortController();
const unwanted: ReadonlySet<CompressionCodec> = new Set(['BROTLI']);

/** The rows of a file as JSON, in order. */
const linesOf = (file: string) =>
  withDatabase(async (connection) => {
    const read = `SELECT to_json(r)::VARCHAR FROM read_parquet(${quoteText(file)}) r`;
    return (await connection.runAndReadAll(read)).getRowsJS().map(String);
  });

/** Copies all of a file, without pages in brotli; gives the codec of each column before and after. */
async function copyAll(file: string, path: string): Promise<{ before: string[]; after: string[] }> {
  const footer = await readFooter(file);
  const columns = [...footer.columns.keys()];
  const wanted = { firstRow: 0, rows: footer.rows, columns, mostBytes: 1_000_000, isCut: false, unwanted };
  expect(await copyRows(footer, wanted, path, signal)).toBe(true);
  return { before: await codecsIn(file), after: await codecsIn(path) };
}

async function codecsIn(file: string): Promise<string[]> {
  const { rowGroups } = await readFooter(file);
  return rowGroups.flatMap(({ chunks }) => chunks.map(({ metadata }) => metadata.codec));
}

/** How the values of each page are encoded. */
async function encodingsIn(file: string): Promise<(string | undefined)[]> {
  await using opened = await open(file, 'r');
  const { rowGroups } = await readFooter(file);
  const encodings: (string | undefined)[] = [];
  for (const chunk of rowGroups.flatMap(({ chunks }) => chunks))
    for (const { header } of await findPages(opened, chunk)) {
      const { dictionary_page_header, data_page_header, data_page_header_v2 } = header;
      encodings.push((dictionary_page_header ?? data_page_header ?? data_page_header_v2)?.encoding);
    }
  return encodings;
}

describe('pages in a codec that is not wanted', () => {
  it('hold the same in another one, whoever wrote them', () =>
    check(
      8,
      fc.asyncProperty(
        rowsToCut,
        fc.constantFrom<Writer>('duckdb', 'polars', 'pages of version 2'),
        fc.constantFrom(60, 1000, 1_000_000),
        (rows, writer, pageBytes) =>
          withFolder(async (folder) => {
            const [file, path] = [join(folder, 'whole.parquet'), join(folder, 'copy.parquet')];
            await writeToCut(file, rows, { writer, codec: 'brotli', pageBytes });
            const { before, after } = await copyAll(file, path);
            expect(new Set(before)).toEqual(new Set(['BROTLI']));
            expect(new Set(after)).toEqual(new Set(['GZIP']));
            expect(await linesOf(path)).toEqual(await linesOf(file));
          }),
      ),
    ));

  it('stay as they are encoded, also where nobody here decodes them', () =>
    withFolder(async (folder) => {
      const [file, path] = [join(folder, 'whole.parquet'), join(folder, 'copy.parquet')];
      await withDatabase((connection) =>
        connection.run(
          `COPY (SELECT i * i AS whole, 'text ' || i AS text, i / 8.0::DOUBLE AS fraction, i % 3 = 0 AS flag,
              '2025-08-01'::DATE + i::INT AS day, i::DECIMAL(8, 2) AS decimal, [i, NULL] AS list, '[]'::INT[] AS empty
            FROM range(3000) t(i)) TO ${quoteText(file)} (FORMAT parquet, CODEC brotli, PARQUET_VERSION V2, ROW_GROUP_SIZE 2048)`,
        ),
      );
      await copyAll(file, path);
      expect(await encodingsIn(file)).toContain('DELTA_BINARY_PACKED');
      expect(await encodingsIn(path)).toEqual(await encodingsIn(file));
      expect(await linesOf(path)).toEqual(await linesOf(file));
    }));

  it('of the second version are packed as well', () =>
    withFolder(async (folder) => {
      const [file, path] = [join(folder, 'whole.parquet'), join(folder, 'copy.parquet')];
      const data = Array.from({ length: 5_000 }, (_, row) =>
        row < 4_000 ? `much like the next one ${row}` : null,
      );
      const columnData = [{ name: 'text', data, type: 'STRING' as const, nullable: true }];
      const compressors = { BROTLI: (bytes: Uint8Array) => brotliCompressSync(bytes) };
      const buffer = parquetWriteBuffer({
        columnData,
        codec: 'BROTLI',
        compressors,
        pageSize: 10_000,
        rowGroupSize: 5_000,
      });
      await writeFile(file, new Uint8Array(buffer));
      await copyAll(file, path);
      const [chunk] = (await readFooter(path)).rowGroups[0]?.chunks ?? [];
      expect(chunk?.metadata.num_values).toBe(5_000n);
      expect(Number(chunk?.metadata.total_uncompressed_size)).toBeGreaterThan(4_000 * 25);
      expect(Number(chunk?.metadata.total_compressed_size)).toBeLessThan(4_000 * 10);
      expect(await linesOf(path)).toEqual(await linesOf(file));
    }));

  it('that are damaged are told of', () =>
    withFolder(async (folder) => {
      const [file, path] = [join(folder, 'whole.parquet'), join(folder, 'copy.parquet')];
      await withDatabase((connection) =>
        connection.run(
          `COPY (SELECT 'text ' || i AS text FROM range(3000) t(i)) TO ${quoteText(file)} (FORMAT parquet, CODEC brotli)`,
        ),
      );
      const bytes = await readFile(file);
      const [chunk] = (await readFooter(file)).rowGroups[0]?.chunks ?? [];
      bytes.fill(0xff, Number(chunk?.start) + 40, Number(chunk?.start) + 80);
      await writeFile(file, bytes);
      await expect(copyAll(file, path)).rejects.toThrow('Decompression failed');
    }));
});

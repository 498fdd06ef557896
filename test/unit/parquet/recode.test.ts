import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetHeader } from 'hyparquet/src/column.js';
import { parquetWriteBuffer } from 'hyparquet-writer';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { type ColumnChunkFooter, readFooter } from '../../../src/parquet/footer.js';
import { readChunks } from '../../../src/parquet/read-chunks.js';
import { recodeChunk } from '../../../src/parquet/recode.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';
import { numberTexts, readCodes } from '../../support/read-codes.js';

const codecs = ['uncompressed', 'snappy', 'gzip', 'zstd'] as const;

const dictionaries = 'DICTIONARY_SIZE_LIMIT 1000000, STRING_DICTIONARY_PAGE_SIZE_LIMIT 100000000';

/** Writes the rows of a query. */
async function write(folder: string, query: string, codec = 'zstd', options = dictionaries): Promise<string> {
  const path = join(folder, 'texts.parquet');
  await withDatabase((connection) =>
    connection.run(
      `COPY (${query}) TO ${quoteText(path)} (FORMAT parquet, CODEC ${quoteText(codec)}, ${options})`,
    ),
  );
  return path;
}

/** The only column chunk of a file. */
async function onlyChunk(path: string): Promise<[ColumnChunkFooter, Buffer]> {
  const [chunk] = (await readFooter(path)).rowGroups.flatMap(({ chunks }) => chunks);
  if (!chunk) throw new RangeError('no column chunk');
  const file = await open(path, 'r');
  try {
    const [bytes = Buffer.alloc(0)] = await readChunks(file, [chunk]);
    return [chunk, Buffer.from(bytes)];
  } finally {
    await file.close();
  }
}

/** The only column chunk of the rows of a query. */
const chunkOf = async (...source: Parameters<typeof write>) => onlyChunk(await write(...source));

/** The types of a chunk's pages. */
function pagesOf(bytes: Buffer): string[] {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  const types: string[] = [];
  while (reader.offset < bytes.length) {
    const { type, compressed_page_size: size } = parquetHeader(reader);
    types.push(type);
    reader.offset += size;
  }
  return types;
}

const { putCode } = numberTexts();

describe('recodeChunk', () => {
  it.each(codecs)('makes codes of texts that Polars and DuckDB read, in %s', (codec) =>
    withFolder(async (folder) => {
      const texts = Array.from({ length: 50 }, (_, row) =>
        row % 7 === 0 ? null : `text ${row % 3} \u{1f600}`,
      );
      const values = texts.map((text) => (text === null ? 'NULL' : quoteText(text)));
      const query = `SELECT unnest([${values.join(', ')}]) AS value`;
      const numbers = numberTexts();
      const read = await readCodes(folder, await write(folder, query, codec), 'value', numbers.putCode);
      const expected = texts.map((text) => (text === null ? null : numbers.codeOfText(text)));
      expect(read).toEqual({ polars: expected, duckdb: expected });
    }),
  );

  it.each(codecs)('keeps lists as they are, in %s', (codec) =>
    withFolder(async (folder) => {
      const lists = [['a', 'b'], null, [], ['b', null, 'b'], [null], ['c']];
      const printed = lists.map((list) =>
        list === null
          ? 'NULL'
          : `[${list.map((text) => (text === null ? 'NULL' : quoteText(text))).join(', ')}]`,
      );
      const query = `SELECT value::VARCHAR[] AS value FROM (VALUES ${printed.map((list) => `(${list})`).join(', ')}) t(value)`;
      const numbers = numberTexts();
      const read = await readCodes(folder, await write(folder, query, codec), 'value', numbers.putCode);
      const expected = lists.map(
        (list) => list?.map((text) => (text === null ? null : numbers.codeOfText(text))) ?? null,
      );
      expect(read).toEqual({ polars: expected, duckdb: expected });
    }),
  );

  it.each(codecs)('makes a dictionary of more than one block, in %s', (codec) =>
    withFolder(async (folder) => {
      // 20,000 codes take 160,000 bytes, and a zstd block holds 131,072
      const query = `SELECT 'text ' || (i % 20000) AS value FROM range(40000) r(i) ORDER BY i`;
      const numbers = numberTexts();
      const read = await readCodes(folder, await write(folder, query, codec), 'value', numbers.putCode);
      const expected = Array.from({ length: 40_000 }, (_, row) => numbers.codeOfText(`text ${row % 20_000}`));
      expect(new Set(expected).size).toBe(20_000);
      expect(read).toEqual({ polars: expected, duckdb: expected });
    }),
  );

  it.each(codecs)('makes an empty dictionary of an empty one, in %s', (codec) =>
    withFolder(async (folder) => {
      const path = join(folder, 'nulls.parquet');
      const frame = pl.DataFrame([pl.Series('value', [null, null, null], pl.Utf8)]);
      await frame.lazy().sinkParquet(path, { compression: codec }).collect();
      const read = await readCodes(folder, path, 'value', putCode);
      expect(read).toEqual({ polars: [null, null, null], duckdb: [null, null, null] });
    }),
  );

  it.each(['UNCOMPRESSED', 'SNAPPY'] as const)(
    'keeps data pages of version 2, however many, in %s',
    (codec) =>
      withFolder(async (folder) => {
        const path = join(folder, 'pages.parquet');
        const texts = Array.from({ length: 5000 }, (_, row) => (row % 5 === 0 ? null : `text ${row % 3}`));
        const column = { name: 'value', data: texts, type: 'STRING' as const };
        await writeFile(
          path,
          Buffer.from(parquetWriteBuffer({ columnData: [column], codec, pageSize: 100 })),
        );
        const [, bytes] = await onlyChunk(path);
        expect(pagesOf(bytes).slice(0, 3)).toEqual(['DICTIONARY_PAGE', 'DATA_PAGE_V2', 'DATA_PAGE_V2']);
        const numbers = numberTexts();
        const read = await readCodes(folder, path, 'value', numbers.putCode);
        const expected = texts.map((text) => (text === null ? null : numbers.codeOfText(text)));
        expect(read).toEqual({ polars: expected, duckdb: expected });
      }),
  );

  it('says where data pages start, and leaves them as they are', () =>
    withFolder(async (folder) => {
      const [chunk, bytes] = await chunkOf(folder, `SELECT 'text ' || (i % 3) AS value FROM range(50) r(i)`);
      const recoded = recodeChunk(chunk, bytes, putCode);
      const dataPages = bytes.subarray(Number(chunk.metadata.data_page_offset) - chunk.start);
      expect(recoded?.bytes.subarray(recoded.dataStart)).toEqual(dataPages);
    }));

  const repeated = `SELECT 'text ' || (i % 3) AS value FROM range(50) r(i)`;

  it.each([
    ['a codec that is not rewritten', repeated, 'brotli', dictionaries],
    ['text without a dictionary', repeated, 'zstd', 'DICTIONARY_SIZE_LIMIT 1'],
    ['text in pages of another encoding', repeated, 'zstd', "PARQUET_VERSION 'V2', DICTIONARY_SIZE_LIMIT 1"],
    ['no text', 'SELECT i % 3 AS value FROM range(50) r(i)', 'zstd', dictionaries],
  ])('gives nothing for %s', (_, query, codec, options) =>
    withFolder(async (folder) => {
      expect(recodeChunk(...(await chunkOf(folder, query, codec, options)), putCode)).toBeNull();
    }),
  );

  it('gives nothing where a writer gave up its dictionary midway', () =>
    withFolder(async (folder) => {
      const [chunk, bytes] = await chunkOf(folder, repeated);
      const [, plain] = await chunkOf(folder, repeated, 'zstd', 'DICTIONARY_SIZE_LIMIT 1');
      expect(recodeChunk(chunk, bytes, putCode)).not.toBeNull();
      expect(recodeChunk(chunk, Buffer.concat([bytes, plain]), putCode)).toBeNull();
    }));

  it('gives nothing where a text has no code', () =>
    withFolder(async (folder) => {
      expect(recodeChunk(...(await chunkOf(folder, repeated)), () => false)).toBeNull();
    }));

  it('fails on a dictionary that is cut short', () =>
    withFolder(async (folder) => {
      const [chunk, bytes] = await chunkOf(folder, repeated, 'uncompressed');
      const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
      parquetHeader(reader);
      bytes.writeUInt32LE(1000, reader.offset);
      expect(() => recodeChunk(chunk, bytes, putCode)).toThrow('a dictionary is cut short');
    }));
});

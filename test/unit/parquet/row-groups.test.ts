import { join } from 'node:path';
import type { RowGroup } from 'hyparquet';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { readFooter } from '../../../src/parquet/footer.js';
import { readMetadata } from '../../../src/parquet/read-metadata.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';

/** What a library that reads all of a footer says of the column chunks of some columns. */
function chunksOf({ columns }: RowGroup, wanted: (column: string) => boolean) {
  return columns.flatMap(({ meta_data: metadata }) => {
    if (!metadata || !wanted(metadata.path_in_schema[0] ?? '')) return [];
    const { type, encodings, path_in_schema: path, codec, num_values } = metadata;
    const { total_uncompressed_size, total_compressed_size, data_page_offset } = metadata;
    const dictionary = metadata.dictionary_page_offset;
    return [
      {
        ...{ type, encodings, path_in_schema: path, codec, num_values },
        ...{ total_uncompressed_size, total_compressed_size, data_page_offset },
        ...(dictionary === undefined ? {} : { dictionary_page_offset: dictionary }),
      },
    ];
  });
}

async function expectAgreement(file: string, wanted?: readonly string[]) {
  const { metadata, bytes } = await readMetadata(file);
  const footer = await readFooter(file, wanted);
  expect(footer.bytes).toBe(bytes);
  expect(footer.rows).toBe(Number(metadata.num_rows));
  expect(footer.createdBy).toBe(metadata.created_by);
  expect(footer.rowGroups.map(({ rows, bytes: unpacked }) => [rows, unpacked])).toEqual(
    metadata.row_groups.map(({ num_rows: rows, total_byte_size: unpacked }) => [rows, unpacked].map(Number)),
  );
  const isWanted = (column: string) => wanted?.includes(column) ?? true;
  expect(footer.rowGroups.map(({ chunks }) => chunks.map((chunk) => chunk.metadata))).toEqual(
    metadata.row_groups.map((group) => chunksOf(group, isWanted)),
  );
  for (const { column, start, metadata: of } of footer.rowGroups.flatMap(({ chunks }) => chunks)) {
    expect(column).toBe(of.path_in_schema[0]);
    expect(start).toBe(Number(of.dictionary_page_offset ?? of.data_page_offset));
  }
}

const everyKind = `
  SELECT i AS number, i::VARCHAR AS text, 'one' AS constant, NULL::VARCHAR AS nothing, [i::VARCHAR] AS list,
    {'a': i, 'b': {'c': ['x']}} AS struct, MAP {'k': i} AS map, i / 7 AS float, i::DECIMAL(38, 10) AS decimal,
    uuid() AS uuid, i % 2 = 0 AS flag, TIMESTAMP '2025-08-01' AS instant, repeat('long ', 200) AS long
  FROM range(20000) AS t(i)`;

describe('the row groups of a footer', () => {
  it.each(['zstd', 'snappy', 'uncompressed', 'gzip'])(
    'are what a reader of all of it finds, with %s',
    async (codec) => {
      await withFolder(async (folder) => {
        const file = join(folder, 'a.parquet');
        await withDatabase((connection) =>
          connection.run(
            `COPY (${everyKind}) TO ${quoteText(file)} (FORMAT parquet, CODEC ${codec}, ROW_GROUP_SIZE 2048)`,
          ),
        );
        await expectAgreement(file);
        await expectAgreement(file, ['list', 'constant', 'not there']);
      });
    },
  );

  it('are so too as Polars writes them', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'a.parquet');
      const texts = Array.from({ length: 5000 }, (_, index) => `text ${index}`);
      const frame = pl.DataFrame({ texts, number: texts.map((_, index) => index) });
      const one = frame.select(
        pl.all(),
        pl.lit('one').alias('one'),
        pl.concatList([pl.col('texts')]).alias('list'),
      );
      one.writeParquet(file, { compression: 'zstd' });
      await expectAgreement(file);
      await expectAgreement(file, ['one', 'list']);
    });
  });

  it('share their constants with neighbours that agree, and no others', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'a.parquet');
      const query = `SELECT 'x' AS a, CASE WHEN i < 4096 THEN 'y' ELSE 'z' END AS b FROM range(8192) AS t(i)`;
      await withDatabase((connection) =>
        connection.run(`COPY (${query}) TO ${quoteText(file)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`),
      );
      const { rowGroups } = await readFooter(file);
      expect(rowGroups.map(({ constants }) => Object.fromEntries(constants))).toEqual([
        { a: 'x', b: 'y' },
        { a: 'x', b: 'y' },
        { a: 'x', b: 'z' },
        { a: 'x', b: 'z' },
      ]);
      const [first, second, third] = rowGroups.map(({ constants }) => constants);
      expect(second).toBe(first);
      expect(third).not.toBe(first);
    });
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetHeader } from 'hyparquet/src/column.js';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { writeExcerpt } from '../../../src/parquet/excerpt.js';
import { readFooter } from '../../../src/parquet/footer.js';
import { readMetadata } from '../../../src/parquet/read-metadata.js';
import { encodeFooter } from '../../../src/parquet/write-footer.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';
import { numberTexts } from '../../support/read-codes.js';

describe('writeExcerpt', () => {
  it('says of each chunk where its dictionary and its data pages are', () =>
    withFolder(async (folder) => {
      const source = join(folder, 'texts.parquet');
      const query = `SELECT 'a' || (i % 3) AS one, i AS number, 'b' || (i % 4) AS other FROM range(50) r(i)`;
      await withDatabase((connection) =>
        connection.run(
          `COPY (${query}) TO ${quoteText(source)} (FORMAT parquet, DICTIONARY_SIZE_LIMIT 1000)`,
        ),
      );
      const footer = await readFooter(source);
      const path = join(folder, 'excerpt.parquet');
      const coders = new Map([['other', numberTexts().putCode]]);
      const selection = { groups: footer.rowGroups, columns: ['one', 'other'], coders };
      expect(await writeExcerpt(footer, selection, path)).toBe(true);

      const bytes = await readFile(path);
      const pageAt = (place: bigint | undefined) =>
        parquetHeader({
          view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
          offset: Number(place),
        }).type;
      const excerpt = await readFooter(path);
      const chunks = excerpt.rowGroups.flatMap((group) => group.chunks);
      expect(chunks.map(({ column, metadata }) => [column, metadata.type])).toEqual([
        ['one', 'BYTE_ARRAY'],
        ['other', 'INT64'],
      ]);
      for (const { metadata } of chunks) {
        expect(pageAt(metadata.dictionary_page_offset)).toBe('DICTIONARY_PAGE');
        expect(pageAt(metadata.data_page_offset)).toBe('DATA_PAGE');
      }
    }));

  it('can be read by Polars where whole numbers have a sign or none, of any width', () =>
    withFolder(async (folder) => {
      const [source, path] = [join(folder, 'numbers.parquet'), join(folder, 'excerpt.parquet')];
      const types = [pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64];
      const columns = types.map((type) => pl.Series(String(type), [1, 2, 100], type));
      pl.DataFrame(columns).writeParquet(source);
      const footer = await readFooter(source);
      const selection = { groups: footer.rowGroups, columns: [...footer.columns.keys()], coders: new Map() };
      expect(await writeExcerpt(footer, selection, path)).toBe(true);
      const read = pl.readParquet(path);
      expect(read.toRecords()).toEqual(pl.readParquet(source).toRecords());
      expect(read.dtypes.map(String)).toEqual(types.map(String));
    }));

  it.each([
    ['Hive', 'bag', 'array_element'],
    ['Spark before 2.0', 'bag', 'array'],
    ['Avro', 'array', 'array'],
    ['Thrift', 'codes_tuple', 'codes_tuple'],
    ['Arrow', 'list', 'item'],
  ])('has the elements of a list as %s names them in their places, also nulls', (_, group, element) =>
    withFolder(async (folder) => {
      const [source, path] = [join(folder, 'lists.parquet'), join(folder, 'excerpt.parquet')];
      await withDatabase((connection) =>
        connection.run(
          `COPY (SELECT unnest([['11', NULL], NULL, [], [NULL], ['22', '11']]) AS codes) TO ${quoteText(source)} (FORMAT parquet)`,
        ),
      );
      await renameListParts(source, group, element);
      const footer = await readFooter(source);
      await writeExcerpt(footer, { groups: footer.rowGroups, columns: ['codes'] }, path);
      const codes = pl.readParquet(path).getColumn('codes').toArray();
      expect(codes).toEqual([['11', null], null, [], [null], ['22', '11']]);
    }),
  );

  it('writes nothing where a column cannot be had as codes', () =>
    withFolder(async (folder) => {
      const source = join(folder, 'texts.parquet');
      await withDatabase((connection) =>
        connection.run(`COPY (SELECT 'a' AS one) TO ${quoteText(source)} (FORMAT parquet)`),
      );
      const footer = await readFooter(source);
      const path = join(folder, 'excerpt.parquet');
      const coders = new Map([['one', () => false]]);
      const selection = { groups: footer.rowGroups, columns: ['one'], coders };
      expect(await writeExcerpt(footer, selection, path)).toBe(false);
      await expect(readFile(path)).rejects.toThrow('ENOENT');
    }));
});

/** Gives the parts of the lists in a file other names, with a new footer. */
async function renameListParts(path: string, group: string, element: string): Promise<void> {
  const { metadata } = await readMetadata(path);
  const schema = metadata.schema.map((part, index) => {
    const name = [part.name, part.name, group, element][index] ?? part.name;
    return { ...part, name };
  });
  const rowGroups = metadata.row_groups.map((rows) => ({
    ...rows,
    columns: rows.columns.map(({ meta_data: chunk, ...column }) => {
      const [list = ''] = chunk?.path_in_schema ?? [];
      return { ...column, ...(chunk && { meta_data: { ...chunk, path_in_schema: [list, group, element] } }) };
    }),
  }));
  const file = await readFile(path);
  const data = file.subarray(0, file.length - 8 - metadata.metadata_length);
  await writeFile(path, Buffer.concat([data, encodeFooter({ ...metadata, schema, row_groups: rowGroups })]));
}

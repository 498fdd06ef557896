import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetHeader } from 'hyparquet/src/column.js';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { writeExcerpt } from '../../../src/parquet/excerpt.js';
import { readFooter } from '../../../src/parquet/footer.js';
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

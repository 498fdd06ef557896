import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetHeader } from 'hyparquet/src/column.js';
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
      const coders = new Map([['other', numberTexts().codeOf]]);
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

  it('writes nothing where a column cannot be had as codes', () =>
    withFolder(async (folder) => {
      const source = join(folder, 'texts.parquet');
      await withDatabase((connection) =>
        connection.run(`COPY (SELECT 'a' AS one) TO ${quoteText(source)} (FORMAT parquet)`),
      );
      const footer = await readFooter(source);
      const path = join(folder, 'excerpt.parquet');
      const coders = new Map([['one', () => undefined]]);
      const selection = { groups: footer.rowGroups, columns: ['one'], coders };
      expect(await writeExcerpt(footer, selection, path)).toBe(false);
      await expect(readFile(path)).rejects.toThrow('ENOENT');
    }));
});

import { join } from 'node:path';
import fc from 'fast-check';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { RowGroupCutter } from '../../../src/parquet/cut-row-group.js';
import { writeExcerpt } from '../../../src/parquet/excerpt.js';
import { type Footer, type RowGroupFooter, readFooter } from '../../../src/parquet/footer.js';
import type { PutCode } from '../../../src/parquet/recode.js';
import { type RowToCut, rowsToCut } from '../../support/arbitrary-columns-to-cut.js';
import { check } from '../../support/arbitrary-run.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';
import { codecsOf, type Way, type Writer, writeToCut } from '../../support/write-to-cut.js';

function wayBy<const Name extends Writer, Codec extends (typeof codecsOf)[Name][number]>(
  writer: Name,
  codecs: readonly Codec[],
) {
  return fc.record({
    writer: fc.constant(writer),
    codec: fc.constantFrom(...codecs),
    pageBytes: fc.constantFrom(60, 1000, 1_000_000),
  });
}

const someWay: fc.Arbitrary<Way> = fc.oneof(
  wayBy('duckdb', codecsOf.duckdb),
  wayBy('polars', codecsOf.polars),
  wayBy('pages of version 2', codecsOf['pages of version 2']),
);

/** The lengths of the parts, which repeat. */
const someParts = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 50, max: 900 })), {
  minLength: 1,
  maxLength: 4,
});

/** How large a dictionary may be that is repeated. */
const someLimit = fc.constantFrom(0, 20, 1_000_000);

/** Ranges of rows, one after the other. */
function partsOf(rows: number, lengths: readonly number[]): { first: number; rows: number }[] {
  const parts: { first: number; rows: number }[] = [];
  for (let first = 0; first < rows; ) {
    const wanted = lengths[parts.length % lengths.length] ?? rows;
    // a file for each of many rows would take too long
    const length = Math.min(Math.max(wanted, Math.ceil(rows / 20)), rows - first);
    parts.push({ first, rows: length });
    first += length;
  }
  return parts;
}

/** The rows of files as JSON, in order. */
async function linesOf(files: readonly string[]): Promise<string[]> {
  return withDatabase(async (connection) => {
    const source = `read_parquet([${files.map(quoteText).join(', ')}])`;
    const reader = await connection.runAndReadAll(`SELECT to_json(r)::VARCHAR AS line FROM ${source} r`);
    return reader.getColumnsJS()[0]?.map(String) ?? [];
  });
}

async function framesOf(file: string): Promise<string[]> {
  const records = (await pl.scanParquet(file, { glob: false }).collect()).toRecords();
  return records.map((record) =>
    JSON.stringify(record, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
}

async function openOnly(file: string): Promise<{ footer: Footer; group: RowGroupFooter; columns: string[] }> {
  const footer = await readFooter(file);
  const [group, ...others] = footer.rowGroups;
  if (!group || others.length > 0) throw new RangeError('the file is not one row group');
  return { footer, group, columns: [...footer.columns.keys()] };
}

/** Numbers texts in the order of their appearance. */
class Numbers {
  readonly texts: string[] = [];
  readonly putCode: PutCode = (bytes, start, end, codes, index) => {
    const text = bytes.toString('utf8', start, end);
    if (!this.texts.includes(text)) this.texts.push(text);
    codes[index * 2] = this.texts.indexOf(text);
    return true;
  };

  textOf(code: unknown): string | null {
    return code === null ? null : (this.texts[Number(code)] ?? 'no such code');
  }
}

describe('RowGroupCutter', () => {
  it('cuts files of any writer so that parts have the same rows', () =>
    check(
      30,
      fc.asyncProperty(rowsToCut, someWay, someParts, someLimit, (rows, way, lengths, mostRepeatedBytes) =>
        withFolder(async (folder) => {
          const file = join(folder, 'whole.parquet');
          await writeToCut(file, rows, way);
          const { footer, ...selection } = await openOnly(file);
          const cutter = await RowGroupCutter.open(footer, { ...selection, mostRepeatedBytes });
          if (!cutter) throw new RangeError('it cannot be cut');
          const parts: string[] = [];
          const frames = await framesOf(file);
          for (const part of partsOf(rows.length, lengths)) {
            const path = join(folder, `part-${parts.length}.parquet`);
            await cutter.cut(part.rows, path);
            parts.push(path);
            expect(await framesOf(path)).toEqual(frames.slice(part.first, part.first + part.rows));
          }
          expect(await linesOf(parts)).toEqual(await linesOf([file]));
        }),
      ),
    ));

  it('puts codes in the place of texts wherever an excerpt can', () =>
    check(
      20,
      fc.asyncProperty(
        rowsToCut,
        someWay,
        someParts,
        someLimit,
        fc.boolean(),
        (rows, way, lengths, mostRepeatedBytes, withDifferent) =>
          withFolder(async (folder) => {
            const file = join(folder, 'whole.parquet');
            await writeToCut(file, rows, way);
            const { footer, group } = await openOnly(file);
            const columns = ['text', 'list', ...(withDifferent ? ['different'] : [])];
            const numbers = new Numbers();
            const coders = new Map(columns.map((column) => [column, numbers.putCode]));
            const excerpt = { groups: [group], columns, coders };
            const isCodable = await writeExcerpt(footer, excerpt, join(folder, 'excerpt.parquet'));
            const cutter = await RowGroupCutter.open(footer, { group, columns, coders, mostRepeatedBytes });
            // an excerpt has to compress the codes again, and does not know how in each codec
            expect(cutter !== null || !isCodable).toBe(true);
            for (const { first, rows: length } of partsOf(rows.length, lengths)) {
              const path = join(folder, `part-${first}.parquet`);
              await cutter?.cut(length, path);
              if (!cutter) break;
              const expected = rows.slice(first, first + length).map(({ text, list }) => ({ text, list }));
              expect(await decode(path, numbers)).toEqual(expected);
            }
          }),
      ),
    ));

  it('goes past rows that are not wanted, and cuts from one row twice', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'whole.parquet');
      const rows = Array.from({ length: 100 }, (_, index) => rowOf(String(index % 7)));
      await writeToCut(file, rows, { writer: 'polars', codec: 'zstd', pageBytes: 100 });
      const { footer, ...selection } = await openOnly(file);
      const cutter = await RowGroupCutter.open(footer, selection);
      const part = join(folder, 'part.parquet');
      await cutter?.skip(37);
      const other = cutter?.clone();
      await cutter?.cut(20, part);
      expect(await linesOf([part])).toEqual((await linesOf([file])).slice(37, 57));
      await other?.cut(30, part);
      expect(await linesOf([part])).toEqual((await linesOf([file])).slice(37, 67));
      await expect(cutter?.cut(44, part)).rejects.toThrow('has 1 rows less than it should');
    }));

  it('cuts no column in an encoding that it does not know', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'delta.parquet');
      await withDatabase((connection) =>
        connection.run(
          `COPY (SELECT r AS number, r % 2 = 0 AS truth, 'x' AS text FROM range(100000) t(r))
           TO ${quoteText(file)} (FORMAT parquet, PARQUET_VERSION V2)`,
        ),
      );
      const { footer, group } = await openOnly(file);
      const isCuttable = async (column: string) =>
        (await RowGroupCutter.open(footer, { group, columns: [column] })) !== null;
      expect(await isCuttable('number')).toBe(false);
      expect(await isCuttable('truth')).toBe(false);
      expect(await isCuttable('text')).toBe(true);
    }));
});

function rowOf(text: string): RowToCut {
  return { text, different: text, whole: 1n, fraction: null, list: [text, null], always: text, never: null };
}

/** The rows of a file of codes, as texts. */
async function decode(file: string, numbers: Numbers): Promise<Pick<RowToCut, 'text' | 'list'>[]> {
  const lines = await linesOf([file]);
  return lines.map((line) => {
    const { text, list } = JSON.parse(line);
    return {
      text: numbers.textOf(text),
      list: list === null ? null : list.map((code: unknown) => numbers.textOf(code)),
    };
  });
}

import { join } from 'node:path';
import pl from 'nodejs-polars';
import { writeExcerpt } from '../../src/parquet/excerpt.js';
import { readFooter } from '../../src/parquet/footer.js';
import type { PutCode } from '../../src/parquet/recode.js';
import { quoteText, withDatabase } from './fixture-database.js';

/** The values of a column, whatever its reader calls whole numbers: as text. */
type Values = readonly unknown[];

/** A column of a file as codes, as Polars and as DuckDB read it; null where it cannot be had as codes. */
export async function readCodes(
  folder: string,
  source: string,
  column: string,
  putCode: PutCode,
): Promise<{ polars: Values; duckdb: Values } | null> {
  const path = join(folder, 'codes.parquet');
  const footer = await readFooter(source);
  const selection = { groups: footer.rowGroups, columns: [column], coders: new Map([[column, putCode]]) };
  if (!(await writeExcerpt(footer, selection, path))) return null;
  const isList = footer.columns.get(column)?.kind === 'list';
  const text = isList ? pl.col(column).cast(pl.List(pl.Utf8)) : pl.col(column).cast(pl.Utf8);
  const frame = await pl.scanParquet(path).select(text).collect();
  const query = `SELECT ${column}::${isList ? 'VARCHAR[]' : 'VARCHAR'} AS code FROM read_parquet(${quoteText(path)})`;
  const duckdb = await withDatabase(async (connection) => {
    const reader = await connection.runAndReadAll(query);
    return reader.getRowObjectsJS().map(({ code }) => code);
  });
  return { polars: frame.toRecords().map((row) => row[column]), duckdb };
}

/** Numbers texts from 1 in the order of their appearance. */
export function numberTexts(): { putCode: PutCode; codeOfText: (text: string) => string } {
  const numbers = new Map<string, number>();
  return {
    putCode: (bytes, start, end, codes, index) => {
      const text = bytes.toString('utf8', start, end);
      const number = numbers.get(text) ?? numbers.size + 1;
      numbers.set(text, number);
      codes[index * 2] = number;
      return true;
    },
    codeOfText: (text) => String(numbers.get(text)),
  };
}

import { join } from 'node:path';
import pl, { type DataFrame, type Expr } from 'nodejs-polars';
import { readFooter } from '../../../src/parquet/footer.js';
import type { Stored } from '../../../src/sources/sources.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';

/** A column called `value` as a file holds it, and what the file's footer says of it. */
export interface StoredColumn {
  readonly frame: DataFrame;
  readonly stored: Stored;
}

/** The column that DuckDB writes for a list of SQL values of one type. */
export async function storedByDuckdb(values: string, type: string): Promise<StoredColumn> {
  return withFolder(async (folder) => {
    const file = join(folder, 'column.parquet');
    await withDatabase(async (connection) => {
      await connection.run(
        `COPY (SELECT unnest([${values}]::${type}[]) AS value) TO ${quoteText(file)} (FORMAT parquet)`,
      );
    });
    return readStored(file);
  });
}

/** The column that Polars writes for a frame with a column `value`. */
export async function storedByPolars(frame: DataFrame): Promise<StoredColumn> {
  return withFolder(async (folder) => {
    const file = join(folder, 'column.parquet');
    frame.writeParquet(file);
    return readStored(file);
  });
}

async function readStored(file: string): Promise<StoredColumn> {
  const stored = (await readFooter(file)).columns.get('value');
  if (!stored) throw new RangeError(`${file} has no column value`);
  return { frame: pl.readParquet(file), stored };
}

/** What an expression makes of each row of a frame. */
export function evaluate(frame: DataFrame, expression: Expr): unknown[] {
  return frame
    .select(expression.alias('result'))
    .toRecords()
    .map(({ result }) => result);
}

/** A frame with one text column `value`. */
export function textFrame(texts: readonly (string | null)[]): DataFrame {
  return pl.DataFrame([pl.Series('value', [...texts], pl.Utf8)]);
}

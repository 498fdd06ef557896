import pl, { type DataFrame, type LazyDataFrame } from 'nodejs-polars';

/** A dimension of one chunk: distinct rows, each with a surrogate key that no other chunk uses. */
export interface LocalDimension {
  readonly frame: DataFrame;
  readonly id: string;
}

/** Numbers the rows of a dimension from `firstRow` on, which keeps surrogate keys of chunks apart. */
export async function numberRows(rows: LazyDataFrame, id: string, firstRow: number): Promise<LocalDimension> {
  const numbered = rows
    .withRowIndex(id)
    .withColumns(pl.col(id).cast(pl.Int64).add(pl.lit(firstRow).cast(pl.Int64)).alias(id));
  return { frame: await numbered.collect(), id };
}

/** Puts a dimension's surrogate key beside each row; rows without a match are dropped. */
export function referTo(rows: LazyDataFrame, dimension: LocalDimension, on: string[]): LazyDataFrame {
  const lookup = dimension.frame.lazy().select(...on.map((name) => pl.col(name)), pl.col(dimension.id));
  return rows.join(lookup, { on, how: 'inner' });
}

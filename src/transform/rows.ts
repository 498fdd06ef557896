import type { DataFrame, Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import { asRead } from './dimension.js';
import { separately } from './separately.js';
import { type ChunkShape, exponentSpeller, textOf, varyingOf } from './shape.js';

export interface RowsRecipe {
  /** The input's columns whose text is needed. */
  readonly texts: readonly string[];
  /** What is made of the columns as stored, by name. */
  readonly values: Readonly<Record<string, Expr>>;
  /** What is made of the texts, under the names of {@link asRead}, and of the values, by name. */
  readonly columns: Readonly<Record<string, Expr>>;
}

/** Normalises a chunk row by row: the columns of the recipe, with the `row` that each row of the frame has. */
export type RowsTransform = (frame: DataFrame) => Promise<DataFrame>;

/** Makes the function that normalises the rows of all chunks of one shape, and reduces nothing. */
export function compileRows(shape: ChunkShape, { texts, values, columns }: RowsRecipe): RowsTransform {
  const varying = varyingOf(shape, texts);
  const row = pl.col('row');
  const read = [
    row,
    ...varying.map((column) => textOf(shape, column).alias(asRead(column))),
    ...named(values),
  ];
  const made = [row, ...named(columns)];
  const spellOut = exponentSpeller(shape, varying, asRead);
  return async (frame) => {
    const asText = await frame
      .lazy()
      .select(...read)
      .collect(separately);
    const rows = await (await spellOut(asText))
      .lazy()
      .select(...made)
      .collect(separately);
    // literals over no rows are one row high
    return rows.head(frame.height);
  };
}

function named(columns: Readonly<Record<string, Expr>>): Expr[] {
  return Object.entries(columns).map(([name, column]) => column.alias(name));
}

import pl, { type DataFrame, type Expr, type LazyDataFrame } from 'nodejs-polars';

/** The name under which a frame of distinct values holds a column as it was read. */
export const asRead = (column: string): string => `read_${column}`;

/** A dimension of one chunk: distinct rows, normalised, each under a surrogate key that no other chunk uses. */
export interface Dimension {
  readonly rows: DataFrame;
  /** The values as read beside the surrogate key, to be joined. */
  readonly lookup: DataFrame;
}

export interface DimensionRecipe {
  /** Name of the surrogate key. */
  readonly id: string;
  /** The input's columns that tell rows apart, under which {@link asRead} gives their names in a frame. */
  readonly on: readonly string[];
  /** Normalised columns by name, from the columns as read. */
  readonly columns: Readonly<Record<string, Expr>>;
  /** Which normalised rows are kept; the others are not found by {@link CompiledDimension.referTo}. */
  readonly keep?: Expr;
  /** Columns of the normalised row that a referring row needs beside the key. */
  readonly carried?: readonly string[];
}

export interface CompiledDimension {
  /** Numbers the distinct rows of a frame, from `firstRow` on, and normalises them. */
  make(distinct: LazyDataFrame, firstRow: number): Promise<Dimension>;
  /** The distinct rows over the columns of `on`; a single row where it is empty. */
  distinct(frame: DataFrame): LazyDataFrame;
  /** Puts the surrogate key beside each row; a row whose dimension row was not kept is dropped. */
  referTo(rows: LazyDataFrame, dimension: Dimension): LazyDataFrame;
}

/** Makes the expressions of a dimension once, for all chunks of a shape. */
export function compileDimension(recipe: DimensionRecipe): CompiledDimension {
  const { id, keep, carried = [] } = recipe;
  const on = recipe.on.map(asRead);
  const keys = on.map((name) => pl.col(name));
  const normal = Object.keys(recipe.columns);
  const columns = [
    pl.col(id),
    ...keys,
    ...Object.entries(recipe.columns).map(([name, column]) => column.alias(name)),
  ];
  return {
    async make(distinct, firstRow) {
      const numbered = distinct.withRowIndex(id, firstRow).select(...columns);
      const frame = await (keep ? numbered.filter(keep) : numbered).collect();
      return { rows: frame.select(id, ...normal), lookup: frame.select(...on, id, ...carried) };
    },
    distinct: (frame) =>
      keys.length > 0
        ? frame
            .lazy()
            .select(...keys)
            .unique()
        : frame.lazy().limit(1),
    referTo: (rows, { lookup }) => {
      if (keys.length === 0) return rows.join(lookup.lazy(), { how: 'cross' });
      return rows.join(lookup.lazy(), { on: asNames(keys), how: 'inner' });
    },
  };
}

/** The library takes expressions where its types ask for names, and would make them anew from names. */
function asNames(keys: Expr[]): string[] {
  return keys as unknown as string[];
}

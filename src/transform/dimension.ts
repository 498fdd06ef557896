import type { DataFrame, Expr, LazyDataFrame } from 'nodejs-polars';
import { pl } from '../polars.js';
import { separately } from './separately.js';

/** The name under which a frame of distinct values holds a column as it was read. */
export const asRead = (column: string): string => `read_${column}`;

/** A dimension of one chunk: distinct rows, normalised, each under a surrogate key that no other chunk uses. */
export interface Dimension {
  readonly rows: DataFrame;
  /** The values as read beside the surrogate key and the flags, to be joined. */
  readonly lookup: DataFrame;
}

export interface DimensionRecipe {
  /** Name of the surrogate key. */
  readonly id: string;
  /** The input's columns that tell rows apart; a frame has them under the names of {@link asRead}. */
  readonly on: readonly string[];
  /** Normalised columns by name, from the columns as read. */
  readonly columns: Readonly<Record<string, Expr>>;
  /** Which normalised rows are kept. */
  readonly keep?: Expr;
  /** What a referring row needs to know beside the key, by name, from the normalised columns. */
  readonly flags?: Readonly<Record<string, Expr>>;
}

export interface CompiledDimension {
  /** Name of the surrogate key. */
  readonly id: string;
  /** The distinct rows of a frame over the columns of `on`; at most a single row where that is empty. */
  distinct(frame: DataFrame): LazyDataFrame;
  /** Numbers distinct rows, from `firstRow` on, and normalises them. */
  make(distinct: LazyDataFrame, firstRow: number): Promise<Dimension>;
  /** Puts the surrogate key and the flags beside each row; a row whose dimension row was not kept is dropped. */
  referTo(rows: LazyDataFrame, dimension: Dimension): LazyDataFrame;
}

/** Makes the expressions of a dimension once, for all chunks of a shape. */
export function compileDimension({ id, on, columns, keep, flags = {} }: DimensionRecipe): CompiledDimension {
  const keys = on.map((column) => pl.col(asRead(column)));
  const normalised = [pl.col(id), ...keys, ...named(columns)];
  const flagged = named(flags);
  const rowNames = [id, ...Object.keys(columns)];
  const oneRow = pl.DataFrame({ one: [1] });
  const lookupNames = [...on.map(asRead), id, ...Object.keys(flags)];
  return {
    id,
    distinct(frame) {
      if (keys.length === 0) return oneRow.head(frame.height).lazy();
      return frame
        .lazy()
        .select(...keys)
        .unique();
    },
    async make(distinct, firstRow) {
      const numbered = distinct.withRowIndex(id, firstRow).select(...normalised);
      const kept = keep ? numbered.filter(keep) : numbered;
      const frame = await (flagged.length > 0 ? kept.withColumns(...flagged) : kept).collect(separately);
      return { rows: frame.select(...rowNames), lookup: frame.select(...lookupNames) };
    },
    referTo(rows, { lookup }) {
      if (keys.length === 0) return rows.join(lookup.lazy(), { how: 'cross' });
      return joinOn(rows, lookup, keys);
    },
  };
}

/**
 * The rows that have a match, with the columns of the match. The library takes expressions where its types ask for
 * names, and would make them anew from names each time.
 */
export function joinOn(rows: LazyDataFrame, lookup: DataFrame, keys: Expr[]): LazyDataFrame {
  return rows.join(lookup.lazy(), { on: keys as unknown as string[], how: 'inner' });
}

function named(columns: Readonly<Record<string, Expr>>): Expr[] {
  return Object.entries(columns).map(([name, column]) => column.alias(name));
}

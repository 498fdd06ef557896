import type { DataFrame, Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import type { Layout, Stored } from '../sources/sources.js';
import { separately } from './separately.js';
import { blankToEmpty, firstNonBlank, plainFloats, scalarText } from './text.js';

const absent: Stored = { kind: 'null' };

/**
 * What is known of chunks before they are read. Expressions are made from it once and used for every chunk of that
 * shape: the library takes a third of a millisecond to make one, more than it takes to evaluate it on a small chunk.
 */
export interface ChunkShape {
  readonly layout: Layout;
  /** Columns that hold one text, or null, in every row; frames come without them. */
  readonly constants: ReadonlyMap<string, string | null>;
}

/** How a column is stored; a column that is not there, or has nulls alone, reads as null. */
export function storedAs({ layout, constants }: ChunkShape, column: string): Stored {
  return constants.get(column) === null ? absent : (layout.get(column) ?? absent);
}

/** Which of some columns are there and differ from row to row. */
export function varyingOf({ layout, constants }: ChunkShape, columns: readonly string[]): string[] {
  return columns.filter((column) => layout.has(column) && !constants.has(column));
}

/** A column as stored, a constant as its literal. */
export function storedColumn({ constants }: ChunkShape, column: string): Expr {
  const constant = constants.get(column);
  return constant === undefined ? pl.col(column) : pl.lit(constant);
}

/** The text of a column, empty where the value is null; blanks are kept. */
export function textOf(shape: ChunkShape, column: string): Expr {
  return scalarText(storedColumn(shape, column), storedAs(shape, column));
}

/** A normalisation of a column: of the values as read where they vary, else of the constant, here and now. */
export function normalised(
  shape: ChunkShape,
  column: string,
  nameOf: (column: string) => string,
  normalise: (text: Expr) => Expr,
): Expr {
  const varies = varyingOf(shape, [column]).length > 0;
  return varies ? normalise(pl.col(nameOf(column))) : pl.lit(evaluate(normalise(textOf(shape, column))));
}

/** The first of some columns that is not blank, over values as read; empty where all are. */
export function firstNonBlankOf(
  shape: ChunkShape,
  [column, ...others]: readonly string[],
  nameOf: (column: string) => string,
): Expr {
  if (column === undefined) return pl.lit('');
  const otherwise = firstNonBlankOf(shape, others, nameOf);
  if (varyingOf(shape, [column]).length > 0) return firstNonBlank([pl.col(nameOf(column))], otherwise);
  const constant = evaluate(blankToEmpty(textOf(shape, column)));
  return constant === '' ? otherwise : pl.lit(constant);
}

/** The text that an expression over literals comes to. Conditions over literals fail in frames of several pieces. */
function evaluate(expression: Expr): string {
  const frame = pl
    .DataFrame({ one: [1] })
    .lazy()
    .select(expression)
    .collectSync();
  return String(frame.toSeries(0).get(0) ?? '');
}

/**
 * Makes a function that writes out the exponents of very large and very small floats in text columns of a frame.
 * `names` says under which name the frame has the text of each column.
 */
export function exponentSpeller(
  shape: ChunkShape,
  columns: readonly string[],
  names: (column: string) => string,
): (frame: DataFrame) => Promise<DataFrame> {
  const texts = varyingOf(shape, columns)
    .filter((column) => storedAs(shape, column).kind === 'float')
    .map((column) => pl.col(names(column)));
  const withExponent = texts.map((text) => text.filter(text.str.contains('e')).unique());
  return async (frame) => {
    const found = await Promise.all(withExponent.map((odd) => frame.lazy().select(odd).collect(separately)));
    const spelled = plainFloats(found.flatMap((odd) => odd.toSeries(0).toArray().map(String)));
    if (spelled.size === 0) return frame;
    return frame.withColumns(
      ...texts.map((text) => text.replace([...spelled.keys()], [...spelled.values()])),
    );
  };
}

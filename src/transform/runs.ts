import type { DataFrame, Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import { asRead } from './dimension.js';
import { separately } from './separately.js';
import { type ChunkShape, exponentSpeller, storedAs, textOf, varyingOf } from './shape.js';

/** Rows, each with the number of the run it belongs to, and one row per run. */
export interface Runs {
  /** The frame's rows with `run`, counted from 1. */
  readonly rows: DataFrame;
  /** `run`, and the text of the run's columns under the names of {@link asRead}. */
  readonly runs: DataFrame;
}

export const runNumber = 'run';
const startsRun = 'starts_run';

/**
 * Makes the function that finds runs: neighbouring rows that agree in some columns. Published files are written code
 * by code, so that there are a thousand times fewer runs than rows, and what is done per run costs nothing. Rows in
 * any other order merely make short runs.
 */
export function compileRuns(shape: ChunkShape, columns: readonly string[]) {
  const varying = varyingOf(shape, columns);
  const changes = varying.map((column) => differsFromPrevious(shape, column));
  const starts = changes.length > 0 ? changes.reduce((one, other) => one.or(other)) : isFirstRow();
  const marks = [starts.alias(startsRun)];
  const numbers = [pl.col(startsRun).cast(pl.UInt32).cumSum().alias(runNumber)];
  const isStart = pl.col(startsRun);
  const texts = [pl.col(runNumber), ...varying.map((column) => textOf(shape, column).alias(asRead(column)))];
  const spellOut = exponentSpeller(shape, varying, asRead);
  return async (frame: DataFrame): Promise<Runs> => {
    const rows = await frame
      .lazy()
      .withColumns(...marks)
      .withColumns(...numbers)
      .collect(separately);
    const runs = await rows
      .lazy()
      .filter(isStart)
      .select(...texts)
      .collect(separately);
    return { rows, runs: await spellOut(runs) };
  };
}

/** The first row, which has none before it, always differs. So does a null that is not text: a run too many does no harm. */
function differsFromPrevious(shape: ChunkShape, column: string): Expr {
  const { kind } = storedAs(shape, column);
  const value = kind === 'text' ? pl.col(column).fillNull('') : pl.col(column);
  return value.neq(value.shift(1)).fillNull(true);
}

function isFirstRow(): Expr {
  return pl.intRange(0, pl.len()).eq(0);
}

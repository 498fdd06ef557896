import type { DataFrame, Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import { type SourceName, sources } from '../sources/sources.js';
import { separately } from './separately.js';
import { type ChunkShape, storedAs, storedColumn } from './shape.js';
import { withoutInfinite } from './text.js';

/**
 * Makes the function that parts rows by whether there is a reason against them; `reason` is empty where there is
 * none. Rejects are whole, and alike for every layout: `row` (from 0 within the frame), `reject_reason`, and every
 * column of the contract as text, null where it is missing; a list with `;` between its elements.
 */
export function compileRejects(source: SourceName, shape: ChunkShape, reason: Expr) {
  const judgement = reason.alias('reject_reason');
  const isRejected = pl.col('reject_reason').neq(pl.lit(''));
  const isAccepted = isRejected.not();
  const columns = sources[source].columns.map(({ name }) => asPrinted(shape, name).alias(name));
  const whole = [pl.col('row'), pl.col('reject_reason'), ...columns];
  return async (frame: DataFrame): Promise<{ accepted: DataFrame; rejects: DataFrame | null }> => {
    const judged = await frame.lazy().withColumns(judgement).withRowIndex('row').collect(separately);
    const accepted = await judged.lazy().filter(isAccepted).collect(separately);
    if (accepted.height === frame.height) return { accepted: frame, rejects: null };
    const rejects = await judged
      .lazy()
      .filter(isRejected)
      .select(...whole)
      .collect(separately);
    return { accepted: accepted.select(...frame.columns), rejects };
  };
}

/** A value as it was, not normalised: blanks, NaN and white space stay. */
function asPrinted(shape: ChunkShape, column: string): Expr {
  const kept = storedAs(shape, column);
  const { kind } = kept;
  if (kind === 'null') return pl.lit(null).cast(pl.Utf8);
  const stored = storedColumn(shape, column);
  if (kind === 'date' || kind === 'timestamp') return withoutInfinite(stored, kept).cast(pl.Utf8);
  if (kind !== 'list') return stored.cast(pl.Utf8);
  return stored.cast(pl.List(pl.Utf8)).lst.join({ separator: ';', ignoreNulls: true });
}

/** How many rejects there are for each reason, by reason. */
export async function countReasons(rejects: DataFrame): Promise<Record<string, number>> {
  const counted = await rejects
    .lazy()
    .groupBy('reject_reason', false)
    .agg(pl.len().alias('rows'))
    .sort('reject_reason')
    .collect(separately);
  return Object.fromEntries(
    counted.toRecords().map(({ reject_reason, rows }) => [String(reject_reason), Number(rows)]),
  );
}

import pl, { type DataFrame, type Expr } from 'nodejs-polars';
import type { ChunkShape } from './shape.js';

/**
 * Makes the function that parts rows by whether there is a reason against them; `reason` is empty where there is
 * none. Rejects get `row` (from 0 within the frame) and `reject_reason`, and their constant columns back.
 */
export function compileRejects({ constants }: ChunkShape, reason: Expr) {
  const judgement = reason.alias('reject_reason');
  const isRejected = pl.col('reject_reason').neq(pl.lit(''));
  const isAccepted = isRejected.not();
  const restored = [...constants].map(([column, value]) => pl.lit(value).cast(pl.Utf8).alias(column));
  return async (frame: DataFrame): Promise<{ accepted: DataFrame; rejects: DataFrame }> => {
    const judged = frame.lazy().withColumns(judgement).withRowIndex('row');
    const [accepted, rejects] = await Promise.all([
      judged.filter(isAccepted).collect(),
      judged
        .filter(isRejected)
        .withColumns(...restored)
        .collect(),
    ]);
    return { accepted: accepted.select(...frame.columns), rejects };
  };
}

/** How many rejects there are for each reason, by reason. */
export async function countReasons(rejects: DataFrame): Promise<Record<string, number>> {
  const counted = await rejects
    .lazy()
    .groupBy('reject_reason', false)
    .agg(pl.len().alias('rows'))
    .sort('reject_reason')
    .collect();
  return Object.fromEntries(
    counted.toRecords().map(({ reject_reason, rows }) => [String(reject_reason), Number(rows)]),
  );
}

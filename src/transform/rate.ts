import type { Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import type { Stored } from '../sources/sources.js';

/** Rates at or beyond this are rejected: below it a printed rate is exact (data contract, section 5). */
const rateBound = 1e15;

/** A price that is kept but counted as unusual (data contract, section 5). */
const hugeRate = 1_000_000;

/** Optional sign, digits with a fraction or a leading dot, optional exponent: nothing else is numeric. */
const numeric = '^[+-]?(?:[0-9]+(?:\\.[0-9]+)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?$';

/** The rate as a double, with −0 as 0; null where it is missing or not numeric. */
export function rateValue(column: Expr, { kind }: Stored): Expr {
  const rate = rawRate(column, kind);
  // not by adding zero, which Polars leaves out
  return pl.when(rate.eq(0)).then(pl.lit(0)).otherwise(rate);
}

function rawRate(column: Expr, kind: Stored['kind']): Expr {
  switch (kind) {
    case 'null':
      return pl.lit(null).cast(pl.Float64);
    case 'text': {
      const trimmed = column.cast(pl.Utf8).str.strip();
      return pl
        .when(trimmed.str.contains(numeric))
        .then(trimmed.str.stripCharsStart('+').cast(pl.Float64, false))
        .otherwise(pl.lit(null));
    }
    case 'decimal':
      // through text, whose parser rounds correctly; dividing by a power of ten does not always
      return column.cast(pl.Utf8).cast(pl.Float64);
    default:
      return column.cast(pl.Float64);
  }
}

/** Why a rate cannot be kept, in the order of the data contract (section 5); empty where it can. */
export function rateRejectReason(column: Expr, stored: Stored): Expr {
  const rate = rateValue(column, stored);
  const missing =
    stored.kind === 'text'
      ? column.isNull().or(column.cast(pl.Utf8).str.strip().eq(pl.lit('')))
      : column.isNull();
  return pl
    .when(missing)
    .then(pl.lit('rate_missing'))
    .when(rate.isNull())
    .then(pl.lit('rate_not_numeric'))
    .when(rate.isFinite().not())
    .then(pl.lit('rate_not_finite'))
    .when(rate.abs().gtEq(rateBound))
    .then(pl.lit('rate_out_of_range'))
    .otherwise(pl.lit(''));
}

/** Which rates are kept: those that {@link rateRejectReason} has nothing against. */
export function isKeptRate(rate: Expr): Expr {
  return rate.isNotNull().and(rate.isFinite()).and(rate.abs().lt(rateBound));
}

/** Unusual rates, each a condition on a kept rate. */
export const unusualRates: Readonly<
  Record<'rate_zero' | 'rate_negative' | 'rate_huge', (rate: Expr) => Expr>
> = {
  rate_zero: (rate) => rate.eq(0),
  rate_negative: (rate) => rate.lt(0),
  rate_huge: (rate) => rate.gt(hugeRate),
};

import type { Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import { infiniteFrom, type Stored } from '../sources/sources.js';

/** Beyond this an Int64 cannot hold a float's whole part. */
const int64Bound = 2 ** 63;

/**
 * The text of a scalar column (data contract, section 3): whole numbers without a fraction, other decimals
 * without trailing zeros, dates as ISO, strings as they are. Null and NaN become the empty string.
 * Floats beyond the range of an Int64 and tiny ones keep their exponent: see {@link plainFloats}.
 */
export function scalarText(column: Expr, stored: Stored): Expr {
  return rawText(column, stored).fillNull('');
}

function rawText(column: Expr, stored: Stored): Expr {
  const { kind, scale = 0, unit = 'us' } = stored;
  switch (kind) {
    case 'float':
      return floatText(column);
    case 'decimal': {
      const text = column.cast(pl.Utf8);
      return scale > 0 ? text.str.replace('\\.?0+$', '') : text;
    }
    case 'date':
      return withoutInfinite(column, stored).cast(pl.Utf8);
    case 'timestamp':
      // through the integer, because a cast of a zoned timestamp takes the local day
      return withoutInfinite(column, stored)
        .cast(pl.Int64)
        .cast(pl.Datetime(unit))
        .cast(pl.Date)
        .cast(pl.Utf8);
    case 'null':
      return pl.lit('');
    default:
      return column.cast(pl.Utf8);
  }
}

/** Dates or timestamps with null for infinite ones: on a day beyond the year 262142 the library ends the process. */
export function withoutInfinite(column: Expr, stored: Stored): Expr {
  const most = infiniteFrom(stored);
  const count = column.cast(pl.Int64).cast(pl.Float64);
  return pl
    .when(count.lt(most).and(count.gt(-most)))
    .then(column)
    .otherwise(pl.lit(null));
}

function floatText(column: Expr): Expr {
  const wide = column.cast(pl.Float64);
  const whole = wide.eq(wide.cast(pl.Int64, false).cast(pl.Float64)).and(wide.abs().lt(int64Bound));
  return pl
    .when(wide.isNan())
    .then(pl.lit(''))
    .when(whole)
    .then(wide.cast(pl.Int64, false).cast(pl.Utf8))
    .when(wide.abs().gtEq(int64Bound))
    .then(wide.cast(pl.Utf8))
    .otherwise(column.cast(pl.Utf8));
}

/** Writes out the exponent of float texts: `1e+20` → `100000000000000000000`, `1e-7` → `0.0000001`. */
export function plainFloats(texts: readonly string[]): Map<string, string> {
  return new Map(texts.map((text) => [text, plainFloat(text)]));
}

function plainFloat(text: string): string {
  const value = Number(text);
  if (Number.isInteger(value)) return BigInt(value).toString();
  const [mantissa = '', exponent = '0'] = text.split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  // a fraction with an exponent is always below one: the exponent is negative
  return `${sign}0.${'0'.repeat(-Number(exponent) - 1)}${digits}`;
}

/** Blank text (empty, or Unicode white space alone) as the empty string; other text as it is, not trimmed. */
export function blankToEmpty(text: Expr): Expr {
  return pl.when(isBlank(text).not()).then(text).otherwise(pl.lit(''));
}

/** Empty text as null, so that it never wins a minimum. */
export function emptyToNull(text: Expr): Expr {
  return pl.when(isEmpty(text).not()).then(text).otherwise(pl.lit(null));
}

/** The first of some texts that is not blank; `last` where all are. */
export function firstNonBlank(texts: readonly Expr[], last: Expr = pl.lit('')): Expr {
  return texts.reduceRight<Expr>((otherwise, text) => {
    const value = blankToEmpty(text);
    return pl.when(isEmpty(value).not()).then(value).otherwise(otherwise);
  }, last);
}

export const isEmpty = (text: Expr): Expr => text.eq(pl.lit(''));

export const isBlank = (text: Expr): Expr => isEmpty(text.str.strip());

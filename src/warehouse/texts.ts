import type { Stored } from '../sources/sources.js';
import type { Dialect } from './dialect.js';

/** Texts of columns as the data contract (section 3) has them; blank text is the empty text, never null. */

const wholeBound = 2 ** 63;

/** Beyond this a double's digits take more than a decimal of 38 has; no id is of that size. */
const decimalBound = 2 ** 126;

/**
 * Below this Java before 19 prints some numbers by more digits than it takes to tell them from others (JDK-4511638): what it prints by
 * six or fewer is right, also of floats, unless it is smaller than any float of full precision.
 */
const shortestBound = 2 ** -14;
const fullPrecision = 2 ** -126;
const manyDigits = String.raw`(?:[0-9]\.?){7,}`;

/** The text of a scalar column: the empty text where there is no value. */
export function scalarText(sql: Dialect, column: string, stored: Stored): string {
  return stored.kind === 'null' ? `''` : `coalesce(${rawText(sql, column, stored)}, '')`;
}

function rawText(sql: Dialect, column: string, { kind, scale = 0, unit = 'us' }: Stored): string {
  switch (kind) {
    case 'float':
      return floatText(sql, column);
    case 'decimal': {
      const digits = sql.decimalText(column);
      return scale > 0 ? sql.replace(digits, String.raw`\.?0+\z`, '') : digits;
    }
    case 'timestamp':
      return dayText(sql, column, unit);
    case 'text':
      return sql.soundText(column);
    default:
      return sql.asText(column);
  }
}

/** The day of a timestamp, which counts in UTC. */
function dayText(sql: Dialect, column: string, unit: 'ms' | 'us' | 'ns'): string {
  return unit === 'ns' ? sql.dayOf(column, unit) : sql.asText(`CAST(${column} AS DATE)`);
}

/** Whole numbers without a fraction, others by the fewest digits that tell them apart, never with an exponent. */
function floatText(sql: Dialect, column: string): string {
  const wide = sql.asDouble(column);
  const shortest = sql.shortestText(column);
  const isWhole = `${wide} = ${sql.asDouble(sql.floor(wide))}`;
  return `CASE WHEN ${sql.isNotANumber(wide)} THEN ''
    WHEN abs(${wide}) < ${sql.number(wholeBound)} AND ${isWhole} THEN ${sql.asText(sql.asWhole(wide))}
    WHEN abs(${wide}) >= ${sql.number(wholeBound)} THEN ${hugeText(sql, wide)}
    WHEN abs(${wide}) < ${sql.number(shortestBound)} AND (abs(${wide}) < ${sql.number(fullPrecision)} OR ${sql.matches(shortest, manyDigits)})
    THEN ${sql.fail(`concat('a number below 2^-14 that may have fewer digits where a text is expected: ', ${sql.asText(wide)})`)}
    ELSE ${spelledOut(sql, shortest)} END`;
}

/** A double of 2^63 or more as its exact digits, in two halves of 63 bits. */
function hugeText(sql: Dialect, wide: string): string {
  const bound = sql.number(wholeBound);
  const high = sql.floor(`abs(${wide}) / ${bound}`);
  const low = sql.asWhole(`abs(${wide}) - ${sql.asDouble(high)} * ${bound}`);
  const exact = `CAST(${high} AS DECIMAL(19, 0)) * CAST(${BigInt(wholeBound)} AS DECIMAL(19, 0)) + CAST(${low} AS DECIMAL(19, 0))`;
  const sign = `CASE WHEN ${wide} < 0 THEN '-' ELSE '' END`;
  return `CASE WHEN abs(${wide}) < ${sql.number(decimalBound)} THEN concat(${sign}, ${sql.decimalText(exact)})
    WHEN abs(${wide}) > ${sql.number(Number.MAX_VALUE)} THEN concat(${sign}, 'inf')
    ELSE ${sql.fail(`concat('a number beyond 2^126 where a text is expected: ', ${sql.asText(wide)})`)} END`;
}

/** `1.25E7` as `12500000`, `1.5E-7` as `0.00000015`. */
function spelledOut(sql: Dialect, text: string): string {
  const exponent = sql.asWhole(sql.group(text, 'E(-?[0-9]+)', 1));
  const sign = sql.group(text, String.raw`\A-`, 0);
  const digits = sql.replace(
    sql.replace(sql.group(text, '[0-9.]+', 0), String.raw`\.`, ''),
    String.raw`(?<=.)0+\z`,
    '',
  );
  const small = `concat(${sign}, '0.', ${sql.repeat(`'0'`, `-${exponent} - 1`)}, ${digits})`;
  const point = `CAST(${exponent} AS INT) + 1`;
  const large = `concat(${sign}, ${sql.slice(digits, '1', point)}, '.', ${sql.slice(digits, `${point} + 1`)})`;
  // a fraction that is not whole has more digits than its exponent
  return `CASE WHEN NOT ${sql.matches(text, 'E')} THEN ${text} WHEN ${sql.matches(text, 'E-')} THEN ${small} ELSE ${large} END`;
}

/** Blank text (empty, or Unicode white space alone) as the empty text; other text as it is, not trimmed. */
export function blankToEmpty(sql: Dialect, text: string): string {
  return `CASE WHEN ${isBlank(sql, text)} THEN '' ELSE ${text} END`;
}

/** A text that begins with a visible character of ASCII is told by its first byte, which costs less than a pattern. */
export const isBlank = (sql: Dialect, text: string): string =>
  `(NOT ${text} BETWEEN '!' AND '~' AND ${sql.matches(text, String.raw`\A[${sql.space}]*\z`)})`;

/** Empty text as null. */
export const emptyToNull = (text: string): string => `nullif(${text}, '')`;

/** Text without the white space around it. */
export const trimmed = (sql: Dialect, text: string): string =>
  sql.replace(text, String.raw`\A[${sql.space}]+|[${sql.space}]+\z`, '');

/** The first of some texts that is not blank; empty where all are. */
export function firstNonBlank(sql: Dialect, texts: readonly string[]): string {
  const values = texts.map((text) => emptyToNull(blankToEmpty(sql, text)));
  return `coalesce(${[...values, `''`].join(', ')})`;
}

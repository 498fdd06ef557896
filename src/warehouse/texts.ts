import { infiniteFrom, type Stored } from '../sources/sources.js';
import type { Dialect } from './dialect.js';

/** Texts of columns as the data contract (section 3) has them; blank text is the empty text, never null. */

/** Beyond this a whole number has no BIGINT. */
const wholeBound = 2 ** 63;

/** The text of a scalar column: the empty text where there is no value. */
export function scalarText(sql: Dialect, column: string, stored: Stored): string {
  return stored.kind === 'null' ? `''` : `coalesce(${rawText(sql, column, stored)}, '')`;
}

function rawText(sql: Dialect, column: string, stored: Stored): string {
  const { kind, scale = 0, unit = 'us', bits = 64 } = stored;
  switch (kind) {
    case 'float':
      return floatText(sql, column, bits);
    case 'decimal': {
      const digits = sql.decimalText(column);
      return scale > 0 ? sql.replace(digits, String.raw`\.?0+\z`, '') : digits;
    }
    case 'date':
      return sql.asText(withoutInfinite(sql, column, stored));
    case 'timestamp':
      return sql.dayOf(withoutInfinite(sql, column, stored), unit);
    case 'text':
      return sql.soundText(column);
    default:
      return sql.asText(column);
  }
}

function withoutInfinite(sql: Dialect, column: string, stored: Stored): string {
  const { kind, unit = 'us' } = stored;
  const count = sql.asDouble(kind === 'date' ? sql.dayNumber(column) : sql.countOf(column, unit));
  return `CASE WHEN abs(${count}) < ${sql.number(infiniteFrom(stored))} THEN ${column} END`;
}

/** Whole numbers by all of their digits, others by the fewest that tell them apart, never with an exponent. */
function floatText(sql: Dialect, column: string, bits: 32 | 64): string {
  const wide = sql.asDouble(column);
  const isWhole = `${wide} = ${sql.asDouble(sql.floor(wide))}`;
  return `CASE WHEN ${sql.isNotANumber(wide)} THEN ''
    WHEN abs(${wide}) < ${sql.number(wholeBound)} AND ${isWhole} THEN ${sql.asText(sql.asWhole(wide))}
    WHEN ${isInfinite(sql, wide)} THEN ${infinity(wide)}
    WHEN abs(${wide}) >= ${sql.number(wholeBound)} THEN ${sql.allDigits(wide)}
    ELSE ${spelledOut(sql, sql.shortestText(column, bits))} END`;
}

const isInfinite = (sql: Dialect, double: string): string =>
  `abs(${double}) > ${sql.number(Number.MAX_VALUE)}`;

const infinity = (double: string): string => `CASE WHEN ${double} < 0 THEN '-inf' ELSE 'inf' END`;

/** `1.25E7` as `12500000.0`, `1.5E-7` as `0.00000015`. */
function spelledOut(sql: Dialect, text: string): string {
  return `CASE WHEN NOT ${sql.matches(text, 'E')} THEN ${text} WHEN ${sql.matches(text, 'E-')} THEN ${spelledSmall(sql, text)} ELSE ${spelledLarge(sql, text)} END`;
}

const exponentOf = (sql: Dialect, text: string): string => sql.asWhole(sql.group(text, 'E(-?[0-9]+)', 1));

const signOf = (sql: Dialect, text: string): string => sql.group(text, String.raw`\A-`, 0);

/** The digits in front of an exponent, without zeros at their end. */
function digitsOf(sql: Dialect, text: string): string {
  const digits = sql.replace(sql.group(text, '[0-9.]+', 0), String.raw`\.`, '');
  return sql.replace(digits, String.raw`(?<=.)0+\z`, '');
}

function spelledSmall(sql: Dialect, text: string): string {
  const zeros = sql.repeat(`'0'`, `-${exponentOf(sql, text)} - 1`);
  return `concat(${signOf(sql, text)}, '0.', ${zeros}, ${digitsOf(sql, text)})`;
}

function spelledLarge(sql: Dialect, text: string): string {
  const point = `CAST(${exponentOf(sql, text)} AS INT) + 1`;
  const digits = digitsOf(sql, text);
  const filled = `concat(${digits}, ${sql.repeat(`'0'`, `${point} + 1 - length(${digits})`)})`;
  return `concat(${signOf(sql, text)}, ${sql.slice(filled, '1', point)}, '.', ${sql.slice(filled, `${point} + 1`)})`;
}

/**
 * A value as the embedded engine prints it among rejects, not normalised: blanks and white space stay, null stays null.
 * The column is a scalar.
 */
export function printedText(sql: Dialect, column: string, stored: Stored): string {
  const { kind, unit = 'us', isZoned = false } = stored;
  switch (kind) {
    case 'float':
      return printedFloat(sql, column, stored);
    case 'decimal':
      return sql.decimalText(column);
    case 'timestamp': {
      const instant = withoutInfinite(sql, column, stored);
      const zone = isZoned ? `, '+00:00'` : '';
      return `concat(${sql.dayOf(instant, unit)}, ' ', ${sql.timeOf(instant, unit)}${zone})`;
    }
    default:
      return rawText(sql, column, stored);
  }
}

/** The exponents between which numbers are printed without one, by their bits. */
const plainExponents = { 32: [-6, 12], 64: [-5, 15] } as const;

/** `1.5`, `10000000.0`, `1e+20`, `1.5e-7`, `NaN`, `-inf`. */
function printedFloat(sql: Dialect, column: string, { bits = 64 }: Stored): string {
  const wide = sql.asDouble(column);
  const text = sql.shortestText(column, bits);
  const exponent = exponentOf(sql, text);
  const [least, most] = plainExponents[bits];
  const withSign = sql.replace(sql.replace(text, 'E-', 'e-'), 'E', 'e+');
  return `CASE WHEN ${sql.isNotANumber(wide)} THEN 'NaN'
    WHEN ${isInfinite(sql, wide)} THEN ${infinity(wide)}
    WHEN NOT ${sql.matches(text, 'E')} THEN ${text}
    WHEN ${exponent} BETWEEN 0 AND ${most} THEN ${spelledLarge(sql, text)}
    WHEN ${exponent} BETWEEN ${least} AND 0 THEN ${spelledSmall(sql, text)}
    ELSE ${sql.replace(withSign, String.raw`\.0e`, 'e')} END`;
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

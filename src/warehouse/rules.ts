import type { Stored, ValueKind } from '../sources/sources.js';
import type { Dialect } from './dialect.js';
import { isBlank, scalarText, trimmed } from './texts.js';

/** The rules that make the columns of outputs of the columns of inputs (data contract, section 3). */

const month = '(?:0[1-9]|1[0-2])';
const day = '(?:0[1-9]|[12][0-9]|3[01])';

/** Ways to write a month, in the order in which they are tried: the pattern, and the groups of year and month. */
const monthPatterns: readonly (readonly [pattern: string, year: number, month: number])[] = [
  [`(20[0-9]{2})[-/](${month})`, 1, 2],
  [String.raw`\A([0-9]{4})(${month})${day}?\z`, 1, 2],
  [String.raw`\A(0?[1-9]|1[0-2])/(?:0?[1-9]|[12][0-9]|3[01])/([0-9]{4})\z`, 2, 1],
];

/** The month, `YYYY-MM`, of the text of `last_updated_on`; empty where no rule matches. */
export function yearMonth(sql: Dialect, text: string, kind: ValueKind): string {
  if (kind === 'date' || kind === 'timestamp') return sql.replace(text, String.raw`-[0-9]+\z`, '');
  const cases = monthPatterns.map(([pattern, year, month]) => {
    const monthText = sql.padLeft(sql.group(text, pattern, month), 2);
    return `WHEN ${sql.matches(text, pattern)} THEN concat(${sql.group(text, pattern, year)}, '-', ${monthText})`;
  });
  return `CASE ${cases.join(' ')} ELSE '' END`;
}

/** The payer slug of an entity name; empty where it has no letter or digit. */
export function payerSlug(sql: Dialect, entityName: string, override: string | null): string {
  if (override !== null) return sql.literal(override);
  const dashed = sql.replace(sql.lowerCase(entityName), '[^a-z0-9]+', '-');
  return sql.replace(dashed, String.raw`\A-+|-+\z`, '');
}

/** Service codes as one text. A list is joined by a separator, so that both layouts are tokenised alike. */
export function serviceText(sql: Dialect, column: string, stored: Stored): string {
  if (stored.kind !== 'list') return scalarText(sql, column, stored);
  return `coalesce(${sql.soundText(sql.join(column, '|'))}, '')`;
}

/** The set of place-of-service codes in a service text, in the order of code points. */
export function posMembers(sql: Dialect, services: string): string {
  const separators = String.raw`[\[\]{}()'"\x60;,|${sql.space}]+`;
  return sql.sortedSetWithout(sql.split(services, separators), ['', 'none', 'null', 'nan']);
}

/** Optional sign, digits with a fraction or a leading dot, optional exponent: nothing else is numeric. */
const numeric = String.raw`\A[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\z`;

/** The rate as a double, with −0 as 0; null where it is missing or not numeric. */
export function rateValue(sql: Dialect, column: string, stored: Stored): string {
  const rate = rawRate(sql, column, stored);
  return `CASE WHEN ${rate} = ${sql.number(0)} THEN ${sql.number(0)} ELSE ${rate} END`;
}

function rawRate(sql: Dialect, column: string, { kind }: Stored): string {
  switch (kind) {
    case 'null':
      return sql.asDouble('NULL');
    case 'text': {
      const text = trimmed(sql, sql.soundText(column));
      return `CASE WHEN ${sql.matches(text, numeric)} THEN ${sql.asDouble(text)} END`;
    }
    case 'decimal':
      // through text, whose parser rounds correctly; dividing by a power of ten does not always
      return sql.asDouble(sql.decimalText(column));
    default:
      return sql.asDouble(column);
  }
}

/** Rates at or beyond this are rejected: below it a printed rate is exact. */
const rateBound = 1e15;

/** Whether there is no rate at all. */
export function isRateMissing(sql: Dialect, column: string, { kind }: Stored): string {
  if (kind === 'null') return 'true';
  const isNull = `${column} IS NULL`;
  return kind === 'text' ? `${isNull} OR ${isBlank(sql, sql.asText(column))}` : isNull;
}

/** Why a row of rates with a payer cannot be kept, as branches of a case over normalised columns. */
export function ratesReasons(sql: Dialect): string[] {
  return [
    `WHEN code_type = '' THEN 'code_type_missing'`,
    `WHEN code = '' THEN 'code_missing'`,
    `WHEN is_rate_missing THEN 'rate_missing'`,
    `WHEN negotiated_rate IS NULL THEN 'rate_not_numeric'`,
    `WHEN ${sql.isNotANumber('negotiated_rate')} OR abs(negotiated_rate) > ${sql.number(Number.MAX_VALUE)} THEN 'rate_not_finite'`,
    `WHEN abs(negotiated_rate) >= ${sql.number(rateBound)} THEN 'rate_out_of_range'`,
  ];
}

/** A price that is kept but counted as unusual. */
const hugeRate = 1_000_000;

/** What is counted of the rates that are kept, by reason: conditions on normalised columns. */
export function unusualRates(sql: Dialect): Readonly<Record<string, string>> {
  return {
    rate_zero: `negotiated_rate = ${sql.number(0)}`,
    rate_negative: `negotiated_rate < ${sql.number(0)}`,
    rate_huge: `negotiated_rate > ${sql.number(hugeRate)}`,
    rate_percentage: `${sql.lowerCase(trimmed(sql, 'negotiated_type'))} = 'percentage'`,
    year_month_missing: `year_month = ''`,
    provider_id_missing: `provider_group_id_raw = ''`,
  };
}

/** CMS's mark for a provider that is known by its TIN only. */
const tinOnly = '0';

export const hasNpi = `npi NOT IN ('', '${tinOnly}')`;
export const hasTin = `tin_value <> ''`;

import { identifier, literal } from '../load/sql.js';
import type { Column } from '../tables/tables.js';

/** Every Unicode white space, as a class of regular expressions. */
const whiteSpace = '\\t-\\r\\x{85}\\p{Z}';

/** What stands between two place-of-service codes, in a list's printed form as well as in plain text. */
const separators = `[\\[\\]{}()'"\`;,|${whiteSpace}]+`;

/** The types that are compared as they are stored. */
export const ownTypes: Readonly<Record<Column['type'], string>> = {
  VARCHAR: 'VARCHAR',
  'VARCHAR[]': 'VARCHAR[]',
  DOUBLE: 'DOUBLE',
};

/**
 * The value of a column as it is compared, by the type that it is stored as: text, or a number for a DOUBLE column. What
 * the contract takes for the same is the same (section 3): 772 and 772.0, blank and null, a list and its printed form.
 */
export function comparedValue({ name, type }: Column, stored: string): string {
  const column = identifier(name);
  switch (type) {
    case 'DOUBLE':
      return numberOf(column, stored);
    case 'VARCHAR[]':
      return membersOf(column, stored);
    case 'VARCHAR':
      return textOf(column, stored);
  }
}

/** A column that a file does not have. */
export const absentValue = ({ type }: Column): string => `NULL::${type === 'DOUBLE' ? 'DOUBLE' : 'VARCHAR'}`;

function numberOf(column: string, stored: string): string {
  const number = stored === 'VARCHAR' ? `TRY_CAST(${column} AS DOUBLE)` : `CAST(${column} AS DOUBLE)`;
  // the sum makes 0.0 of -0.0
  return `CASE WHEN isnan(${number}) THEN NULL ELSE ${number} + 0.0 END`;
}

function textOf(column: string, stored: string): string {
  const text = `CAST(${column} AS VARCHAR)`;
  if (stored === 'VARCHAR') return nonBlank(column);
  if (stored === 'FLOAT' || stored === 'DOUBLE') {
    return `CASE WHEN isnan(${column}) THEN NULL WHEN ${column} = trunc(${column}) AND abs(${column}) < 1e38 THEN CAST(CAST(${column} AS HUGEINT) AS VARCHAR) ELSE ${text} END`;
  }
  if (/^DECIMAL\(\d+,(?!0\))/.test(stored)) return `rtrim(rtrim(${text}, '0'), '.')`;
  // through the instant, because a cast of a zoned timestamp takes the local day
  if (stored.startsWith('TIMESTAMP'))
    return `CAST(CAST(make_timestamp(epoch_us(${column})) AS DATE) AS VARCHAR)`;
  return text;
}

/** Text, or null where it is blank. Nearly all text begins with a visible ASCII character, which is quick to see. */
function nonBlank(text: string): string {
  const isBlank = `regexp_full_match(${text}, ${literal(`[${whiteSpace}]*`)})`;
  return `CASE WHEN ${text} >= '!' AND ${text} < chr(127) THEN ${text} WHEN ${isBlank} THEN NULL ELSE ${text} END`;
}

/** Place-of-service codes, sorted and once each, with spaces between them; null where there are none. */
function membersOf(column: string, stored: string): string {
  const text = stored.endsWith('[]')
    ? `array_to_string(CAST(${column} AS VARCHAR[]), '|')`
    : `CAST(${column} AS VARCHAR)`;
  const tokens = `regexp_split_to_array(${text}, ${literal(separators)})`;
  const codes = `list_filter(${tokens}, lambda token: NOT regexp_full_match(token, '(?i)(none|null|nan)?'))`;
  return `nullif(array_to_string(list_sort(list_distinct(${codes})), ' '), '')`;
}

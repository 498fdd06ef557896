import type { Dialect, FileLayout } from './dialect.js';

const identifier = (name: string) => `\`${name.replaceAll('`', '``')}\``;

const literal = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A path of this machine is no path of the cluster's own file system, which one without a scheme is. */
const addressOf = (path: string) => (path.startsWith('/') ? `file://${path}` : path);

/** The same to be read as it stands, though Hadoop takes some characters for patterns. */
const plainAddress = (path: string) => addressOf(path).replaceAll(/[*?[\]{}\\^,]/g, '\\$&');

/** The name under which Spark's reader of parquet gives the number of a row to whoever has such a column. */
const rowNumber = '_tmp_metadata_row_index';

/** Of a day. */
const counts = { ms: '86400000L', ns: '86400000000000L' } as const;

/** Rounded down, also where the day begins before what 64 bits count. */
const wholeDays = (count: string, perDay: string) =>
  `${count} div ${perDay} - CASE WHEN ${count} % ${perDay} < 0 THEN 1 ELSE 0 END`;

/** The time of day of an instant that is counted. */
const timesOf = {
  ms: (count: string) => `date_format(timestamp_millis(${count}), 'HH:mm:ss.SSS')`,
  ns: (count: string) =>
    `concat(date_format(timestamp_micros(${count} div 1000L), 'HH:mm:ss.SSSSSS'), lpad(${count} % 1000L, 3, '0'))`,
} as const;

/** Below these a float or a double has so few digits that one may tell it from every other, where Java always prints two. */
const subnormal = { 32: ['FLOAT', 2 ** -126], 64: ['DOUBLE', 2 ** -1022] } as const;

/** By Jackson, which Spark brings: Java 17 prints more digits than it takes of some numbers (JDK-4511638), and so does Spark. */
function shortest(value: string, bits: 32 | 64): string {
  const [type, bound] = subnormal[bits];
  const oneDigit = `format_string('%.0E', ${value})`;
  // null is nothing that the method takes
  return `CASE WHEN ${value} IS NULL THEN NULL
    WHEN ${value} <> 0 AND abs(${value}) < ${bound}D AND CAST(${oneDigit} AS ${type}) = ${value} THEN ${oneDigit}
    ELSE reflect('com.fasterxml.jackson.core.io.NumberOutput', 'toString', ${value}, true) END`;
}

/** By Scala's library. */
const exact = (value: string) => `reflect('scala.math.BigDecimal', 'exact', ${value})`;

/**
 * The SQL of Apache Spark 4, in the session that {@link sparkSession} makes. Its casts follow ANSI: what has no value ends the
 * query, so casts are made of what is known to have one.
 */
export const sparkDialect: Dialect = {
  name: 'spark',
  identifier,
  literal,
  number: (value) => `${value}D`,
  asText: (value) => `CAST(${value} AS STRING)`,
  soundText: (column) => `validate_utf8(CAST(${column} AS STRING))`,
  asDouble: (value) => `CAST(${value} AS DOUBLE)`,
  asWhole: (value) => `CAST(${value} AS BIGINT)`,
  decimalText: (value) => `CAST(${value} AS STRING)`,
  allDigits: exact,
  shortestText: shortest,
  isNotANumber: (value) => `isnan(${value})`,
  floor: (value) => `floor(${value})`,
  space: String.raw`\p{IsWhite_Space}`,
  matches: (text, pattern) => `${text} RLIKE ${literal(pattern)}`,
  replace: (text, pattern, by) => `regexp_replace(${text}, ${literal(pattern)}, ${literal(by)})`,
  group: (text, pattern, number) => `regexp_extract(${text}, ${literal(pattern)}, ${number})`,
  lowerCase: (text) => `lower(${text})`,
  padLeft: (text, length) => `lpad(${text}, ${length}, '0')`,
  repeat: (text, times) => `repeat(${text}, CAST(${times} AS INT))`,
  slice: (text, from, length) => `substring(${text}, ${from}${length === undefined ? '' : `, ${length}`})`,
  md5: (text) => `md5(CAST(${text} AS BINARY))`,
  dayOf: (instant, unit) =>
    unit === 'us'
      ? `CAST(CAST(${instant} AS DATE) AS STRING)`
      : `CAST(date_from_unix_date(CAST(${wholeDays(instant, counts[unit])} AS INT)) AS STRING)`,
  dayNumber: (date) => `unix_date(${date})`,
  countOf: (instant, unit) => (unit === 'us' ? `unix_micros(CAST(${instant} AS TIMESTAMP))` : instant),
  timeOf: (instant, unit) =>
    unit === 'us'
      ? `date_format(${instant}, 'HH:mm:ss.SSSSSS')`
      : timesOf[unit](`pmod(${instant}, ${counts[unit]})`),
  split: (text, pattern) => `split(${text}, ${literal(pattern)})`,
  sortedSetWithout: (list, words) =>
    `sort_array(array_distinct(filter(${list}, item -> lower(item) NOT IN (${words.map(literal).join(', ')}))))`,
  join: (list, separator) => `array_join(CAST(${list} AS ARRAY<STRING>), ${literal(separator)})`,
  isEmptyList: (list) => `size(${list}) = 0`,
  row: (values) =>
    `named_struct(${Object.entries(values)
      .map(([name, value]) => `${literal(name)}, ${value}`)
      .join(', ')})`,
  field: (row, name) => `${row}.${identifier(name)}`,
  countIf: (condition) => `count_if(${condition})`,
  isSame: (one, other) => `${one} <=> ${other}`,
  view: (name, query) => `CREATE OR REPLACE TEMPORARY VIEW ${identifier(name)} AS ${query}`,
  viewOfFiles: (name, path) =>
    `CREATE OR REPLACE TEMPORARY VIEW ${identifier(name)} USING parquet OPTIONS (path ${literal(plainAddress(path))}, pathGlobFilter '*.parquet')`,
  viewOfInput: (name, path, types) => {
    const columns = [...types, [rowNumber, 'BIGINT'] as const].map(
      ([column, type]) => `${identifier(column)} ${type}`,
    );
    return `CREATE OR REPLACE TEMPORARY VIEW ${identifier(name)} (${columns.join(', ')}) USING parquet OPTIONS (path ${literal(plainAddress(path))})`;
  },
  rowNumber,
  write: (folder, query, layout) =>
    `INSERT OVERWRITE DIRECTORY ${literal(addressOf(folder))} USING parquet OPTIONS (compression 'zstd') ${arranged(query, layout)}`,
};

function arranged(query: string, layout: FileLayout | undefined): string {
  if (!layout) return query;
  const { files, sortedBy } = layout;
  const by = sortedBy.map(identifier).join(', ');
  const hint = files === 1 || by === '' ? `COALESCE(${files})` : `REPARTITION_BY_RANGE(${files}, ${by})`;
  return `SELECT /*+ ${hint} */ * FROM (${query})${by === '' ? '' : ` SORT BY ${by}`}`;
}

/**
 * What a session is told before anything else: whatever a cluster's own settings say, rows are to come out as the
 * embedded engine makes them.
 */
export const sparkSession: Readonly<Record<string, string>> = {
  // a path or a name may hold what looks like a variable
  'spark.sql.variable.substitute': 'false',
  'spark.sql.ansi.enabled': 'true',
  'spark.sql.caseSensitive': 'true',
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.parser.escapedStringLiterals': 'false',
  'spark.sql.parquet.binaryAsString': 'true',
  'spark.sql.parquet.datetimeRebaseModeInRead': 'CORRECTED',
  'spark.sql.parquet.int96RebaseModeInRead': 'CORRECTED',
  'spark.sql.legacy.parquet.nanosAsLong': 'true',
  // an input that is damaged or gone must not be passed over
  'spark.sql.files.ignoreCorruptFiles': 'false',
  'spark.sql.files.ignoreMissingFiles': 'false',
  'spark.sql.parquet.writeLegacyFormat': 'false',
  // what is to be one file is one
  'spark.sql.files.maxRecordsPerFile': '0',
};

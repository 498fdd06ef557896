import type { Dialect, FileLayout } from './dialect.js';

const identifier = (name: string) => `\`${name.replaceAll('`', '``')}\``;

const literal = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A path of this machine is no path of the cluster's own file system, which one without a scheme is. */
const addressOf = (path: string) => (path.startsWith('/') ? `file://${path}` : path);

/** The same to be read as it stands, though Hadoop takes some characters for patterns. */
const plainAddress = (path: string) => addressOf(path).replaceAll(/[*?[\]{}\\^,]/g, '\\$&');

/** The name under which Spark's reader of parquet gives the number of a row to whoever has such a column. */
const rowNumber = '_tmp_metadata_row_index';

const days = { ms: 86_400_000n, us: 86_400_000_000n, ns: 86_400_000_000_000n } as const;

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
  shortestText: (value) => `CAST(${value} AS STRING)`,
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
    `CAST(date_from_unix_date(CAST((${instant} - pmod(${instant}, ${days[unit]}L)) div ${days[unit]}L AS INT)) AS STRING)`,
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
  fail: (message) => `raise_error(${message})`,
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
};

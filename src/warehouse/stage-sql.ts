import type { SourceName } from '../sources/sources.js';
import { sources } from '../sources/sources.js';
import type { Dialect } from './dialect.js';
import { constantAs, hasValues, type InputFile, storedAs, textOf, unionOf } from './input-columns.js';
import { noRowsLike } from './no-rows.js';
import {
  hasNpi,
  hasTin,
  isRateMissing,
  payerSlug,
  posMembers,
  ratesReasons,
  rateValue,
  serviceText,
  unusualRates,
  yearMonth,
} from './rules.js';
import { blankToEmpty, firstNonBlank, printedText } from './texts.js';

/**
 * The first half of a load: inputs normalised, without their rejects, and with equal rows as one that counts them (`copies`).
 * Rows are grouped as they are stored and only then made texts and keys, because there are fewer of them by then.
 */

const idColumns: Readonly<Record<SourceName, readonly string[]>> = {
  rates: ['provider_reference_id', 'provider_group_id'],
  providers: ['provider_group_id', 'provider_reference_id'],
};

/** The texts of staged rows by the column of an input that they come from. */
const plainTexts: Readonly<Record<SourceName, Readonly<Record<string, string>>>> = {
  rates: {
    reporting_entity_name: 'reporting_entity_name',
    version: 'version',
    billing_class: 'billing_class',
    negotiated_type: 'negotiated_type',
    negotiation_arrangement: 'negotiation_arrangement',
    expiration_date: 'expiration_date',
    code_type: 'billing_code_type',
    code: 'billing_code',
    code_description: 'description',
    code_name: 'name',
  },
  providers: { version: 'version', npi: 'npi', tin_type: 'tin_type', tin_value: 'tin_value' },
};

const entityName = 'reporting_entity_name';
const entityType = 'reporting_entity_type';
const monthColumn = 'last_updated_on';
const rateColumn = 'negotiated_rate';
const serviceColumn = 'service_codes';

export interface StageRules {
  readonly payerSlugOverride: string | null;
}

/** Columns of an input without whose values a row may do. */
const spareColumns = (source: SourceName): string[] => [entityName, entityType, ...idColumns[source]];

/** The columns of an input that tell its rows apart, or that have to be readable at least. */
const groupedBy = (source: SourceName): string[] => [
  ...new Set([
    ...spareColumns(source),
    monthColumn,
    ...Object.values(plainTexts[source]),
    ...(source === 'rates' ? [rateColumn, serviceColumn] : []),
  ]),
];

/** Rows of a source, normalised: what all columns but the keys of the outputs come from, and `copies`. */
export function stagedRows(
  sql: Dialect,
  source: SourceName,
  files: readonly InputFile[],
  rules: StageRules,
): string {
  const columns = Object.keys(stagedTypes(source)).map(sql.identifier).join(', ');
  const kept = files.map((file) => {
    const rows = judgedRows(sql, source, file, rules, groupedRows(sql, source, file), ['copies']);
    // always so, but not without reading those columns: the embedded engine leaves out rows for them too
    return `SELECT ${columns} FROM (${rows}) WHERE reject_reason = '' AND spare_letters + copies > 0`;
  });
  return kept.length > 0 ? unionOf(kept) : noRows(sql, source);
}

/**
 * Equal rows of a file as one, as they are stored; what is one value throughout need not be compared. They are counted and nothing else,
 * because Spark sorts all rows to find the smallest of texts, and hashes them to count.
 */
function groupedRows(sql: Dialect, source: SourceName, file: InputFile): string {
  const columns = groupedBy(source).filter((column) => hasValues(file, column));
  const names = columns.filter((column) => !file.constants.has(column)).map(sql.identifier);
  const values = columns.flatMap((column) => {
    const value = file.constants.get(column);
    return value === undefined ? [] : constantAs(sql, file, column, value);
  });
  const groups = names.length > 0 ? `GROUP BY ${names.join(', ')}` : 'HAVING count(*) > 0';
  return `SELECT ${[...names, ...values, 'count(*) AS copies'].join(', ')} FROM ${sql.identifier(file.view)} ${groups}`;
}

/**
 * Rows of a file with all that the outputs have of them but keys, and with `reject_reason`: why a row cannot be kept, in the
 * order of the data contract (section 5), and empty where it can. In three steps, so that nothing is worked out twice.
 */
function judgedRows(
  sql: Dialect,
  source: SourceName,
  file: InputFile,
  { payerSlugOverride }: StageRules,
  rows: string,
  carried: readonly string[],
): string {
  const others = carried.map((column) => [column, sql.identifier(column)] as const);
  const texts = groupedBy(source)
    .filter((column) => column !== rateColumn && column !== serviceColumn)
    .map((column) => [textName(column), textOf(sql, file, column)] as const);
  const [rate, services] = [sql.identifier(rateColumn), sql.identifier(serviceColumn)];
  const asRead = {
    ...Object.fromEntries([...others, ...texts]),
    ...(source === 'rates' && {
      [textName(serviceColumn)]: serviceText(sql, services, storedAs(file, serviceColumn)),
      [rateColumn]: rateValue(sql, rate, storedAs(file, rateColumn)),
      is_rate_missing: isRateMissing(sql, rate, storedAs(file, rateColumn)),
    }),
  };
  const text = (column: string) => sql.identifier(textName(column));
  const normalised = {
    ...Object.fromEntries(others),
    spare_letters: `length(concat(${spareColumns(source).map(text).join(', ')}))`,
    payer_slug: payerSlug(sql, text(entityName), payerSlugOverride),
    year_month: yearMonth(sql, text(monthColumn), storedAs(file, monthColumn).kind),
    provider_group_id_raw: firstNonBlank(sql, idColumns[source].map(text)),
    ...mapValues(plainTexts[source], (column) => blankToEmpty(sql, text(column))),
    ...(source === 'rates' && {
      pos_members: posMembers(sql, text(serviceColumn)),
      [rateColumn]: rate,
      is_rate_missing: 'is_rate_missing',
    }),
  };
  const reasons =
    source === 'rates' ? ratesReasons(sql) : [`WHEN provider_group_id_raw = '' THEN 'group_missing'`];
  return `SELECT *, CASE WHEN payer_slug = '' THEN 'payer_missing' ${reasons.join(' ')} ELSE '' END AS reject_reason
    FROM (SELECT ${named(sql, normalised)} FROM (SELECT ${named(sql, asRead)} FROM (${rows})))`;
}

const textName = (column: string): string => `text_${column}`;

/** Rejected rows whole and alike for every layout, with where they are: every column of the contract as text. */
export function rejectedRows(
  sql: Dialect,
  source: SourceName,
  files: readonly InputFile[],
  rules: StageRules,
): string {
  const printed = sources[source].columns.map(({ name }) => name);
  const rows = files.map((file) => {
    const values = Object.fromEntries(
      printed.map((column) => [printedName(column), asPrinted(sql, file, column)]),
    );
    const place = { source_file: sql.literal(file.path), file_row_number: sql.rowNumber };
    const whole = `SELECT *, ${named(sql, { ...place, ...values })} FROM ${sql.identifier(file.view)}`;
    const carried = [...Object.keys(place), ...Object.keys(values)];
    return `SELECT source_file, file_row_number, reject_reason, ${named(sql, Object.fromEntries(printed.map((column) => [column, sql.identifier(printedName(column))])))}
      FROM (${judgedRows(sql, source, file, rules, whole, carried)}) WHERE reject_reason <> ''`;
  });
  return unionOf(rows);
}

const printedName = (column: string): string => `printed_${column}`;

function asPrinted(sql: Dialect, file: InputFile, column: string): string {
  const stored = storedAs(file, column);
  const value = sql.identifier(column);
  if (stored.kind === 'null') return sql.asText('NULL');
  return stored.kind === 'list' ? sql.soundText(sql.join(value, ';')) : printedText(sql, value, stored);
}

/** What staged rows of a source come to: `accepted` rows, and by reason how many are unusual. */
export function countStaged(sql: Dialect, source: SourceName, view: string): string {
  const conditions =
    source === 'rates'
      ? unusualRates(sql)
      : { npi_missing: `NOT (${hasNpi})`, tin_missing: `NOT (${hasTin})` };
  const sum = (rows: string) => `coalesce(sum(${rows}), 0)`;
  const counts = Object.entries(conditions).map(
    ([reason, holds]) => `${sum(`CASE WHEN ${holds} THEN copies ELSE 0 END`)} AS ${reason}`,
  );
  return `SELECT ${[`${sum('copies')} AS accepted`, ...counts].join(', ')} FROM ${sql.identifier(view)}`;
}

function stagedTypes(source: SourceName): Record<string, 'text' | 'list' | 'double' | 'whole'> {
  const texts = ['payer_slug', 'year_month', 'provider_group_id_raw', ...Object.keys(plainTexts[source])];
  return {
    ...Object.fromEntries(texts.map((name) => [name, 'text' as const])),
    ...(source === 'rates' && { pos_members: 'list' as const, negotiated_rate: 'double' as const }),
    copies: 'whole',
  };
}

/** Of a source without files. */
function noRows(sql: Dialect, source: SourceName): string {
  const none = {
    text: sql.asText('NULL'),
    list: sql.split(sql.asText('NULL'), ','),
    double: sql.asDouble('NULL'),
    whole: sql.asWhole('NULL'),
  };
  return noRowsLike(
    sql,
    mapValues(stagedTypes(source), (type) => none[type]),
  );
}

function named(sql: Dialect, columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, value]) => `${value} AS ${sql.identifier(name)}`)
    .join(', ');
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}

import type { Partition } from '../tables/partitions.js';
import { type Column, hashedWith, type Table } from '../tables/tables.js';
import { type StagedName, stagedRelations } from './staged.js';

/**
 * The SQL text of a load; that of dimensions is in dimension-sql.ts, that of its summary in survey-sql.ts. Values reach it only through {@link literal}, {@link identifier} and {@link pathLiteral}.
 */

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A path that is read as it stands, though DuckDB takes `*`, `?` and `[` in paths for patterns. */
export const pathLiteral = (path: string): string => literal(escapePattern(path));

/** A pattern that matches a path as it stands. */
export const escapePattern = (path: string): string => path.replaceAll(/[*?[]/g, '[$&]');

export const list = (items: readonly string[], separator = ', '): string => items.join(separator);

export const names = (columns: readonly Column[]): string =>
  list(columns.map(({ name }) => identifier(name)));

export const parquet = (paths: readonly string[]): string =>
  `read_parquet([${list(paths.map(pathLiteral))}], hive_partitioning = false)`;

/** Reads every value of a file, and gives next to nothing. */
export const readAll = (path: string): string => `SELECT max(hash(COLUMNS(*))) FROM ${parquet([path])}`;

/** What a database that can be asked at all answers. */
export const readNothing = 'SELECT 1';

/** How keys are made and how rows of one key meet (data contract, sections 4 and 5). */
export interface MergeRules {
  /** Upper case. */
  readonly state: string;
  readonly emptyPosSet: '' | 'none';
  readonly providerGroupScope: 'payer' | 'month';
  readonly dimensionConflict: 'fill' | 'update';
  readonly mode: 'upsert' | 'replace';
}

export interface DatabaseLimits {
  readonly memoryMb: number;
  readonly threads: number;
  readonly temporaryFolder: string;
}

export function configureDatabase({ memoryMb, threads, temporaryFolder }: DatabaseLimits): string[] {
  return [
    limitMemory(memoryMb),
    `SET threads = ${threads}`,
    `SET temp_directory = ${literal(temporaryFolder)}`,
    'SET preserve_insertion_order = false',
    'SET autoinstall_known_extensions = false',
    'SET autoload_known_extensions = false',
    'SET enable_progress_bar = false',
  ];
}

export const limitMemory = (mb: number): string => `SET memory_limit = ${literal(`${mb}MiB`)}`;

/** A view over the staged files of one relation, with the number of the file; empty where there are none. */
export function viewStaged(name: StagedName, files: readonly string[]): string {
  const columns = [...Object.entries(stagedRelations[name]), ['file_index', 'UBIGINT'] as const];
  const rows =
    files.length > 0
      ? `SELECT ${list(columns.map(([column, type]) => `${identifier(column)}::${type} AS ${identifier(column)}`))} FROM ${parquet(files)}`
      : `SELECT ${list(columns.map(([column, type]) => `NULL::${type} AS ${identifier(column)}`))} WHERE false`;
  return `CREATE OR REPLACE TEMP VIEW ${identifier(`staged_${name}`)} AS ${rows}`;
}

/** A view over an output as it is, empty where there is none yet. */
export function viewExisting(table: Table, path: string | null): string {
  if (path === null) return viewOfNone(table);
  return `CREATE TEMP VIEW ${identifier(`existing_${table.name}`)} AS SELECT ${names(table.columns)} FROM ${parquet([path])}`;
}

/** A view over an output that has no rows. */
export function viewOfNone({ name, columns }: Table): string {
  const nulls = columns.map((column) => `NULL::${column.type} AS ${identifier(column.name)}`);
  return `CREATE TEMP VIEW ${identifier(`existing_${name}`)} AS SELECT ${list(nulls)} WHERE false`;
}

export const describeParquet = (path: string): string => `DESCRIBE SELECT * FROM ${parquet([path])}`;

export const countExistingFacts = 'SELECT count(*) AS rows FROM existing_fact_rate';

const dimensions = [
  { name: 'context', id: 'context_id', code: 'context_code' },
  { name: 'code', id: 'code_id', code: 'code_code' },
  { name: 'provider', id: 'provider_id', code: 'provider_code' },
  { name: 'pos_set', id: 'pos_id', code: 'service_code' },
] as const;

type Dimension = (typeof dimensions)[number];

export const dimensionNamed = (wanted: Dimension['name']): Dimension =>
  dimensions.find(({ name }) => name === wanted) ?? dimensions[0];

/** Whether a rate is the double nearest to its own four decimals (below 1e11 such a double is within 0.00005 of them). */
const hasFourDecimals =
  'abs(negotiated_rate) < 1e11 AND negotiated_rate = round(negotiated_rate * 10000) / 10000';

/**
 * What is asked of all facts staged under codes, by two looks at them in all: by billing code how many there are, the first
 * and the last distinct set that has any, and whether all rates have four decimals; and the groups of providers. Does nothing
 * the second time.
 */
export const summariseCodedFacts: readonly string[] = [
  `CREATE TEMP TABLE IF NOT EXISTS coded_by_code AS SELECT code_code, count(*) AS facts, bool_and(${hasFourDecimals}) AS has_four_decimals,
    min(file_index * 4294967296 + distinct_set) AS first, max(file_index * 4294967296 + distinct_set) AS last FROM staged_coded_fact GROUP BY code_code`,
  'CREATE TEMP TABLE IF NOT EXISTS coded_group AS SELECT DISTINCT context_code, provider_code FROM staged_coded_fact',
];

/** The codes in staged facts. */
export const selectCodes = `SELECT (SELECT list(code_code) FROM coded_by_code) AS codes, (SELECT list(DISTINCT provider_code) FROM coded_group) AS providers`;

/** Columns that describe a code and do not tell one from another. */
const describing = new Set(['code_description', 'code_name']);

/**
 * One row per distinct dimension row over all chunks, numbered from 0 without gaps (`ref`), and the way from every
 * surrogate key, and from every code, to it.
 */
export function unifyDimensions(): string[] {
  return dimensions.flatMap(({ name, id, code }) => {
    const columns = Object.keys(stagedRelations[name]).filter(
      (column) => column !== id && !describing.has(column),
    );
    const values = list(columns.map(identifier));
    return [
      `CREATE TEMP TABLE ${name} AS SELECT row_number() OVER () - 1 AS ref, * FROM (SELECT DISTINCT ${values} FROM staged_${name})`,
      `CREATE TEMP TABLE ${name}_ref AS SELECT ${id} AS id, ref FROM staged_${name} JOIN ${name} USING (${values})`,
      `CREATE TEMP TABLE ${code} AS SELECT code, ref FROM staged_${code} JOIN ${name}_ref USING (id)`,
    ];
  });
}

/**
 * One of several parts of the work on facts, each small enough for the memory: facts of one key have one code, so
 * that parting by code keeps them together.
 */
export interface Bucket {
  readonly number: number;
  readonly of: number;
}

/** Facts of the one code that has a reference. */
export interface OneCode {
  readonly code: bigint;
}

export const inBucket = ({ number, of }: Bucket, codeType: string, code: string): string =>
  of === 1 ? 'true' : `hash(${codeType}, ${code}) % ${of} = ${number}`;

/** The ways of both sorts of staged facts to dimension rows: by surrogate key, and by code. */
export const sorts = [
  {
    facts: 'staged_fact',
    groups: '(SELECT DISTINCT context_id, provider_id FROM staged_fact)',
    wayOf: ({ name, id }: Dimension) => ({ way: `${name}_ref`, from: 'id', by: id }),
  },
  {
    facts: 'staged_coded_fact',
    groups: 'coded_group',
    wayOf: ({ code }: Dimension) => ({ way: code, from: 'code', by: code }),
  },
] as const;
const [keyed, coded] = sorts;

/** How many rows each dimension has, in their order. */
export type DimensionSizes = readonly bigint[];

export const countDimensions = `SELECT ${list(dimensions.map(({ name }) => `(SELECT count(*) FROM ${name}) AS ${name}`))}`;

const mostSigned = 2n ** 63n;

/**
 * What a reference to each dimension counts in one number of all four, as the digits of a number do; null where 63 bits
 * are too few for it. One number takes less memory to compare than four, so that fewer buckets do.
 */
export function weigh(sizes: DimensionSizes): DimensionWeights | null {
  const weights = dimensions.map((_, index) =>
    sizes.slice(index + 1).reduce((product, size) => product * size, 1n),
  );
  const [first = 1n] = weights;
  return first * (sizes[0] ?? 1n) < mostSigned ? { sizes, weights } : null;
}

export interface DimensionWeights {
  readonly sizes: DimensionSizes;
  readonly weights: readonly bigint[];
}

const columnsOfReferences = () => dimensions.map(({ name }) => `${name}_way.ref AS ${name}`);

/** References to all dimensions as one number. */
export const pack = (
  { weights }: DimensionWeights,
  referenceTo: (name: Dimension['name']) => string,
): string =>
  dimensions.map(({ name }, index) => `${referenceTo(name)} * ${weights[index] ?? 1n}`).join(' + ');

/** Rows of such numbers and rates with the references too. */
export function selectUnpacked({ sizes, weights }: DimensionWeights, rows: string): string {
  const references = dimensions.map(
    ({ name }, index) => `(packed // ${weights[index] ?? 1n}) % ${sizes[index] ?? 1n} AS ${name}`,
  );
  return `SELECT ${list(references)}, packed, negotiated_rate FROM ${rows}`;
}

/** Staged facts of one sort under some columns made of references to dimension rows. `codes` are the code references that are wanted. */
function referring(
  { facts, wayOf }: (typeof sorts)[number],
  columns: readonly string[],
  codes: string,
): string {
  const joins = dimensions.map((dimension) => {
    const { way, from, by } = wayOf(dimension);
    const wanted = dimension.name === 'code' ? `(SELECT * FROM ${way} WHERE ${codes})` : way;
    return `JOIN ${wanted} ${dimension.name}_way ON ${dimension.name}_way.${from} = ${by}`;
  });
  return `SELECT ${list(columns)}, negotiated_rate FROM ${facts} ${list(joins, ' ')}`;
}

/**
 * The codes whose facts may be staged more than once, with the number of those facts. Facts of one distinct set
 * are distinct as codes: those of a billing code that a single one has need no comparison with any other, unless
 * several codes stand for one dimension row.
 */
export function findSharedCodes(): string {
  const [context, code, provider, pos] = dimensions.map((dimension) => dimension.code);
  const isInjective = list(
    [context, code, provider, pos].map((way) => `(SELECT count(*) = count(DISTINCT ref) FROM ${way})`),
    ' AND ',
  );
  return `CREATE TEMP TABLE shared_code AS SELECT ref, sum(facts)::BIGINT AS facts FROM (
      SELECT ref, count(*) AS facts, false AS is_alone FROM staged_fact JOIN code_ref ON id = code_id GROUP BY ref
      UNION ALL SELECT ref, sum(facts), count(*) = 1 AND min(first) = max(last) FROM coded_by_code JOIN code_code ON code = code_code GROUP BY ref)
    GROUP BY ref HAVING NOT (count(*) = 1 AND bool_and(is_alone) AND ${isInjective})`;
}

export const countFacts = `SELECT (SELECT count(*) FROM staged_fact) + (SELECT coalesce(sum(facts), 0) FROM coded_by_code) AS staged,
  (SELECT coalesce(sum(facts), 0) FROM shared_code) AS shared`;

const codesIn = (part: Bucket | OneCode): string => {
  if ('code' in part) return ` AND ref = ${part.code}`;
  if (part.of === 1) return '';
  return ` AND ref IN (SELECT ref FROM code WHERE ${inBucket(part, 'code_type', 'code')})`;
};

/**
 * The distinct facts of all chunks in a bucket, or of one code, as references to dimension rows; where there are weights they are
 * compared as one number, and have that too.
 */
export function viewTuples(facts: Bucket | OneCode, weights: DimensionWeights | null = null): string {
  const part = codesIn(facts);
  const shared = `ref IN (SELECT ref FROM shared_code)${part}`;
  const alone = `ref NOT IN (SELECT ref FROM shared_code)${part}`;
  const references = columnsOfReferences();
  const number = weights ? [`${pack(weights, (name) => `${name}_way.ref`)} AS packed`] : [];
  const compared = weights ? number : references;
  const distinct = `SELECT DISTINCT * FROM (${referring(keyed, compared, shared)} UNION ALL ${referring(coded, compared, shared)})`;
  return `CREATE OR REPLACE TEMP VIEW tuple AS ${referring(coded, [...references, ...number], alone)} UNION ALL
    ${weights ? selectUnpacked(weights, `(${distinct})`) : distinct}`;
}

/** The key of a fact, of a row with its columns; blanks are empty, as `concat` has it (data contract, section 4). */
export const factUid = `md5(concat(${list(hashedWith({ negotiated_rate: `printf('%.4f', negotiated_rate)` }), `, '|', `)}))`;

/** The key of a group (data contract, section 4). */
export const pgUid = ({ providerGroupScope }: MergeRules): string => {
  const month = providerGroupScope === 'month' ? 'year_month' : `''`;
  return `md5(concat(payer_slug, '|', version, '|', provider_group_id_raw, '|', ${month})) AS pg_uid`;
};

/** The key of a set of place-of-service codes (data contract, section 4). */
export const posSetId = ({ emptyPosSet }: MergeRules): string =>
  `md5(CASE WHEN len(pos_members) = 0 THEN ${literal(emptyPosSet)} ELSE array_to_string(pos_members, '|') END) AS pos_set_id`;

/** Keys of the small dimensions, so that values are hashed once and not per fact (data contract, section 4). */
export function mintDimensionKeys(rules: MergeRules): string[] {
  return [
    `CREATE TEMP TABLE pos_set_key AS SELECT ref, ${posSetId(rules)}, pos_members FROM pos_set`,
    `CREATE TEMP TABLE providers_group AS SELECT group_id, payer_slug, provider_group_id_raw, version, ${pgUid(rules)} FROM staged_provider_group`,
  ];
}

/** Keys of the provider groups that facts bring. */
export function mintGroupKeys(rules: MergeRules): string {
  const pairs = sorts.map(({ groups, wayOf }) => {
    const { context, provider } = {
      context: wayOf(dimensionNamed('context')),
      provider: wayOf(dimensionNamed('provider')),
    };
    return `SELECT c.ref AS context, p.ref AS provider FROM ${groups}
      JOIN ${context.way} c ON c.${context.from} = ${context.by} JOIN ${provider.way} p ON p.${provider.from} = ${provider.by}`;
  });
  return `CREATE TEMP TABLE rates_group AS SELECT context, provider, payer_slug, provider_group_id_raw, version, ${pgUid(rules)}
    FROM (${list(pairs, ' UNION ')}) pair
    JOIN context ON context.ref = context JOIN provider ON provider.ref = provider`;
}

export const nonBlank = (column: string): string => `nullif(${column}, '')`;

/**
 * Whether distinct tuples are sure to have distinct keys: contexts differ in more than the entity name, nothing that
 * is hashed holds the separator, and each rate has four decimals, so that two rates never print alike.
 */
export const tuplesHaveOwnKeys = `SELECT
  (SELECT count(*) = count(DISTINCT (payer_slug, version, year_month, billing_class, negotiated_type, negotiation_arrangement, expiration_date))
    AND NOT coalesce(bool_or(contains(concat(version, billing_class, negotiated_type, negotiation_arrangement, expiration_date), '|')), false) FROM context)
  AND (SELECT NOT coalesce(bool_or(contains(concat(code_type, code), '|')), false) FROM code)
  AND (SELECT NOT coalesce(bool_or(contains(provider_group_id_raw, '|')), false) FROM provider)
  AND (SELECT coalesce(bool_and(${hasFourDecimals}), true) FROM staged_fact)
  AND (SELECT coalesce(bool_and(has_four_decimals), true) FROM coded_by_code) AS own`;

/** The facts that the staged chunks hold, wide and under their keys: as they are, and one row per key. */
export function viewIncomingFacts({ state }: MergeRules, tuplesHaveOwnKeys: boolean): string[] {
  const prefix = `concat(${literal(state)}, '|', year_month, '|', payer_slug, '|', billing_class, '|') AS prefix`;
  const suffix = `concat('|', negotiated_type, '|', negotiation_arrangement, '|', expiration_date, '|') AS suffix`;
  // where each rate is the double nearest to its own four decimals, a decimal cast prints the same, in half the time
  const rateText = tuplesHaveOwnKeys
    ? 'CAST(CAST(negotiated_rate AS DECIMAL(18, 4)) AS VARCHAR)'
    : `printf('%.4f', negotiated_rate)`;
  const key = `md5(concat(prefix, code_prefix, pg_prefix, pos_set_id, suffix, ${rateText}, '|', g.provider_group_id_raw))`;
  const facts = `SELECT c.ref AS context, ${key} AS fact_uid, ${literal(state)} AS state, ${nonBlank('c.year_month')} AS year_month, c.payer_slug,
      ${nonBlank('c.billing_class')} AS billing_class, code_type, code.code, pg_uid, pos_set_id,
      ${nonBlank('c.negotiated_type')} AS negotiated_type, ${nonBlank('c.negotiation_arrangement')} AS negotiation_arrangement,
      negotiated_rate, ${nonBlank('c.expiration_date')} AS expiration_date,
      ${nonBlank('g.provider_group_id_raw')} AS provider_group_id_raw, ${nonBlank('c.reporting_entity_name')} AS reporting_entity_name
    FROM tuple
    JOIN (SELECT *, ${prefix}, ${suffix} FROM context) c ON c.ref = tuple.context
    JOIN (SELECT *, concat(code_type, '|', code, '|') AS code_prefix FROM code) code ON code.ref = tuple.code
    JOIN pos_set_key ON pos_set_key.ref = tuple.pos_set
    JOIN (SELECT *, concat(pg_uid, '|') AS pg_prefix FROM rates_group) g ON g.context = tuple.context AND g.provider = tuple.provider`;
  const cheapestFirst = 'PARTITION BY fact_uid ORDER BY negotiated_rate, reporting_entity_name NULLS LAST';
  const oneEach = tuplesHaveOwnKeys ? '' : ` QUALIFY row_number() OVER (${cheapestFirst}) = 1`;
  return [
    `CREATE OR REPLACE TEMP VIEW candidate_fact_rate AS ${facts}`,
    `CREATE OR REPLACE TEMP VIEW incoming_fact_rate AS SELECT * FROM candidate_fact_rate${oneEach}`,
  ];
}

/** The slices (state, payer, month) that the input holds, blank months as null. */
export function collectSlices({ state }: MergeRules): string {
  return `CREATE TEMP TABLE slice AS SELECT DISTINCT ${literal(state)} AS state, payer_slug, ${nonBlank('year_month')} AS year_month FROM context`;
}

const inSlice =
  'e.state = s.state AND e.payer_slug = s.payer_slug AND e.year_month IS NOT DISTINCT FROM s.year_month';

/**
 * A view of the facts that are of the incoming slices: a key holds state, payer and month, so that no others can have it. By literals
 * row groups of others are passed over.
 */
export function viewFactsInSlices(slices: readonly Partition[]): string {
  const [only, ...others] = slices;
  const rows =
    only && others.length === 0
      ? `SELECT * FROM existing_fact_rate WHERE ${list(Object.entries(only).map(isValue), ' AND ')}`
      : `SELECT e.* FROM existing_fact_rate e SEMI JOIN slice s ON ${inSlice}`;
  return `CREATE TEMP VIEW fact_in_slice AS ${rows}`;
}

const isValue = ([column, text]: readonly [string, string | null]): string =>
  `${identifier(column)} ${text === null ? 'IS NULL' : `= ${literal(text)}`}`;

export const countFactsInSlices = 'SELECT count(*) AS rows FROM fact_in_slice';

/** The columns of facts that are all of their context's. */
const contextTexts = [
  'year_month',
  'payer_slug',
  'billing_class',
  'negotiated_type',
  'negotiation_arrangement',
  'expiration_date',
  'reporting_entity_name',
];

export const countContexts = 'SELECT count(*) AS contexts FROM context';

/**
 * What facts have of their contexts: `ref`, the state, and texts, each as the hexadecimal digits of its bytes: the
 * library drops a byte order mark that a text begins with.
 */
export const selectContexts = ({ state }: MergeRules): string =>
  `SELECT ref, hex(${literal(state)}) AS state, ${list(contextTexts.map((column) => `hex(${nonBlank(column)}) AS ${column}`))} FROM context`;

export const selectIncomingFacts = (columns: readonly string[]): string =>
  `SELECT ${list(columns.map(identifier))} FROM incoming_fact_rate`;

/** Notes the first and the last code that come in: row groups without one between them need not be read. */
export const noteCodes: readonly string[] = [
  'SET VARIABLE first_code = (SELECT min(code) FROM code)',
  'SET VARIABLE last_code = (SELECT max(code) FROM code)',
];

/** Incoming facts whose key is not there yet. A key holds the code, too: no other fact can have it. */
export const selectNewFacts = (columns: readonly string[], bucket: Bucket): string =>
  `SELECT ${list(columns.map(identifier))} FROM incoming_fact_rate n ANTI JOIN
  (SELECT fact_uid FROM fact_in_slice
    WHERE code BETWEEN getvariable('first_code') AND getvariable('last_code') AND ${inBucket(bucket, 'code_type', 'code')}) old
  ON n.fact_uid = old.fact_uid`;

/** The facts that `replace` leaves. */
export const selectFactsOutsideSlices = `SELECT * FROM existing_fact_rate e ANTI JOIN slice s ON ${inSlice}`;

/** Writes a query's rows to a parquet file. Level 1 of zstd: half the time of the default for a tenth more bytes. */
export function copyToParquet(query: string, path: string, rowGroupRows: number): string {
  const options = `FORMAT PARQUET, COMPRESSION ZSTD, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${rowGroupRows}`;
  return `COPY (${query}) TO ${literal(path)} (${options})`;
}

/** The staged rejects of all chunks as one file. */
export function copyRejects(files: readonly string[], path: string, rowGroupRows: number): string {
  return copyToParquet(`SELECT * FROM ${parquet(files)}`, path, rowGroupRows);
}

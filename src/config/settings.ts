import { z } from 'zod';
import { checkNames, severities } from '../tables/checks.js';
import { factLayouts } from '../tables/partitions.js';
import { tables } from '../tables/tables.js';
import { stateCodes } from './states.js';

/** Every setting: what it may be, its default, and one line of why. Drives parsing, messages and documentation. */
export interface Setting {
  readonly schema: z.ZodType;
  readonly fallback: unknown;
  /** What a value must be, to end the sentence "expected …". */
  readonly expected: string;
  readonly why: string;
  /** What people write instead of a value that it takes. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

export const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;

/** MiB that a run needs at least. */
export const leastMemoryMb = 256;

const wholeNumber = (least: number, most: number) => z.number().int().min(least).max(most);

/** A folder below the data root: no way out of it. */
const folderBelow = z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0]+$/);

/** A folder as this machine has it: an address would make a folder called `s3a:`. */
const mountedFolder = z.string().regex(/^(?![A-Za-z][A-Za-z0-9+.-]*:\/\/)[^\0]+$/);

/** An address, without a way out of it. */
const folderOfCluster = z.string().regex(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?!.*(?:^|\/)\.\.(?:\/|$))[^\0]+$/);

const fileName = z.string().regex(/^[^/\\\0]+\.parquet$/);

const pattern = z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0]+\.parquet$/);

const toUpperCase = (text: string) => text.toUpperCase();

// checked before it is upper-cased: ß would become two letters
const upperCased = z
  .string()
  .regex(/^[A-Za-z]{2}$/)
  .transform(toUpperCase);

const month = z.string().regex(/^20[0-9]{2}(0[1-9]|1[0-2])$/);

/** Words in any case; spelled out, because a pattern of JSON Schema has no flag for it. */
const inAnyCase = (words: readonly string[]) => {
  const letters = (word: string) =>
    word.replaceAll(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`);
  return new RegExp(`^(?:${words.map(letters).join('|')})$`);
};

const schemas = {
  state: upperCased,
  // YAML reads 202508 as a number
  period: z.union([z.literal('latest'), month, wholeNumber(200_001, 209_912).transform(String).pipe(month)]),
  payer_slug_override: z.union([z.null(), z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)]),
  data_root: mountedFolder,
  input_dir: z.string().regex(/^[^\0]+$/),
  dims_dir: folderBelow,
  xrefs_dir: folderBelow,
  gold_dir: folderBelow,
  rates_file_pattern: pattern,
  providers_file_pattern: pattern,
  dim_code_file: fileName,
  dim_payer_file: fileName,
  dim_provider_group_file: fileName,
  dim_pos_set_file: fileName,
  xref_pg_npi_file: fileName,
  xref_pg_tin_file: fileName,
  fact_rate_file: fileName,
  fact_layout: z.enum(factLayouts),
  target_part_mb: wholeNumber(1, 100_000),
  providers: z.enum(['required', 'optional']),
  empty_pos_set: z.enum(['', 'none']),
  provider_group_scope: z.enum(['payer', 'month']),
  dimension_conflict: z.enum(['fill', 'update']),
  mode: z.enum(['upsert', 'replace']),
  max_reject_ratio: z.number().min(0).max(1),
  on_chunk_error: z.enum(['skip', 'abort']),
  chunk_size: z.union([z.literal('auto'), wholeNumber(1, 100_000_000)]),
  memory_limit_mb: wholeNumber(leastMemoryMb, 16_777_216),
  threads: z.union([z.null(), wholeNumber(1, 1024)]),
  engine: z.enum(['embedded', 'spark']),
  spark_master: z.union([z.null(), z.string().regex(/^[^\0\s]+$/)]),
  spark_submit: z.union([z.null(), z.string().regex(/^[^\0]+$/)]),
  spark_catalog: z.union([z.null(), z.string().regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$/)]),
  spark_root: z.union([z.null(), folderOfCluster]),
  spark_conf: z.record(
    z.string().regex(/^spark\.[^\s=\0]+$/),
    z.union([z.string(), z.number(), z.boolean()]),
  ),
  spark_wait_minutes: wholeNumber(1, 10_080),
  validate_max_rate: z.number().positive(),
  validate_max_percentage: z.number().positive(),
  validate_severities: z.partialRecord(z.enum(checkNames), z.enum([...severities, 'off'])),
  log_level: z.union([
    z.enum(logLevels),
    z.string().regex(inAnyCase(logLevels)).transform(toUpperCase).pipe(z.enum(logLevels)),
  ]),
  log_format: z.enum(['text', 'json']),
  log_file: z.string().regex(/^[^\0]+$/),
  log_max_mb: wholeNumber(1, 1_000_000),
  log_files: wholeNumber(1, 1_000),
} as const;

export type SettingName = keyof typeof schemas;

/** The settings of a run, as resolved. */
export type Settings = { readonly [Name in SettingName]: z.output<(typeof schemas)[Name]> };

/** Settings as a program may give them, any of them. */
export type SettingInputs = {
  readonly [Name in SettingName]?: z.input<(typeof schemas)[Name]> | undefined;
};

export const settingsSchema = z.strictObject(schemas);

const described: Readonly<Record<SettingName, Omit<Setting, 'schema'>>> = {
  state: {
    fallback: 'GA',
    expected: 'two letters',
    why: 'the state whose rates are loaded; part of every fact key',
    synonyms: stateCodes,
  },
  period: {
    fallback: 'latest',
    expected: 'a month as yyyymm, or latest',
    why: 'month of the files; latest takes the newest month that has both files',
  },
  payer_slug_override: {
    fallback: null,
    expected: 'null, or lower-case letters and digits with single dashes between them',
    why: 'names the payer in every key, instead of the slug of reporting_entity_name',
  },
  data_root: {
    fallback: 'data',
    expected: 'a folder as this machine has it; an address such as s3a:// goes to spark_root',
    why: 'inputs and outputs are below it',
  },
  input_dir: {
    fallback: 'input',
    expected:
      'a folder below data_root, an absolute one, or with engine spark an address such as s3a://bucket/in',
    why: 'where the input files are',
  },
  dims_dir: { fallback: 'dims', expected: 'a folder below data_root', why: 'where the dimensions go' },
  xrefs_dir: {
    fallback: 'xrefs',
    expected: 'a folder below data_root',
    why: 'where the cross-references go',
  },
  gold_dir: { fallback: 'gold', expected: 'a folder below data_root', why: 'where the facts go' },
  rates_file_pattern: {
    fallback: '{period}_{payer}_{state}_rates.parquet',
    expected: 'a name ending in .parquet, with {payer}, {state}, {period} and * as you like',
    why: 'names of rates files in input_dir',
  },
  providers_file_pattern: {
    fallback: '{period}_{payer}_{state}_providers.parquet',
    expected: 'a name ending in .parquet, with {payer}, {state}, {period} and * as you like',
    why: 'names of providers files in input_dir',
  },
  ...outputFiles(),
  fact_layout: {
    fallback: 'single',
    expected: 'single or partitioned',
    why: 'single keeps facts in one file; partitioned in folders by state, payer and month, of which a load writes only its own',
  },
  target_part_mb: {
    fallback: 128,
    expected: 'a whole number from 1 to 100,000',
    why: 'MiB that a part of a partition is to have at most, about',
  },
  providers: {
    fallback: 'required',
    expected: 'required or optional',
    why: 'whether a payer without a providers file is an error',
  },
  empty_pos_set: {
    fallback: '',
    expected: '"" or none',
    why: 'what is hashed for an empty set of service codes',
  },
  provider_group_scope: {
    fallback: 'payer',
    expected: 'payer or month',
    why: 'whether a provider group id means the same group in every month',
  },
  dimension_conflict: {
    fallback: 'fill',
    expected: 'fill or update',
    why: 'fill keeps what a dimension row has and fills blanks; update takes the new values',
  },
  mode: {
    fallback: 'upsert',
    expected: 'upsert or replace',
    why: 'replace drops the facts of the months in the input first, for a corrected file',
  },
  max_reject_ratio: {
    fallback: 0.1,
    expected: 'a number from 0 to 1',
    why: 'share of rejected rows beyond which nothing is published',
  },
  on_chunk_error: {
    fallback: 'skip',
    expected: 'skip or abort',
    why: 'skip leaves out rows that cannot be read, publishes the others and says so; abort publishes nothing',
  },
  chunk_size: {
    fallback: 50_000,
    expected: 'a whole number from 1 to 100,000,000, or auto',
    why: 'rows of a chunk, of which several are reduced at once where memory allows',
  },
  memory_limit_mb: {
    fallback: 8192,
    expected: `a whole number from ${leastMemoryMb} to 16,777,216`,
    why: 'memory that the run may take, in MiB; in a container at most nine tenths of its memory',
  },
  threads: {
    fallback: null,
    expected: 'null for every core, or a whole number from 1 to 1,024',
    why: 'threads of Polars and of DuckDB',
  },
  engine: {
    fallback: 'embedded',
    expected: 'embedded or spark',
    why: 'what does the work: this machine alone, or Apache Spark, which needs fact_layout partitioned',
  },
  spark_master: {
    fallback: null,
    expected: 'null for what Spark itself is set to, or a master as spark-submit takes it',
    why: 'the cluster that engine spark uses',
  },
  spark_submit: {
    fallback: null,
    expected: 'null for that of SPARK_HOME or on the PATH, or a program',
    why: 'the spark-submit that engine spark is started with',
  },
  spark_catalog: {
    fallback: null,
    expected: 'null for files, or a catalog and a namespace, such as lake.etl1',
    why: 'where engine spark keeps the tables in Iceberg, whatever fact_layout is',
  },
  spark_root: {
    fallback: null,
    expected: 'null for data_root, or an address, such as s3a://lake/etl1',
    why: 'where engine spark keeps the tables, and what it needs while it runs',
  },
  spark_conf: {
    fallback: {},
    expected: 'keys that begin with spark., each with its value',
    why: 'passed on to spark-submit; in a variable as spark.executor.memory=8g,spark.executor.cores=4',
  },
  spark_wait_minutes: {
    fallback: 60,
    expected: 'a whole number from 1 to 10,080',
    why: 'for so long engine spark waits for its cluster, at a time; then the load ends with exit code 75',
  },
  validate_max_rate: {
    fallback: 1_000_000,
    expected: 'a number above 0',
    why: 'rates over it are told by etl1 validate, as rate_huge',
  },
  validate_max_percentage: {
    fallback: 100,
    expected: 'a number above 0',
    why: 'percentages over it are told by etl1 validate, as percentage_out_of_range',
  },
  validate_severities: {
    fallback: {},
    expected: 'checks, each with error, warning, info or off',
    why: 'how much checks of etl1 validate matter; in a variable as rate_zero=off,npi_invalid=error',
  },
  log_level: {
    fallback: 'INFO',
    expected: 'DEBUG, INFO, WARNING, ERROR or CRITICAL',
    why: 'least severity that is logged',
    synonyms: { trace: 'DEBUG', warn: 'WARNING', fatal: 'CRITICAL' },
  },
  log_format: {
    fallback: 'text',
    expected: 'text or json',
    why: 'what stderr gets: text for people, or JSON lines for collectors; log files are always JSON lines',
  },
  log_file: {
    fallback: 'logs/etl1_scalable.log',
    expected: 'a file',
    why: 'the log; errors and performance go to files beside it',
  },
  log_max_mb: {
    fallback: 20,
    expected: 'a whole number from 1 to 1,000,000',
    why: 'MiB of a log file beyond which it is set aside, under its name with the time in it',
  },
  log_files: {
    fallback: 5,
    expected: 'a whole number from 1 to 1,000',
    why: 'how many files that were set aside are kept, of each of the three logs',
  },
};

function outputFiles() {
  const setting = (name: string) => ({
    fallback: tables.find((table) => table.name === name)?.file ?? '',
    expected: 'a file name ending in .parquet, without a folder',
    why: `file of ${name}`,
  });
  return {
    dim_code_file: setting('dim_code'),
    dim_payer_file: setting('dim_payer'),
    dim_provider_group_file: setting('dim_provider_group'),
    dim_pos_set_file: setting('dim_pos_set'),
    xref_pg_npi_file: setting('xref_pg_npi'),
    xref_pg_tin_file: setting('xref_pg_tin'),
    fact_rate_file: setting('fact_rate'),
  };
}

export const settingNames = Object.keys(schemas).filter(isSettingName);

/** Whether a text is the name of a setting. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(schemas, name);
}

/** All there is to know of one setting. */
export function settingNamed(name: SettingName): Setting {
  return { schema: schemas[name], ...described[name] };
}

import { tableNamed } from './tables.js';

/**
 * How facts are kept in partitions: a folder for each state, payer and month, named as Hive does, so that DuckDB, Polars, Spark,
 * Trino and Athena know what is in it without a look. A fact's key holds all three (data contract, section 4): facts of
 * one key are in one partition.
 */

/** The ways to keep facts: in one file, or in partitions. */
export const factLayouts = ['single', 'partitioned'] as const;

export type FactLayout = (typeof factLayouts)[number];

/** What tells partitions apart: the month is null where the input gives none. */
export interface Partition {
  readonly state: string;
  readonly payer_slug: string;
  readonly year_month: string | null;
}

/** In the order of their folders. */
export const partitionColumns = ['state', 'payer_slug', 'year_month'] as const;

/** What Hive writes for null. */
const nullName = '__HIVE_DEFAULT_PARTITION__';

/** The columns that part files have: the others are in the names of their folders, as Hive and all who follow it have it. */
export const partColumns = tableNamed('fact_rate').columns.filter(
  ({ name }) => !partitionColumns.some((column) => column === name),
);

/** The folder of a partition below that of the dataset. No value needs an escape: slugs and months are of plain letters. */
export function partitionFolder(partition: Partition): string {
  return partitionColumns.map((column) => `${column}=${partition[column] ?? nullName}`).join('/');
}

/** What a file system takes as the name of a folder. */
const mostLetters = 255;

/** How long a slug may be that a folder is named after. */
export const mostSlugLetters = mostLetters - 'payer_slug='.length;

const folderPattern = /^state=([A-Z]{2})\/payer_slug=([a-z0-9-]+)\/year_month=([^/]+)$/;

/** The partition that a folder holds; null where it is none. */
export function partitionIn(folder: string): Partition | null {
  const [, state, slug, month] = folderPattern.exec(folder) ?? [];
  if (state === undefined || slug === undefined || month === undefined) return null;
  return { state, payer_slug: slug, year_month: month === nullName ? null : month };
}

/** The list of all parts, in the folder of the dataset. Its underscore hides it from Spark, Hive and Trino. */
export const catalogName = '_manifest.json';

/** The list of the parts of facts that are not kept in a single file, by the path of that. */
export function listInsteadOf(file: string): string {
  return `${file.replace(/\.parquet$/, '')}/${catalogName}`;
}

/** The folder of a dataset, by the path of its list; null where the path is that of a single file. */
export function datasetOf(path: string): string | null {
  return /^(.*)[\\/]_manifest\.json$/.exec(path)?.[1] ?? null;
}

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load.js';
import type { SettingName, Settings } from '../../src/config/settings.js';
import type { Outputs } from './compare-keys.js';
import { readDataset } from './fixture.js';
import { quoteText, withDatabase } from './fixture-database.js';
import { readOutputs } from './load-pair.js';

/** Facts in partitions below a data root, by default. */
export const datasetIn = (dataRoot: string): string => join(dataRoot, 'gold', 'fact_rate');

/** What the settings are that flags leave at their defaults. */
export function settingsOf(flags: Readonly<Partial<Record<SettingName, unknown>>>): Settings {
  const environment = { settings: new Map(), configFile: undefined, noColor: true };
  return loadConfig({ flags, environment, file: '/dev/null' }).settings;
}

/** The paths of all part files of a dataset, whatever its list says. */
export function partsThere(dataset: string): string[] {
  if (!existsSync(dataset)) return [];
  return readdirSync(dataset, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => name.replaceAll(sep, '/'))
    .sort();
}

/** The seven outputs of a data root whose facts are in partitions. */
export async function readPartitionedOutputs(dataRoot: string): Promise<Outputs> {
  const dataset = datasetIn(dataRoot);
  const facts = partsThere(dataset).length > 0 ? (await readDataset(dataset)).rows : [];
  return readOutputs(dataRoot, facts);
}

const listSchema = z.object({
  format: z.literal(1),
  table: z.literal('fact_rate'),
  rows: z.number(),
  bytes: z.number(),
  files: z.array(
    z.object({ path: z.string(), rows: z.number(), bytes: z.number(), content_sha256: z.string() }),
  ),
});

/** What the list of parts says, in the way of {@link describeDataset}. */
export function readList(dataset: string) {
  return listSchema.parse(JSON.parse(readFileSync(join(dataset, '_manifest.json'), 'utf8')));
}

/** What the list of parts has to say of the files that are there. */
export async function describeDataset(dataset: string): Promise<z.output<typeof listSchema>> {
  const paths = partsThere(dataset);
  const counts = await countRows(paths.map((path) => join(dataset, path)));
  const files = paths.map((path) => {
    const content = readFileSync(join(dataset, path));
    return {
      path,
      rows: counts.get(join(dataset, path)) ?? 0,
      bytes: content.length,
      content_sha256: createHash('sha256').update(content).digest('hex'),
    };
  });
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return {
    format: 1,
    table: 'fact_rate',
    rows: sum(files.map(({ rows }) => rows)),
    bytes: sum(files.map(({ bytes }) => bytes)),
    files,
  };
}

/** How many rows each file has, by its path. */
async function countRows(paths: readonly string[]): Promise<Map<string, number>> {
  if (paths.length === 0) return new Map();
  const rows = await queryRows(
    `SELECT file_name, num_rows FROM parquet_file_metadata([${paths.map(quoteText).join(', ')}])`,
  );
  return new Map(rows.map((row) => [String(row['file_name']), Number(row['num_rows'])]));
}

/** The rows that a query gives, in a database of its own. */
export async function queryRows(query: string): Promise<Record<string, unknown>[]> {
  return withDatabase(async (connection) => (await connection.runAndReadAll(query)).getRowObjects());
}

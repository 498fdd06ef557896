import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { catalogOf, makeCatalog, writeCatalog } from '../../src/pipeline/catalog.js';
import { adopt, findPartitions } from '../../src/pipeline/open-parts.js';
import { partColumns } from '../../src/tables/partitions.js';
import type { OutputRow } from '../model/tables.js';
import { quoteName } from './fixture-database.js';
import { makeFact } from './sound-outputs.js';
import { selectRows, writeQueries } from './write-outputs.js';

/** A partition, and another of the month after. */
export const august = 'state=GA/payer_slug=acme/year_month=2025-08';
export const september = 'state=GA/payer_slug=acme/year_month=2025-09';

/** Facts that their codes tell apart. */
export const factsOf = (codes: readonly string[], values: OutputRow = {}): OutputRow[] =>
  codes.map((code) => makeFact({ code, ...values }));

/** Writes facts as a part, without the columns that folders tell. */
export async function writePart(path: string, facts: readonly OutputRow[]): Promise<void> {
  const columns = partColumns.map(({ name }) => quoteName(name)).join(', ');
  await mkdir(dirname(path), { recursive: true });
  await writeQueries({ [path]: `SELECT ${columns} FROM (${selectRows('fact_rate', facts)})` });
}

/** Writes the list of the parts that are there. */
export async function listParts(dataset: string): Promise<void> {
  const parts = [];
  for (const partition of await findPartitions(dataset)) parts.push(...(await adopt(dataset, partition)));
  await mkdir(dataset, { recursive: true });
  await writeCatalog(catalogOf(dataset), makeCatalog(parts));
}

/** Writes a dataset: for each partition the codes of the facts of each part. */
export async function writeDataset(
  dataset: string,
  partitions: Readonly<Record<string, readonly (readonly string[])[]>>,
): Promise<void> {
  for (const [folder, parts] of Object.entries(partitions)) {
    const [, year_month = ''] = /year_month=(.*)$/.exec(folder) ?? [];
    for (const [number, codes] of parts.entries())
      await writePart(join(dataset, folder, `part-a-${number}.parquet`), factsOf(codes, { year_month }));
  }
  await listParts(dataset);
}

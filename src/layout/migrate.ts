import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { readPartitions } from '../load/merge-partitions.js';
import { waitingName, write } from '../load/merge-table.js';
import { rowsOfParts, selectFacts, selectShare, slicesOf } from '../load/partition-sql.js';
import { sizeOf } from '../load/publish.js';
import { parquet } from '../load/sql.js';
import { digestContent } from '../parquet/digest-content.js';
import { type CatalogPart, catalogOf, makeCatalog, readCatalog, writeCatalog } from '../pipeline/catalog.js';
import { checkSlug } from '../pipeline/check-slug.js';
import { factPaths, layoutThere } from '../pipeline/fact-layout.js';
import { findPartitions, openListed } from '../pipeline/open-parts.js';
import { readOutputFooter } from '../pipeline/output-footer.js';
import { describeFile } from '../pipeline/snapshot.js';
import { type FactLayout, type Partition, partitionFolder, partitionIn } from '../tables/partitions.js';
import { checkSame } from './check-same.js';
import { type Facts, withFacts } from './with-facts.js';

/** What a conversion came to. */
export interface Migration {
  readonly status: 'migrated' | 'unchanged';
  readonly layout: FactLayout;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  /** Where the facts are now. */
  readonly path: string;
}

const step = 'migrating';

/**
 * Keeps the facts that are there another way. What was written is compared with what is there before it takes its place,
 * and what was there goes after that: at any moment one of both is whole. Throws `input` where there are no facts, `data`
 * where something else has changed them, and what a run throws that publishes.
 */
export async function migrate(settings: Settings, to: FactLayout, signal: AbortSignal): Promise<Migration> {
  const from = layoutThere(settings.data_root, settings);
  const paths = factPaths(settings.data_root, settings);
  if (!existsSync(paths[from])) {
    throw new EtlError('input', `${paths[from]}: no facts are there`, {
      step,
      hint: `\`fact_layout: ${to}\` is all that is needed before the first load; \`--data-root\` names another folder`,
    });
  }
  return withFacts(settings, { step, signal }, async (facts) => {
    const there = layoutThere(settings.data_root, settings);
    if (there === to) return describe('unchanged', to, facts);
    await checkRoom(to === 'single' ? facts.file : facts.dataset);
    await (to === 'single' ? makeSingle(facts) : makePartitioned(facts));
    return describe('migrated', to, facts);
  });
}

async function describe(
  status: Migration['status'],
  layout: FactLayout,
  { file, dataset }: Facts,
): Promise<Migration> {
  if (layout === 'single') {
    const { rows } = await readOutputFooter(file, { step });
    return { status, layout, rows, files: 1, bytes: await sizeOf(file), path: file };
  }
  const { rows = 0, bytes = 0, files = [] } = (await readCatalog(catalogOf(dataset))) ?? {};
  return { status, layout, rows, files: files.length, bytes, path: dataset };
}

/** Facts are put where nothing is, or an empty folder. */
async function checkRoom(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (!found || (found.isDirectory() && (await readdir(path)).length === 0)) return;
  throw new EtlError('data', `${path}: is in the way; expected nothing there`, {
    step,
    hint: 'move it away, then run the same command again',
  });
}

async function makePartitioned(facts: Facts): Promise<void> {
  const { database, file, dataset, waiting, publish } = facts;
  const next = join(waiting, 'new');
  await mkdir(next, { recursive: true });
  const parts: CatalogPart[] = [];
  for (const { partition, rows } of await readPartitions(database, slicesOf(parquet([file]))))
    parts.push(...(await writeParts(facts, next, checkedPartition(partition, file), rows)));
  const made = rowsOfParts(parts.map(({ path }) => join(next, path)));
  await checkSame(database, parquet([file]), made, step);
  await writeCatalog(catalogOf(next), makeCatalog(parts));
  await publish(
    [
      { waiting: next, path: dataset },
      { waiting: file, path: join(waiting, 'old.parquet'), isAside: true },
    ],
    { waiting: catalogOf(next), path: catalogOf(dataset), from: file },
  );
}

/** A file that something else wrote may hold what no folder can be named after. */
function checkedPartition(partition: Partition, file: string): Partition {
  checkSlug(partition, step);
  if (isDeepStrictEqual(partitionIn(partitionFolder(partition)), partition)) return partition;
  throw new EtlError(
    'data',
    `${file}: no partition can be made of ${JSON.stringify(partition)}; expected a state, a payer slug and a month as etl1 writes them`,
    { step, hint: 'mend those rows, or go on with `fact_layout: single`' },
  );
}

/** Writes the facts of a partition, in as many parts as their size asks for. */
async function writeParts(
  { database, file, id, partRows, rowGroupRows }: Facts,
  next: string,
  partition: Partition,
  rows: number,
): Promise<CatalogPart[]> {
  const of = Math.ceil(rows / partRows);
  const parts: CatalogPart[] = [];
  for (let number = 0; number < of; number += 1) {
    const path = `${partitionFolder(partition)}/part-${id}-${number}.parquet`;
    const place = join(next, path);
    const written = await write(database, selectShare(file, partition, { number, of }), place, rowGroupRows);
    const state = describeFile(place);
    if (state) parts.push({ path, rows: written, ...state, content_sha256: await digestContent(place) });
  }
  return parts;
}

async function makeSingle({
  database,
  file,
  dataset,
  waiting,
  id,
  rowGroupRows,
  publish,
}: Facts): Promise<void> {
  const rows = rowsOfParts(await openAll(dataset));
  const made = waitingName(join(waiting, 'fact_rate.parquet'), id);
  await mkdir(dirname(made), { recursive: true });
  await write(database, selectFacts(rows), made, rowGroupRows);
  await checkSame(database, rows, parquet([made]), step);
  const table = { waiting: made, path: file };
  await publish([table, { waiting: dataset, path: join(waiting, 'old'), isAside: true }], {
    ...table,
    from: catalogOf(dataset),
  });
}

/** The paths of all parts, of which each is as it was left. */
async function openAll(dataset: string): Promise<string[]> {
  const catalog = await readCatalog(catalogOf(dataset));
  if (!catalog) throw new RangeError(`${dataset} has no list of parts`);
  const listed = catalog.files.map(({ path }) => dirname(path));
  const paths: string[] = [];
  for (const folder of new Set([...listed, ...(await findPartitions(dataset))]))
    paths.push(...(await openListed(dataset, folder, catalog)).map(({ path }) => join(dataset, path)));
  return paths;
}

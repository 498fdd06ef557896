import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { placeIn } from '../config/address.js';
import { EtlError } from '../errors.js';
import type { Merged } from '../load/merge.js';
import { type MergedTable, type Partitioning, waitingName } from '../load/merge-table.js';
import type { Waiting } from '../load/publish.js';
import { digestContent } from '../parquet/digest-content.js';
import { datasetOf, partitionFolder } from '../tables/partitions.js';
import { type Catalog, catalogOf, makeCatalog, readCatalog, writeCatalog } from './catalog.js';
import { checkSlug } from './check-slug.js';
import { adopt, findPartitions, listedIn, openListed } from './open-parts.js';
import { localOutputs, type OutputFiles } from './output-files.js';
import { placeParts } from './place-parts.js';
import type { Plan } from './plan.js';

/** What was merged, and the parts of partitions that are to be put in place with it. */
export interface Placed extends Merged {
  readonly parts: readonly Waiting[];
}

/** Facts that are kept in partitions, while a run adds to them. */
export interface Dataset extends OpenPartitions {
  readonly place: (merged: Merged) => Promise<Placed>;
  readonly removeWaiting: () => Promise<void>;
}

/** Opens the partitions that a plan adds facts to; null where facts are one file. The caller holds the lock on publishing. */
export async function openDataset(
  plan: Pick<Plan, 'outputs' | 'acceptsOutputs' | 'partRows'>,
  id: string,
): Promise<Dataset | null> {
  const path = plan.outputs.find(({ table }) => table === 'fact_rate')?.path ?? '';
  const dataset = datasetOf(path);
  if (dataset === null) return null;
  const waiting = waitingName(dataset, id);
  const open = await openPartitions(dataset, waiting, plan);
  return {
    ...open,
    place: async (merged) => {
      const { files: parts, catalog: next } = await placeParts(merged.partitions, open.listed(), {
        dataset,
        waiting,
        id,
      });
      const tables = await Promise.all(
        merged.tables.map((table) => (table.table === 'fact_rate' ? list(table, next, id) : table)),
      );
      return { ...merged, tables, parts };
    },
    removeWaiting: () => rm(waiting, { recursive: true, force: true }),
  };
}

/** The partitions of facts, while a run adds to them, wherever they are. */
export interface OpenPartitions extends Partitioning {
  /** The parts that were asked for until now. */
  readonly opened: readonly string[];
  /** The list of all parts; with those that were asked for as they are, where whatever is there is accepted. */
  readonly listed: () => Catalog;
}

/** Opens the partitions of a dataset. Throws `data` where something else has changed their list, and `output`. */
export async function openPartitions(
  dataset: string,
  waiting: string,
  { acceptsOutputs, partRows }: Pick<Plan, 'acceptsOutputs' | 'partRows'>,
  files: OutputFiles = localOutputs,
): Promise<OpenPartitions> {
  let catalog = await openCatalog(dataset, acceptsOutputs, files);
  const opened: string[] = [];
  return {
    ...{ waiting, opened, partRows },
    listed: () => catalog,
    partsOf: async (partition) => {
      checkSlug(partition, 'merging');
      const folder = partitionFolder(partition);
      if (acceptsOutputs) catalog = await renew(catalog, dataset, folder, files);
      const listed = await openListed(dataset, folder, catalog, files);
      const parts = listed.map((part) => placeIn(dataset, part.path));
      opened.push(...parts);
      return parts;
    },
  };
}

/** The list of parts. Where there is none, but parts are, they are taken as they are if `adopts`. Throws `data`. */
async function openCatalog(dataset: string, adopts: boolean, files: OutputFiles): Promise<Catalog> {
  const catalog = await readCatalog(catalogOf(dataset), files);
  if (catalog) return catalog;
  const [first, ...others] = await findPartitions(dataset, files);
  if (first === undefined) return makeCatalog([]);
  if (!adopts) {
    throw new EtlError(
      'data',
      `${catalogOf(dataset)}: is gone, though there are ${others.length + 1} partitions; expected the list of their parts`,
      {
        step: 'checking outputs',
        hint: 'put it back from a backup; or make it anew of what is there with `--force`',
      },
    );
  }
  const parts = [];
  for (const partition of [first, ...others]) parts.push(...(await adopt(dataset, partition, files)));
  return makeCatalog(parts);
}

/** The list with the parts of a partition as they are now. */
async function renew(
  catalog: Catalog,
  dataset: string,
  partition: string,
  files: OutputFiles,
): Promise<Catalog> {
  const listed = listedIn(catalog, partition);
  const others = catalog.files.filter((part) => !listed.includes(part));
  return makeCatalog([...others, ...(await adopt(dataset, partition, files))]);
}

/** Writes the list beside its place, if it changes; what the table has is counted over all partitions. */
async function list(facts: MergedTable, next: Catalog, id: string): Promise<MergedTable> {
  const counted = { ...facts, kept: next.rows - facts.inserted, total: next.rows };
  const before = await readCatalog(facts.path);
  if (before && isDeepStrictEqual(before, next)) return counted;
  const waiting = waitingName(facts.path, id);
  await mkdir(dirname(waiting), { recursive: true });
  await writeCatalog(waiting, next);
  return { ...counted, waiting, digest: await digestContent(waiting) };
}

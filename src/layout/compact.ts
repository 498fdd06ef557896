import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { groupByRows } from '../load/merge-partitions.js';
import type { NewPart } from '../load/merge-table.js';
import { waitingName, write } from '../load/merge-table.js';
import { rowsOfPartition, selectPart } from '../load/partition-sql.js';
import { digestContent } from '../parquet/digest-content.js';
import { type Catalog, catalogOf, readCatalog, writeCatalog } from '../pipeline/catalog.js';
import { layoutThere } from '../pipeline/fact-layout.js';
import { openListed } from '../pipeline/open-parts.js';
import { placeParts } from '../pipeline/place-parts.js';
import { type Partition, partitionFolder, partitionIn } from '../tables/partitions.js';
import { checkSame } from './check-same.js';
import { type Facts, withFacts } from './with-facts.js';

/** What became of the partitions whose parts were joined. */
export interface Compaction {
  readonly partitions: number;
  readonly compacted: readonly CompactedPartition[];
}

export interface CompactedPartition {
  readonly partition: string;
  readonly rows: number;
  readonly parts_before: number;
  readonly parts: number;
  readonly bytes_before: number;
  readonly bytes: number;
}

const step = 'compacting';

/**
 * Joins small parts of each partition that has some, one partition after the other: each is whole before and after, and one
 * that was done stays done. Throws `config` where facts are one file, and what a run throws that publishes.
 */
export async function compact(
  settings: Settings,
  observe: (partition: string) => void,
  signal: AbortSignal,
): Promise<Compaction> {
  return withFacts(settings, { step, signal }, async (facts) => {
    if (layoutThere(settings.data_root, settings) === 'single') {
      throw new EtlError(
        'config',
        'facts are one file, which has no parts to join; expected fact_layout: partitioned',
        {
          step,
          hint: '`etl1 migrate --to partitioned` converts them',
        },
      );
    }
    let catalog = await readCatalog(catalogOf(facts.dataset));
    if (!catalog) {
      throw new EtlError('input', `${catalogOf(facts.dataset)}: no facts are there`, {
        step,
        hint: '`etl1 --payer <name>` loads a payer; `--data-root` names another folder',
      });
    }
    const folders = [...new Set(catalog.files.map(({ path }) => dirname(path)))];
    const compacted: CompactedPartition[] = [];
    for (const folder of folders) {
      signal.throwIfAborted();
      const partition = partitionIn(folder);
      const groups = partition ? await groupParts(facts, folder, catalog) : null;
      if (!partition || !groups) continue;
      observe(folder);
      const before = groups.flat();
      const parts = await writeGroups(facts, partition, groups);
      const waiting = join(facts.waiting, String(compacted.length));
      catalog = await publishParts({ ...facts, waiting }, partition, parts, catalog);
      const bytes = catalog.files.filter(({ path }) => dirname(path) === folder);
      compacted.push({
        partition: folder,
        rows: sum(before.map(({ rows }) => rows)),
        parts_before: before.length,
        parts: parts.length,
        bytes_before: sum(before.map((part) => part.bytes)),
        bytes: sum(bytes.map((part) => part.bytes)),
      });
    }
    return { partitions: folders.length, compacted };
  });
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** A part by its whole path. */
interface SizedPart {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** The parts of a partition by what is to be one; null where they are few enough. */
async function groupParts(
  { dataset, partRows }: Facts,
  folder: string,
  catalog: Catalog,
): Promise<SizedPart[][] | null> {
  const listed = await openListed(dataset, folder, catalog);
  const parts = listed.map(({ path, rows, bytes }) => ({ path: join(dataset, path), rows, bytes }));
  const groups = groupByRows(parts, partRows);
  return groups.length < parts.length ? groups : null;
}

async function writeGroups(
  { database, waiting, rowGroupRows }: Facts,
  partition: Partition,
  groups: readonly (readonly SizedPart[])[],
): Promise<NewPart[]> {
  const folder = join(waiting, partitionFolder(partition));
  await mkdir(folder, { recursive: true });
  const parts: NewPart[] = [];
  for (const [number, group] of groups.entries()) {
    const path = join(folder, `${number}.part`);
    const sources = group.map((part) => part.path);
    const [only] = sources;
    if (only !== undefined && sources.length === 1) await copyFile(only, path);
    else await write(database, selectPart(sources), path, rowGroupRows);
    const rows = await checkSame(
      database,
      `(${rowsOfPartition(partition, sources)})`,
      `(${rowsOfPartition(partition, [path])})`,
      step,
    );
    parts.push({ waiting: path, rows, digest: await digestContent(path) });
  }
  return parts;
}

async function publishParts(
  { dataset, waiting, id, publish }: Facts,
  partition: Partition,
  parts: readonly NewPart[],
  before: Catalog,
): Promise<Catalog> {
  const changes = [{ partition, replaces: true, parts }];
  const { files, catalog } = await placeParts(changes, before, { dataset, waiting, id });
  const path = catalogOf(dataset);
  const list = { waiting: waitingName(path, id), path };
  await writeCatalog(list.waiting, catalog);
  await publish([...files, list], { ...list, from: path });
  return catalog;
}

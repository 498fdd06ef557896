import { copyFile, link, mkdir, rename } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { NewPart, PartitionChange } from '../load/merge-table.js';
import { syncAll, type Waiting } from '../load/publish.js';
import { catalogName, partitionFolder } from '../tables/partitions.js';
import { type Catalog, type CatalogPart, catalogOf, makeCatalog, writeCatalog } from './catalog.js';
import { listedIn } from './open-parts.js';
import { describeFile } from './snapshot.js';

/** Where parts are put. */
export interface Place {
  readonly dataset: string;
  /** The folder beside it where parts wait, and where those go that are replaced. */
  readonly waiting: string;
  /** Tells the parts of one run from those of all others. */
  readonly id: string;
}

/** What is to be renamed, and the list of the parts that are then there. */
export interface Placement {
  readonly files: readonly Waiting[];
  readonly catalog: Catalog;
}

/**
 * Gives new parts their names. Where parts are replaced, the folder takes the place of the whole one that is there: whoever lists
 * folders sees the one or the other, and never some parts of both.
 */
export async function placeParts(
  changes: readonly PartitionChange[],
  catalog: Catalog,
  place: Place,
): Promise<Placement> {
  const files: Waiting[] = [];
  const added: CatalogPart[] = [];
  const replaced = new Set<CatalogPart>();
  for (const [number, { partition, replaces, parts }] of changes.entries()) {
    if (parts.length === 0) continue;
    const folder = partitionFolder(partition);
    const named = parts.map((part, index) => ({ ...part, name: `part-${place.id}-${index}.parquet` }));
    added.push(...named.map((part) => describePart(part, `${folder}/${part.name}`)));
    const there = replaces ? listedIn(catalog, folder) : [];
    for (const part of there) replaced.add(part);
    const path = join(place.dataset, folder);
    if (there.length === 0)
      files.push(...named.map(({ waiting, name }) => ({ waiting, path: join(path, name) })));
    else files.push(await fillFolder(named, join(place.waiting, `new-${number}`), path));
  }
  const kept = catalog.files.filter((part) => !replaced.has(part));
  if (replaced.size > 0) files.unshift(await keepListed([...replaced], kept, place));
  return { files, catalog: makeCatalog([...kept, ...added]) };
}

function describePart({ waiting, rows, digest }: NewPart, path: string): CatalogPart {
  // a file keeps its state when it is renamed
  const state = describeFile(waiting);
  if (!state) throw new RangeError(`${waiting} is gone`);
  return { path, rows, ...state, content_sha256: digest };
}

interface NamedPart extends NewPart {
  readonly name: string;
}

/** Puts parts into a folder that is to take the place of a partition's. */
async function fillFolder(parts: readonly NamedPart[], waiting: string, path: string): Promise<Waiting> {
  await mkdir(waiting, { recursive: true });
  for (const part of parts) await rename(part.waiting, join(waiting, part.name));
  return { waiting, path, mark: parts[0]?.name };
}

/**
 * Gives parts that are replaced names in a folder of their own too, and writes the list that names them there: it is published before
 * the first part, so that whoever follows the list finds all that was there until the last is in its place.
 */
async function keepListed(
  replaced: readonly CatalogPart[],
  others: readonly CatalogPart[],
  { dataset, waiting }: Place,
): Promise<Waiting> {
  const folder = join(waiting, 'before');
  const kept: CatalogPart[] = [];
  for (const part of replaced) {
    const path = join(folder, part.path);
    await mkdir(dirname(path), { recursive: true });
    // not every file system has links
    await link(join(dataset, part.path), path).catch(() => copyFile(join(dataset, part.path), path));
    kept.push({ ...part, path: relative(dataset, path).replaceAll(sep, '/') });
  }
  await syncAll(folder);
  const list = join(waiting, catalogName);
  await writeCatalog(list, makeCatalog([...others, ...kept]));
  return { waiting: list, path: catalogOf(dataset) };
}

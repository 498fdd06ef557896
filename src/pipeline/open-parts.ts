import { isDeepStrictEqual } from 'node:util';
import { placeIn } from '../config/address.js';
import { EtlError } from '../errors.js';
import { partColumns, partitionIn } from '../tables/partitions.js';
import type { Catalog, CatalogPart } from './catalog.js';
import { describeColumns, describeFound } from './check-outputs.js';
import { localOutputs, type OutputFiles } from './output-files.js';

const step = 'checking outputs';
const hint =
  'put it back from a backup; or take what is there as it is with `--force`, and load every payer again that is in it';

/** The names of the parts in a folder: nothing is read of other files, as no reader does. Throws `output`. */
export async function partsIn(folder: string, files: OutputFiles = localOutputs): Promise<string[]> {
  const names = await files.namesIn(folder);
  return names.filter((name) => name.endsWith('.parquet') && !/^[._]/.test(name)).sort();
}

/** The folders of all partitions of a dataset. Throws `output`. */
export async function findPartitions(dataset: string, files: OutputFiles = localOutputs): Promise<string[]> {
  let folders = [''];
  for (const column of ['state=', 'payer_slug=', 'year_month=']) {
    const deeper = await Promise.all(
      folders.map(async (folder) => {
        const names = await files.namesIn(placeIn(dataset, folder));
        return names
          .filter((name) => name.startsWith(column))
          .map((name) => (folder ? `${folder}/${name}` : name));
      }),
    );
    folders = deeper.flat();
  }
  return folders.filter((folder) => partitionIn(folder) !== null).sort();
}

/** What the list says of a partition. */
export function listedIn({ files }: Catalog, partition: string): CatalogPart[] {
  return files.filter(({ path }) => path.startsWith(`${partition}/`));
}

/**
 * What tells that the parts of a partition are not those of the list; null where they are. A part that has its time is the
 * same, as it is for make; any other is read whole.
 */
export async function findDifference(
  dataset: string,
  partition: string,
  listed: readonly CatalogPart[],
  files: OutputFiles = localOutputs,
): Promise<string | null> {
  const names = await partsIn(placeIn(dataset, partition), files);
  const there = new Set(names.map((name) => `${partition}/${name}`));
  for (const part of listed) {
    const path = placeIn(dataset, part.path);
    if (!there.delete(part.path))
      return `${path}: is gone; expected the part of ${part.bytes} bytes that is in the list of parts`;
    const found = await files.stateOf(path);
    const { bytes, mtime_ns, footer_sha256, content_sha256 } = part;
    if (isDeepStrictEqual(found, { bytes, mtime_ns, footer_sha256 })) continue;
    if (
      found?.bytes !== bytes ||
      found.footer_sha256 !== footer_sha256 ||
      (await files.digestOf(path)) !== content_sha256
    )
      return `${path}: was changed by something else; expected the part of ${bytes} bytes that is in the list of parts`;
  }
  const [unknown] = there;
  return unknown === undefined
    ? null
    : `${placeIn(dataset, unknown)}: is not in the list of parts; expected none but those that loads wrote`;
}

/** The parts of a partition, of which all are in the list. Throws `data` where something else has changed them, or `output`. */
export async function openListed(
  dataset: string,
  partition: string,
  catalog: Catalog,
  files: OutputFiles = localOutputs,
): Promise<CatalogPart[]> {
  const listed = listedIn(catalog, partition);
  const difference = await findDifference(dataset, partition, listed, files);
  if (difference !== null) throw new EtlError('data', difference, { step, hint });
  return listed;
}

/** The parts of a partition as they are, whatever the list says. Throws `data` where one is no part of facts, or `output`. */
export async function adopt(
  dataset: string,
  partition: string,
  files: OutputFiles = localOutputs,
): Promise<CatalogPart[]> {
  const parts: CatalogPart[] = [];
  for (const name of await partsIn(placeIn(dataset, partition), files)) {
    const path = `${partition}/${name}`;
    const file = placeIn(dataset, path);
    const { columns, rows } = await files.footerOf(file, {
      step,
      refuse: (reason, cause) => refusal(file, reason, cause),
    });
    const [found, expected] = [describeFound(columns), describeColumns(partColumns)];
    if (found !== expected) throw refusal(file, `found the columns ${found}; expected ${expected}`);
    const state = await files.stateOf(file);
    if (state) parts.push({ path, rows, ...state, content_sha256: await files.digestOf(file) });
  }
  return parts;
}

function refusal(file: string, reason: string, cause?: unknown): EtlError {
  return new EtlError('data', `${file} is in the way: it is no part of fact_rate: ${reason}`, {
    step,
    hint: 'move that file away, then run the same command again',
    cause,
  });
}

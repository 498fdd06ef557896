import { isDeepStrictEqual } from 'node:util';
import { placeIn } from '../config/address.js';
import type { Merged } from '../load/merge.js';
import { together } from '../load/together.js';
import { type Catalog, makeCatalog } from '../pipeline/catalog.js';
import { listedIn } from '../pipeline/open-parts.js';
import type { OutputFiles } from '../pipeline/output-files.js';
import type { Snapshot } from '../pipeline/snapshot.js';
import { partitionFolder } from '../tables/partitions.js';
import type { TableName } from '../tables/tables.js';
import type { Left, Placing } from './placing.js';

/** What a load found at a root. */
export interface RootBefore {
  readonly address: string;
  readonly dataset: string;
  readonly catalog: Catalog;
  /** The state of what is there, by table. */
  readonly found: Snapshot['outputs'];
  /** How the newest load left it; null where none is known. */
  readonly left: Left | null;
}

/** What is to be placed at a root for what was merged: dimensions and cross-references, then parts, then their list. */
export async function makePlacing(
  { tables, partitions }: Pick<Merged, 'tables' | 'partitions'>,
  before: RootBefore,
  id: string,
  outputs: OutputFiles,
): Promise<Placing> {
  const { address, dataset, catalog: there, found } = before;
  const fromRoot = (path: string) => path.slice(placeIn(address, '').length);
  const stateOf = async (waiting: string) => {
    const state = await outputs.stateOf(waiting);
    if (!state) throw new RangeError(`${waiting} is gone`);
    return state;
  };
  const written = tables.map(async ({ waiting, path }) =>
    waiting === null
      ? []
      : [{ waiting: fromRoot(waiting), path: fromRoot(path), state: await stateOf(waiting) }],
  );
  const changed = partitions.filter(({ parts }) => parts.length > 0);
  const parts = changed.flatMap(({ partition, parts }) =>
    parts.map(async ({ waiting, rows, digest }, number) => {
      const path = `${partitionFolder(partition)}/part-${id}-${number}.parquet`;
      const state = await stateOf(waiting);
      const file = { waiting: fromRoot(waiting), path: fromRoot(placeIn(dataset, path)), state };
      return { file, part: { path, rows, ...state, content_sha256: digest } };
    }),
  );
  const [files, added] = await together(together(...written), together(...parts));
  const replaced = changed.flatMap(({ partition, replaces }) =>
    replaces ? listedIn(there, partitionFolder(partition)) : [],
  );
  const kept = there.files.filter((part) => !replaced.includes(part));
  const catalog = makeCatalog([...kept, ...added.map(({ part }) => part)]);
  const stays = Boolean(found['fact_rate']?.found) && isDeepStrictEqual(catalog, there);
  const held = tables.filter(({ table }) => stays || table !== 'fact_rate');
  const contents = held.map(async ({ table, path, digest }) => ({
    path: fromRoot(path),
    content_sha256: digest ?? knownDigest(before, fromRoot(path), table) ?? (await outputs.digestOf(path)),
  }));
  return {
    ...{ format: 1, run_id: id },
    files: [...files.flat(), ...added.map(({ file }) => file)],
    list: stays ? null : { folder: fromRoot(dataset), catalog },
    removed: replaced.map(({ path }) => fromRoot(placeIn(dataset, path))),
    outputs: await together(...contents),
  };
}

/** The sha256 of a file that stays as the newest load left it, so that it is not read again. */
function knownDigest({ found, left }: RootBefore, path: string, table: TableName): string | undefined {
  const known = left?.outputs.find((output) => output.path === path);
  return known && isDeepStrictEqual(known.left, found[table]?.found) ? known.content_sha256 : undefined;
}

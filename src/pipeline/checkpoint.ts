import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EtlError, hintFor, isDiskTrouble, messageOf } from '../errors.js';
import { isStagedWhole } from '../load/stage.js';
import type { SourceName } from '../sources/sources.js';
import type { StagedBatch } from './staged-batch.js';
import {
  askedToStartOver,
  identityName,
  listBatches,
  readNote,
  type StagingIdentity,
  whyUseless,
} from './staging-identity.js';

/** What is there to go on with. */
export interface Checkpoint {
  /** Batches by the number of their first chunk. */
  readonly batches: Readonly<Record<SourceName, ReadonlyMap<number, StagedBatch>>>;
  /** Why staged chunks that were there are of no use; null where there were none, or they are used. */
  readonly discarded: string | null;
}

const none = { rates: new Map(), providers: new Map() };

/**
 * Makes a staging folder ready: keeps the batches that an interrupted run of the same identity left, and removes everything else.
 * The caller holds the lock of the slice. Throws `output`.
 */
export async function openCheckpoint(
  folder: string,
  identity: StagingIdentity,
  mayResume: boolean,
): Promise<Checkpoint> {
  try {
    const found = mayResume ? await resume(folder, identity) : askedToStartOver;
    if (typeof found !== 'string') return { batches: found, discarded: null };
    const wasThere = await removeFolder(folder);
    await begin(folder, identity);
    return { batches: none, discarded: wasThere ? found : null };
  } catch (cause) {
    if (!isDiskTrouble(cause)) throw cause;
    const message = `${folder}: cannot be made ready: ${messageOf(cause)}`;
    throw new EtlError('output', message, { step: 'preparing the staging', hint: hintFor(cause), cause });
  }
}

/** What is there to go on with, or why nothing is. */
async function resume(folder: string, identity: StagingIdentity): Promise<Batches | string> {
  const useless = await whyUseless(folder, identity);
  if (useless !== null) return useless;
  const batches = await readBatches(folder);
  if (typeof batches !== 'string') await removeAllBut(folder, batches);
  return batches;
}

async function begin(folder: string, identity: StagingIdentity): Promise<void> {
  for (const source of ['rates', 'providers'] as const)
    await mkdir(join(folder, source), { recursive: true });
  const path = join(folder, identityName);
  await writeFile(`${path}.part`, JSON.stringify(identity));
  await rename(`${path}.part`, path);
}

/** Its identity goes first, so that a folder that is half removed is not gone on with. Gives whether there was one. */
async function removeFolder(folder: string): Promise<boolean> {
  const isThere = (await readdir(folder).catch(() => [])).length > 0;
  await rm(join(folder, identityName), { force: true });
  await rm(folder, { recursive: true, force: true });
  return isThere;
}

type Batches = Readonly<Record<SourceName, Map<number, StagedBatch>>>;

/** All batches that are there; a text says which is of no use, and then none is, since others may hold texts by its codes. */
async function readBatches(folder: string): Promise<Batches | string> {
  const batches: Batches = { rates: new Map(), providers: new Map() };
  for (const source of ['rates', 'providers'] as const) {
    for (const name of await listBatches(folder, source)) {
      const batch = await readBatch(join(folder, source, name));
      if (!batch) return `${source}/${name} is damaged`;
      batches[source].set(Number(name), batch);
    }
  }
  return batches;
}

async function readBatch(folder: string): Promise<StagedBatch | null> {
  const note = await readNote(folder);
  return note && (await isStagedWhole(folder, note.relations)) ? { folder, note } : null;
}

/** Removes what an interrupted run was about to make. */
async function removeAllBut(folder: string, batches: Batches): Promise<void> {
  for (const name of await readdir(folder)) {
    if (![identityName, 'rates', 'providers'].includes(name))
      await rm(join(folder, name), { recursive: true, force: true });
  }
  for (const source of ['rates', 'providers'] as const) {
    const kept = new Set([...batches[source].values()].map((batch) => batch.folder));
    for (const name of await readdir(join(folder, source))) {
      const path = join(folder, source, name);
      if (!kept.has(path)) await rm(path, { recursive: true, force: true });
    }
  }
}

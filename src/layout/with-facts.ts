import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Settings } from '../config/settings.js';
import { Database } from '../load/db.js';
import { explainUnreadable } from '../load/explain-unreadable.js';
import { waitingName } from '../load/merge-table.js';
import { finishPublishing, isPublishing, type Journal, publish, type Waiting } from '../load/publish.js';
import { makeBudget, rowsOfPart } from '../pipeline/budget.js';
import { catalogOf, readCatalog } from '../pipeline/catalog.js';
import { checkOutputs } from '../pipeline/check-outputs.js';
import { checkUntouched } from '../pipeline/check-untouched.js';
import { journalFile, publishLock } from '../pipeline/data-root.js';
import { factPaths, layoutThere } from '../pipeline/fact-layout.js';
import { Lock, makeHolder } from '../pipeline/lock.js';
import { recordRewritten } from '../pipeline/rewritten.js';
import { makeRunId } from '../pipeline/run-id.js';
import { describeFile } from '../pipeline/snapshot.js';
import { sweepWaiting } from '../pipeline/sweep.js';
import { datasetOf } from '../tables/partitions.js';

/** Facts that are written another way, while nobody else can publish. */
export interface Facts {
  readonly database: Database;
  /** The single file that holds facts, or would. */
  readonly file: string;
  /** The folder of partitions, or where it would be. */
  readonly dataset: string;
  /** A folder beside both for files that wait to be published, and for what they replace. */
  readonly waiting: string;
  readonly id: string;
  readonly partRows: number;
  readonly rowGroupRows: number;
  /** Puts written files in their places, as one, and records the one among them that stands for the table. */
  readonly publish: (files: readonly Waiting[], table: Written) => Promise<void>;
}

/** A file that is written, and the place it is to have. */
interface Written {
  readonly waiting: string;
  readonly path: string;
  /** What stood for the table until then. */
  readonly from: string;
}

/**
 * Does work on the facts of a data root under the lock of those who publish, after what a run that died was about to put
 * in place. What waits and was not published is gone afterwards.
 */
export async function withFacts<T>(
  settings: Settings,
  { step, signal }: { readonly step: string; readonly signal: AbortSignal },
  work: (facts: Facts) => Promise<T>,
): Promise<T> {
  const dataRoot = resolve(settings.data_root);
  const { single: file, partitioned } = factPaths(dataRoot, settings);
  const dataset = datasetOf(partitioned) ?? partitioned;
  const now = new Date();
  const id = makeRunId(now);
  const waiting = waitingName(dataset, id);
  const journal: Journal = { path: journalFile(dataRoot), root: dataRoot };
  const { databaseMb: memoryMb, threads, rowGroupRows } = makeBudget(settings, []);
  const holder = makeHolder(id, step, now);
  await using _publishing = await Lock.takeInTurn(publishLock(dataRoot), holder, signal, () => {});
  await finishPublishing(journal);
  await sweepWaiting({ dataRoot, outputs: [], facts: settings });
  await checkThere(settings);
  // named as a file that waits is: the next run sweeps what one that was killed has spilled
  const temporaryFolder = waitingName(file, id);
  using database = await Database.open({ memoryMb, threads, temporaryFolder }, signal, step);
  const facts: Facts = {
    ...{ database, file, dataset, waiting, id, rowGroupRows },
    partRows: rowsOfPart(settings.target_part_mb),
    publish: async (files, table) => publish([...files, await recordRewritten(dataRoot, id, table)], journal),
  };
  try {
    return await work(facts);
  } catch (cause) {
    throw await explainUnreadable(database, await filesOf(facts), { step, cause });
  } finally {
    // what a journal names is put in its place by the next run
    if (!(await isPublishing(journal))) await rm(waiting, { recursive: true, force: true });
  }
}

/** The files that hold facts, be it one or many. */
async function filesOf({ file, dataset }: Facts): Promise<string[]> {
  const catalog = await readCatalog(catalogOf(dataset));
  const parts = catalog?.files.map(({ path }) => join(dataset, path)) ?? [];
  return existsSync(file) ? [file, ...parts] : parts;
}

/** Refuses facts that something else has changed since a run left them: what is made of them would be as good. Throws `data`. */
async function checkThere(settings: Settings): Promise<void> {
  const dataRoot = resolve(settings.data_root);
  const path = factPaths(dataRoot, settings)[layoutThere(dataRoot, settings)];
  const found = describeFile(path);
  if (!found) return;
  await checkOutputs([{ table: 'fact_rate', path, exists: true }]);
  await checkUntouched(dataRoot, { fact_rate: { path, found } });
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { datasetOf } from '../tables/partitions.js';
import { journalFile, placingFile, stagingRoot } from './data-root.js';
import { findUnchanged } from './find-unchanged.js';
import type { InputFiles } from './input-files.js';
import { type LoadRequest, type Location, locate, rootOf } from './locate.js';
import type { Manifest } from './manifest.js';
import type { OutputFiles } from './output-files.js';
import type { Plan } from './plan.js';
import { readManifests } from './read-manifests.js';
import { readRewritten } from './rewritten.js';
import { lookAtRoot, type Snapshot, takeSnapshot } from './snapshot.js';
import type { ChunkFailure } from './staged-batch.js';

/** What is known of a load before a library is loaded that reads parquet. */
export interface Preparation {
  readonly request: LoadRequest;
  readonly location: Location;
  readonly snapshot: Snapshot;
  /** The run that has done all of it already; null where there is something to do. */
  readonly unchanged: Manifest | null;
  /** The rows that such a run left out, and that alone are to be loaded; null for all. */
  readonly only: readonly ChunkFailure[] | null;
  /** Records of runs that cannot be read, each in words. */
  readonly problems: readonly string[];
  readonly force: boolean;
  readonly files: InputFiles;
}

export interface PrepareOptions {
  /** How inputs are looked at. */
  readonly files: InputFiles;
  /** How outputs at addresses are looked at. */
  readonly outputs: () => Promise<OutputFiles>;
  /** Loads also what was loaded before, and onto outputs that something else changed. */
  readonly force: boolean;
  /** Whether nothing may be written, not even what a run that died was about to publish. */
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
}

/** Finds the files of a load, and out whether it was done before. Throws `input`, `output` or `data`. */
export async function prepareLoad(
  request: LoadRequest,
  { files, outputs, force, isDryRun, signal }: PrepareOptions,
): Promise<Preparation> {
  // not before: a conversion that died half way has moved the facts once it is finished
  if (!isDryRun) await finishInterrupted(request, signal);
  const location = await locate(request, files);
  const snapshot = await takeSnapshot(location, request.settings, files);
  const problems: string[] = [];
  const manifests = readManifests(location.dataRoot, (problem) => problems.push(problem));
  // what a catalog holds is not known without a session: such a load merges, and finds that there is nothing to write
  const isUnknown = force || request.settings.spark_catalog !== null;
  const before = isUnknown ? null : await findDone(request, location, { snapshot, manifests, outputs });
  const left = before?.summary.failed_chunks ?? [];
  return {
    ...{ request, location, snapshot, problems, force, files },
    unchanged: left.length > 0 ? null : before,
    only: left.length > 0 ? left : null,
  };
}

interface Known extends Pick<PrepareOptions, 'outputs'> {
  readonly snapshot: Snapshot;
  readonly manifests: Iterable<Manifest>;
}

/** The run that has done a load already, of which all is there still; null where there is none. */
async function findDone(
  { settings }: LoadRequest,
  { dataRoot }: Location,
  { snapshot, manifests, outputs }: Known,
): Promise<Manifest | null> {
  const root = rootOf(settings);
  const files = root && (await outputs());
  // a run finishes what one that died was placing
  if (root && (await files?.stateOf(placingFile(root.address)))) return null;
  const states = root && files ? await lookAtRoot(root.outputs, files) : snapshot.outputs;
  const found = findUnchanged({ ...snapshot, outputs: states }, manifests, readRewritten(dataRoot));
  return found && (await arePartsUntouched(found, states, files ?? undefined)) ? found : null;
}

/**
 * Whether the partitions that a run was about are as the list of parts says, or all where it does not tell which those
 * were: what is elsewhere is no matter of its own.
 */
async function arePartsUntouched(
  run: Manifest,
  states: Snapshot['outputs'],
  files?: OutputFiles,
): Promise<boolean> {
  const { path } = states['fact_rate'] ?? { path: '' };
  const dataset = datasetOf(path);
  if (dataset === null) return true;
  const { readCatalog } = await import('./catalog.js');
  const { findDifference, findPartitions, listedIn } = await import('./open-parts.js');
  const catalog = await readCatalog(path, files);
  if (!catalog) return false;
  const partitions = run.outputs['fact_rate']?.partitions ?? (await findPartitions(dataset, files));
  for (const partition of partitions)
    if ((await findDifference(dataset, partition, listedIn(catalog, partition), files)) !== null)
      return false;
  return true;
}

/** Decides how a load is done. Throws `input`, `data` or `output`. */
export async function planLoad({
  request,
  location,
  snapshot,
  only,
  force,
  files,
}: Preparation): Promise<Plan> {
  const { makePlan } = await import('./plan.js');
  // Spark reads files, not some rows of them: what is there already is found to be
  const rows = request.settings.engine === 'spark' ? null : only;
  return makePlan(request, location, { files, snapshot, only: rows, acceptsOutputs: force });
}

/** Removes what a run that died after it had published did not come to remove. */
export async function dropStaging({ location, request }: Preparation): Promise<void> {
  if (!existsSync(stagingRoot(location.dataRoot))) return;
  const { dropOwnStaging } = await import('./sweep.js');
  await dropOwnStaging({ ...location, facts: request.settings });
}

/** Puts in place what a run that died was about to, whichever payer's it was: else it would be loaded again. */
async function finishInterrupted({ payer, settings }: LoadRequest, signal: AbortSignal): Promise<void> {
  const dataRoot = resolve(settings.data_root);
  if (!existsSync(journalFile(dataRoot))) return;
  const { finishOthers } = await import('./finish-others.js');
  await finishOthers(dataRoot, payer, signal);
}

import { rename, rm } from 'node:fs/promises';
import { placeIn } from '../config/address.js';
import { partsIn } from '../pipeline/open-parts.js';
import { localOutputs, type OutputFiles } from '../pipeline/output-files.js';
import { clusterOutputs } from './cluster-outputs.js';
import type { FileSystems } from './file-systems.js';

/** The parquet files that Spark left in a folder, in the order of their names: those of its own book-keeping are not among them. */
export async function filesIn(folder: string, files: OutputFiles): Promise<string[]> {
  return (await partsIn(folder, files)).map((name) => placeIn(folder, name));
}

/** The one file of a folder that Spark was to write as one. */
export async function onlyFileIn(folder: string, files: OutputFiles): Promise<string> {
  const [file, ...others] = await filesIn(folder, files);
  if (file === undefined || others.length > 0)
    throw new RangeError(`${folder}: expected one file, found ${file === undefined ? 0 : others.length + 1}`);
  return file;
}

/** Gives that file another name, and removes the folder. */
export async function takeOnlyFile(folder: string, path: string): Promise<void> {
  await rename(await onlyFileIn(folder, localOutputs), path);
  await rm(folder, { recursive: true, force: true });
}

/** Copies the one file of a folder of a cluster to this machine. */
export async function fetchOnlyFile(cluster: FileSystems, folder: string, path: string): Promise<void> {
  await cluster.fetch(await onlyFileIn(folder, clusterOutputs(cluster)), path);
}

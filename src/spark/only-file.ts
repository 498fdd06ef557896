import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The parquet files that Spark left in a folder, in the order of their names: those of its own book-keeping are not among them. */
export async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith('.parquet') && !/^[._]/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** The one file of a folder that Spark was to write as one. */
export async function onlyFileIn(folder: string): Promise<string> {
  const [file, ...others] = await filesIn(folder);
  if (file === undefined || others.length > 0)
    throw new RangeError(`${folder}: expected one file, found ${file === undefined ? 0 : others.length + 1}`);
  return file;
}

/** Gives that file another name, and removes the folder. */
export async function takeOnlyFile(folder: string, path: string): Promise<void> {
  await rename(await onlyFileIn(folder), path);
  await rm(folder, { recursive: true, force: true });
}

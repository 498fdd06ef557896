import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EtlError, messageOf } from '../errors.js';

/** Runs work with a folder of its own for temporary files, which is gone afterwards, come what may. */
export async function withTemporaryFolder<T>(
  { name, step }: { readonly name: string; readonly step: string },
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await makeFolder(name, step);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeFolder(name: string, step: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), `etl1-${name}-`));
  } catch (cause) {
    throw new EtlError('output', `no folder can be made in ${tmpdir()}: ${messageOf(cause)}`, {
      step,
      hint: 'name a folder with room in the variable TMPDIR',
      cause,
    });
  }
}

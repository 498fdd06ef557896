import { statfs } from 'node:fs/promises';
import { EtlError } from '../errors.js';
import { nearestThere } from './check-folder.js';
import type { Plan } from './plan.js';

const mb = 2 ** 20;

/** Bytes of staged files and of new rows in outputs, as a share of the inputs' bytes: published files come to 0.6 to 1.6, rows in no order to 2.1. */
const inputShare = 2.5;

/** Bytes that a run may take for the time that it runs: what it stages, and a copy of each output that it changes. */
export function estimateBytes({
  sources,
  snapshot,
  root,
}: Pick<Plan, 'sources' | 'snapshot' | 'root'>): number {
  // all of it is where the cluster has its files; room for copies of damaged inputs is looked for when it comes to that
  if (root) return 0;
  const files = [...sources.rates.files, ...sources.providers.files];
  const inputs = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const outputs = Object.values(snapshot.outputs).reduce((sum, { found }) => sum + (found?.bytes ?? 0), 0);
  return inputs * inputShare + outputs;
}

/** Bytes that a run may take, and bytes that the disk has left; null where the file system does not tell. */
export interface DiskSpace {
  readonly needed: number;
  readonly free: number | null;
}

type Spacious = Pick<Plan, 'dataRoot' | 'sources' | 'snapshot' | 'root'>;

/** Compares what a run may take with what there is. */
export async function measureSpace(plan: Spacious): Promise<DiskSpace> {
  return { needed: estimateBytes(plan), free: await freeBytes(plan.dataRoot) };
}

/** Throws `output` where the disk surely has too little space for a run. */
export async function checkSpace(plan: Spacious): Promise<void> {
  const shortage = shortageOf(plan, await measureSpace(plan));
  if (shortage) throw shortage;
}

/** What a run is told that has too little space; null where there is enough. */
export function shortageOf(
  { dataRoot }: Pick<Plan, 'dataRoot'>,
  { needed, free }: DiskSpace,
): EtlError | null {
  if (free === null || free >= needed) return null;
  return new EtlError(
    'output',
    `${dataRoot}: no space for this load: the disk has ${(free / mb).toFixed(1)} MB left; it may take ${(needed / mb).toFixed(1)} MB while it runs; nothing was written`,
    { step: 'checking the disk', hint: 'free space, or choose another place with `--data-root`' },
  );
}

/** Throws `output` where the disk of a folder surely has too little space for a copy of a file. */
export async function checkRoom(
  folder: string,
  { path, bytes }: { readonly path: string; readonly bytes: number },
): Promise<void> {
  const free = await freeBytes(folder);
  if (free === null || free >= bytes) return;
  throw new EtlError(
    'output',
    `${folder}: no space for a copy of ${path}: the disk has ${(free / mb).toFixed(1)} MB left; it may take ${(bytes / mb).toFixed(1)} MB`,
    { step: 'checking the disk', hint: 'free space, or choose another place with `--data-root`' },
  );
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(nearestThere(folder));
    return bavail * bsize;
  } catch {
    return null;
  }
}

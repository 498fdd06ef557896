import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EtlError } from '../errors.js';
import type { Plan } from './plan.js';

const mb = 2 ** 20;

/** Bytes of staged files and of new rows in outputs, as a share of the inputs' bytes: published files come to 0.6 to 1.6. */
const inputShare = 2;

/** Bytes that a run may take for the time that it runs: what it stages, and a copy of each output that it changes. */
export function estimateBytes({ sources, snapshot }: Pick<Plan, 'sources' | 'snapshot'>): number {
  const files = [...sources.rates.files, ...sources.providers.files];
  const inputs = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const outputs = Object.values(snapshot.outputs).reduce((sum, { found }) => sum + (found?.bytes ?? 0), 0);
  return inputs * inputShare + outputs;
}

/** Throws `output` where the disk surely has too little space for a run. */
export async function checkSpace(plan: Pick<Plan, 'dataRoot' | 'sources' | 'snapshot'>): Promise<void> {
  const free = await freeBytes(plan.dataRoot);
  const needed = estimateBytes(plan);
  if (free === null || free >= needed) return;
  throw new EtlError(
    'output',
    `${plan.dataRoot}: the disk has ${Math.floor(free / mb)} MB left; this load may take ${Math.ceil(needed / mb)} MB while it runs; nothing was written`,
    { step: 'checking the disk', hint: 'free space, or choose another place with `--data-root`' },
  );
}

/** Null where the file system does not tell. */
async function freeBytes(folder: string): Promise<number | null> {
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    const { bavail, bsize } = await statfs(there);
    return bavail * bsize;
  } catch {
    return null;
  }
}

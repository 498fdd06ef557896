import { randomBytes } from 'node:crypto';

/** A name for a run that sorts by time and is not given twice. */
export function makeRunId(now: Date): string {
  const time = now.toISOString().replaceAll(/[-:]/g, '').replace(/\..*/, 'Z');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** What names of runs look like. */
export const runIdPattern = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

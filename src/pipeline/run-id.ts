import { randomBytes } from 'node:crypto';

/** A name for a run that sorts by time and is not given twice. */
export function makeRunId(now: Date): string {
  const time = now.toISOString().replaceAll(/[-:]/g, '').replace(/\..*/, 'Z');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

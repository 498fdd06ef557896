import { basename, dirname } from 'node:path';
import { placeIn } from '../config/address.js';
import { sliceName, stagingFolder } from '../pipeline/data-root.js';
import type { Plan } from '../pipeline/plan.js';

/** The folder at spark_root that is etl1's own: readers pass over what begins with a point. */
const own = '.etl1';

/** What is being placed: there only while files get their names. */
export function placingFile(address: string): string {
  return placeIn(address, `${own}/placing.json`);
}

/** How the newest load left the outputs, which tells a file that something else has changed. */
export function leftFile(address: string): string {
  return placeIn(address, `${own}/left.json`);
}

/** Where Spark writes what is needed only while a run lasts: the next run of the slice makes it anew. */
export function scratchOf(plan: Pick<Plan, 'root' | 'dataRoot' | 'payer' | 'state' | 'period'>): string {
  if (plan.root) return placeIn(plan.root.address, `${own}/${sliceName(plan)}`);
  return `${stagingFolder(plan.dataRoot, plan)}/spark`;
}

/** Where something waits to be put in its place: beside that, on this machine and at addresses. */
export function waitingAt(path: string, id: string): string {
  return placeIn(dirname(path), `.${basename(path)}.${id}`);
}

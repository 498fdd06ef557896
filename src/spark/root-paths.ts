import { placeIn } from '../config/address.js';
import { ownAt, type Slice, sliceName, stagingFolder } from '../pipeline/data-root.js';
import type { Plan } from '../pipeline/plan.js';

/** How the newest load left the outputs, which tells a file that something else has changed. */
export const leftFile = (address: string): string => ownAt(address, 'left.json');

/** Whose loads take turns at a root. */
export const ownerFile = (address: string): string => ownAt(address, 'owner.json');

/** What loads stage, a folder for each slice. */
export const stagedAt = (address: string): string => ownAt(address, 'staged');

/** What is staged of a slice, by whichever runs. */
export function scratchOfSlice(address: string, slice: Slice): string {
  return placeIn(stagedAt(address), sliceName(slice));
}

/** Where Spark writes what is needed only while a run lasts. */
export function scratchOf(plan: Slice & Pick<Plan, 'root' | 'dataRoot'>, id: string): string {
  // one that was killed may still have tasks that write
  if (plan.root) return placeIn(scratchOfSlice(plan.root.address, plan), id);
  return `${stagingFolder(plan.dataRoot, plan)}/spark`;
}

import { join } from 'node:path';
import { placeIn } from '../config/address.js';

/** What is loaded by one run at a time: a payer's files of a state and a month, in one data root. */
export interface Slice {
  readonly payer: string;
  readonly state: string;
  readonly period: string;
}

/** A name that no other slice has: a payer may hold underscores, what follows it may not. */
export function sliceName({ payer, state, period }: Slice): string {
  return `${payer}_${state}_${period}`;
}

const hidden = {
  staging: '.staging',
  locks: '.locks',
  journal: '.publishing.json',
  rewritten: '.rewritten.json',
  id: '.id',
} as const;

/** The folder of all that is staged. */
export function stagingRoot(dataRoot: string): string {
  return join(dataRoot, hidden.staging);
}

/** Where a slice is staged: the next run of the slice finds what the last one left. */
export function stagingFolder(dataRoot: string, slice: Slice): string {
  return join(stagingRoot(dataRoot), sliceName(slice));
}

/** The lock that a run of a slice holds, by the name of the slice. */
export function sliceLock(dataRoot: string, name: string): string {
  return join(dataRoot, hidden.locks, `${name}.lock`);
}

/** The lock that whoever changes outputs holds. The name is no slice's. */
export function publishLock(dataRoot: string): string {
  return join(dataRoot, hidden.locks, 'publish.lock');
}

/** What is being published: there only while files are renamed. */
export function journalFile(dataRoot: string): string {
  return join(dataRoot, hidden.journal);
}

/** What compact and migrate made of the facts. */
export function rewrittenFile(dataRoot: string): string {
  return join(dataRoot, hidden.rewritten);
}

/** Where the manifests of a data root are. */
export function runsFolder(dataRoot: string): string {
  return join(dataRoot, 'runs');
}

/** Where the rejected rows of all runs are. */
export function rejectsRoot(dataRoot: string): string {
  return join(dataRoot, 'rejects');
}

/** What tells a data root from others that use the same folder of a cluster. */
export function idFile(dataRoot: string): string {
  return join(dataRoot, hidden.id);
}

/** A file of etl1's own in the folder of a cluster: readers pass over what begins with a point. */
export function ownAt(address: string, name: string): string {
  return placeIn(address, `.etl1/${name}`);
}

/** What is being placed in the folder of a cluster: there only while files get their names. */
export function placingFile(address: string): string {
  return ownAt(address, 'placing.json');
}

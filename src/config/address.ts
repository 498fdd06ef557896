import { join, resolve } from 'node:path';

/** What begins with a scheme, such as `s3a://bucket/folder` or `file:///folder`: for a file system of a cluster to find. */
const address = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;

/** What to do about an address that the engine at hand does not take. */
export const addressHint = 'load it with `--engine spark` (docs/scaling.md), or mount it and name the folder';

/** Whether a path is an address, and not a path of this machine. */
export function isAddress(path: string): boolean {
  return address.test(path);
}

/** A file in a folder; node's own way would make one slash of the two of an address. */
export function placeIn(folder: string, file: string): string {
  if (!isAddress(folder)) return join(folder, file);
  return folder.endsWith('/') ? `${folder}${file}` : `${folder}/${file}`;
}

/** A path as it is from anywhere; an address is so already. */
export function placeOf(path: string, below = ''): string {
  return isAddress(path) ? path : resolve(below, path);
}

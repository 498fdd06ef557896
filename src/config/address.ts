/** What begins with a scheme, such as `s3a://bucket/folder` or `file:///folder`: for a file system of a cluster to find. */
const address = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;

/** What to do about an address that the engine at hand does not take. */
export const addressHint = 'load it with `--engine spark` (docs/scaling.md), or mount it and name the folder';

/** Whether a path is an address, and not a path of this machine. */
export function isAddress(path: string): boolean {
  return address.test(path);
}

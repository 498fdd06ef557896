import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EtlError, messageOf } from '../errors.js';

const step = 'checking outputs';

/** Checks that a folder is there or can be made, and can be written to. Throws `output`. */
export function checkFolder(folder: string): void {
  const there = nearestThere(folder);
  const hint = 'choose another with `--data-root`, or mend what is there';
  if (!statSync(there).isDirectory()) {
    const message = `${folder}: expected a folder, or a place to make one; found the file ${there}`;
    throw new EtlError('output', message, { step, hint });
  }
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new EtlError('output', `${folder}: cannot be written to: ${messageOf(cause)}`, {
      step,
      hint,
      cause,
    });
  }
}

/** A path, or the nearest folder above it that is there. */
export function nearestThere(path: string): string {
  let there = path;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  return there;
}

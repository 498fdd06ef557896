import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearestThere } from '../pipeline/check-folder.js';
import { logTrouble } from './log-trouble.js';

/** Checks that a log can be opened, without opening it. Throws `output` as a run would. */
export function checkLog(file: string): void {
  const path = resolve(file);
  try {
    const there = nearestThere(path);
    const isFolder = statSync(there).isDirectory();
    if (isFolder === (there === path)) throw new Error(`expected a file in a folder; found ${there}`);
    accessSync(there, isFolder ? constants.W_OK | constants.X_OK : constants.W_OK);
  } catch (cause) {
    throw logTrouble(file, cause);
  }
}

import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Settings } from '../config/settings.js';
import { EtlError, messageOf } from '../errors.js';
import { listInsteadOf } from '../tables/partitions.js';
import type { Table } from '../tables/tables.js';

const step = 'comparing';

/** A root as an absolute path. Throws `input` where it is no folder. */
export function checkRoot(root: string): string {
  const path = resolve(root);
  if (find(path)?.isDirectory()) return path;
  throw new EtlError('input', `${path}: expected a folder with outputs; found none`, {
    step,
    hint: '`etl1 compare <left-root> <right-root>`, each the data root of a load or a folder with its seven files',
  });
}

/**
 * Where a root has a table: in its folder, as etl1 publishes it, or flat in the root; of facts in partitions the list of their
 * parts; null where it has none. Throws `input` where it cannot be read.
 */
export function findTable(root: string, { folder, name }: Table, settings: Settings): string | null {
  const file = settings[`${name}_file`];
  const partitioned = name === 'fact_rate' ? [listInsteadOf(file)] : [];
  const places = [file, ...partitioned].flatMap((place) => [
    join(root, settings[folder], place),
    join(root, place),
  ]);
  return places.find((path) => find(path)?.isFile()) ?? null;
}

function find(path: string) {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found) accessSync(path, constants.R_OK);
    return found;
  } catch (cause) {
    throw new EtlError('input', `${path}: it cannot be read: ${messageOf(cause)}`, {
      step,
      hint: 'check the rights on it and on the folders above it',
      cause,
    });
  }
}

import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCodeOf } from '../errors.js';
import { concatenate } from '../parquet/concatenate.js';

/** A part of the fact table. */
export interface Part {
  readonly path: string;
  readonly rows: number;
}

/** Makes one file of the parts that have rows, or of a part without where none has. */
export async function joinParts(parts: readonly Part[], path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const filled = parts.filter(({ rows }) => rows > 0);
  const sources = filled.length > 0 ? filled : parts.slice(-1);
  const [only, ...others] = sources;
  if (only && others.length === 0 && (await moves(only.path, path))) return;
  await concatenate(
    sources.map((part) => part.path),
    path,
  );
}

/** Moves a file, unless the two places are on different file systems. */
async function moves(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (cause) {
    if (systemCodeOf(cause) === 'EXDEV') return false;
    throw cause;
  }
}

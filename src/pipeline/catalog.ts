import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { placeIn } from '../config/address.js';
import { EtlError, messageOf } from '../errors.js';
import { catalogName } from '../tables/partitions.js';
import { fileState } from './manifest.js';
import { localOutputs, type OutputFiles } from './output-files.js';

/**
 * The list of the parts of facts that are kept in partitions, beside their folders: readers who follow it see a load whole
 * or not at all. It also tells a part that something else has changed.
 */

const partSchema = fileState.extend({
  /** From the folder of the list, with slashes; while it is replaced, in a hidden folder beside that. */
  path: z.string().regex(/^(?:\.\.\/\.[^./][^/]*\/)?(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\0\\]+\.parquet$/),
  rows: z.number(),
  content_sha256: z.string(),
});

export const catalogSchema = z.object({
  format: z.literal(1),
  table: z.literal('fact_rate'),
  rows: z.number(),
  bytes: z.number(),
  files: z.array(partSchema),
});

/** A part of a partition, as it was left. */
export type CatalogPart = z.output<typeof partSchema>;
export type Catalog = z.output<typeof catalogSchema>;

const step = 'checking outputs';

/** The list of a dataset, by its folder. */
export function catalogOf(folder: string): string {
  return placeIn(folder, catalogName);
}

/** A list of parts, in the order of their paths. */
export function makeCatalog(parts: readonly CatalogPart[]): Catalog {
  const files = parts.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return {
    format: 1,
    table: 'fact_rate',
    rows: sum(files.map(({ rows }) => rows)),
    bytes: sum(files.map(({ bytes }) => bytes)),
    files,
  };
}

/** The list as it is; null where there is none. Throws `data` where it is not one, and `output`. */
export async function readCatalog(path: string, files: OutputFiles = localOutputs): Promise<Catalog | null> {
  const text = await files.textOf(path);
  if (text === null) return null;
  try {
    return catalogSchema.parse(JSON.parse(text));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : messageOf(cause);
    throw new EtlError('data', `${path} is in the way: it is no list of parts of fact_rate: ${reason}`, {
      step,
      hint: 'put it back from a backup, or remove it and run with `--force`, which makes it anew',
      cause,
    });
  }
}

export async function writeCatalog(path: string, catalog: Catalog): Promise<void> {
  await writeFile(path, catalogText(catalog));
}

/** In the order in which they are written. */
const partKeys = ['path', 'rows', 'bytes', 'mtime_ns', 'footer_sha256', 'content_sha256'];

/** A list as it stands in its file: a part on each line. */
export function catalogText(catalog: Catalog): string {
  const lines = catalog.files.map((file) => `    ${JSON.stringify(file, partKeys)}`).join(',\n');
  const { files: _, ...head } = catalog;
  const opening = JSON.stringify(head, null, 2).slice(0, -2);
  return `${opening},\n  "files": [${lines ? `\n${lines}\n  ` : ''}]\n}\n`;
}

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import { placeIn } from '../config/address.js';
import { EtlError, messageOf } from '../errors.js';
import { together } from '../load/together.js';
import { type Catalog, catalogOf, catalogSchema, catalogText } from '../pipeline/catalog.js';
import { placingFile } from '../pipeline/data-root.js';
import { fileState } from '../pipeline/manifest.js';
import type { OutputFiles } from '../pipeline/output-files.js';
import { clusterOutputs } from './cluster-outputs.js';
import type { FileSystems } from './file-systems.js';
import { leftFile } from './root-paths.js';

/** No file is anywhere but below the root. */
const below = z.string().refine((path) => !path.startsWith('/') && !path.split('/').includes('..'));

const content = z.object({ path: below, content_sha256: z.string() });

const placingSchema = z.object({
  format: z.literal(1),
  run_id: z.string(),
  /** In the order in which they get their names. */
  files: z.array(z.object({ waiting: below, path: below, state: fileState })),
  /** The list of the parts of facts as it is to be, put in its place when all of them are; null where it stays. */
  list: z.object({ folder: below, catalog: catalogSchema }).nullable(),
  /** Parts that are replaced, removed when no list names them any more. */
  removed: z.array(below),
  /** What the outputs then hold, but for a list that changes. */
  outputs: z.array(content),
});

const leftSchema = z.object({
  format: z.literal(1),
  run_id: z.string(),
  outputs: z.array(content.extend({ left: fileState })),
});

/** What a load changes at a root, with paths from there. */
export type Placing = z.output<typeof placingSchema>;

/** The outputs at a root as the newest load left them, with paths from there. */
export type Left = z.output<typeof leftSchema>;

/**
 * Puts what waits at a root in its place, as one: it is written down first, so that whatever ends it in between
 * {@link finishPlacing} does the rest. A reader sees the old file or the new one. Throws `output`.
 */
export async function placeAll(files: FileSystems, root: string, placing: Placing): Promise<Left> {
  await files.put(placingFile(root), jsonOf(placing));
  return carryOut(files, root, placing);
}

/**
 * Finishes what a load that died had begun to place, whichever payer's and machine's it was; gives how the newest load left the outputs,
 * null where there was none. Throws `output` or `data`.
 */
export async function finishPlacing(files: FileSystems, root: string): Promise<Left | null> {
  const placing = await readIf(files.read, placingFile(root), placingSchema);
  if (placing) return carryOut(files, root, placing);
  return readIf(files.read, leftFile(root), leftSchema);
}

/** The files that a load which died had begun to place, and that the next one places; none where there was none such. Throws `data`. */
export async function filesToPlace({ textOf }: Pick<OutputFiles, 'textOf'>, root: string): Promise<string[]> {
  const placing = await readIf(textOf, placingFile(root), placingSchema);
  if (!placing) return [];
  const { files, list } = placing;
  const paths = [...files.map(({ path }) => path), ...(list ? [catalogOf(list.folder)] : [])];
  return paths.map((path) => placeIn(root, path));
}

async function carryOut(cluster: FileSystems, root: string, placing: Placing): Promise<Left> {
  const files = clusterOutputs(cluster);
  for (const file of placing.files) await placeOnce(cluster, root, file);
  const outputs = [...placing.outputs];
  const { list, run_id: id } = placing;
  if (list) {
    const text = catalogText(await withTimes(files, placeIn(root, list.folder), list.catalog, placing));
    await cluster.put(catalogOf(placeIn(root, list.folder)), text);
    const digest = createHash('sha256').update(text).digest('hex');
    outputs.push({ path: catalogOf(list.folder), content_sha256: digest });
  }
  const seen = outputs.map(async (output) => {
    const left = await files.stateOf(placeIn(root, output.path));
    if (!left) throw changedMeanwhile(root, output.path, 'is gone');
    return { ...output, left };
  });
  const left: Left = { format: 1, run_id: id, outputs: await together(...seen) };
  await cluster.put(leftFile(root), jsonOf(left));
  for (const path of placing.removed) await cluster.remove(placeIn(root, path));
  await cluster.remove(placingFile(root));
  return left;
}

/** Gives a file its name, unless it has it already. Throws `data` where it is gone, and something else has that name. */
async function placeOnce(
  cluster: FileSystems,
  root: string,
  { waiting, path, state }: Placing['files'][number],
): Promise<void> {
  const files = clusterOutputs(cluster);
  if (await files.stateOf(placeIn(root, waiting)))
    return cluster.place(placeIn(root, waiting), placeIn(root, path));
  const there = await files.stateOf(placeIn(root, path));
  // its time is another one in an object store
  if (there?.bytes === state.bytes && there.footer_sha256 === state.footer_sha256) return;
  throw changedMeanwhile(root, path, `is not the file of ${state.bytes} bytes that a load was placing`);
}

function changedMeanwhile(root: string, path: string, how: string): EtlError {
  return new EtlError('data', `${placeIn(root, path)}: ${how}; what waited for that name was removed`, {
    step: 'publishing',
    hint: `move ${placingFile(root)} away, then load with \`--force\` what the load was to bring, and every payer again that is in it`,
  });
}

/** The list with the times of the parts that were placed: an object store gives a file another one with its name. */
async function withTimes(
  files: OutputFiles,
  dataset: string,
  catalog: Catalog,
  { run_id: id }: Placing,
): Promise<Catalog> {
  const parts = catalog.files.map(async (part) => {
    const isNew = basename(part.path).startsWith(`part-${id}-`);
    const found = isNew ? await files.stateOf(placeIn(dataset, part.path)) : null;
    return { ...part, ...found };
  });
  return { ...catalog, files: await together(...parts) };
}

const jsonOf = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

async function readIf<T>(read: FileSystems['read'], path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await read(path);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EtlError('data', `${path}: not what a run of etl1 writes there: ${messageOf(cause)}`, {
      step: 'publishing',
      hint: 'move that file away, then run the same command with `--force`',
      cause,
    });
  }
}

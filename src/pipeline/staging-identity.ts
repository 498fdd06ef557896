import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { systemCodeOf } from '../errors.js';
import { noteFile } from '../load/staged.js';
import type { SourceName } from '../sources/sources.js';
import { inputSchema } from './manifest.js';
import type { Plan } from './plan.js';
import { type BatchNote, batchNoteSchema } from './staged-batch.js';

/** All that staged rows depend on: a run goes on with what another one staged only if these are the same. */
const identitySchema = z.object({
  program_version: z.string(),
  inputs: z.object({ rates: z.array(inputSchema), providers: z.array(inputSchema) }),
  settings: z.object({
    payer_slug_override: z.string().nullable(),
    chunk_rows: z.number(),
    window_rows: z.number(),
    group_rows: z.number(),
    window_bytes: z.number(),
  }),
  /** The rows of a run that tries again what another one left out; null where all are loaded. */
  only: z.array(z.object({ file: z.string(), first_row: z.number(), rows: z.number() })).nullable(),
});

export type StagingIdentity = z.output<typeof identitySchema>;

/** The file of a staging folder that says what it was made of. */
export const identityName = 'identity.json';

/** Why a run starts over though it need not. */
export const askedToStartOver = '`--no-resume` asks for it';

/** What the staged rows of a plan depend on. */
export function identityOf({ snapshot, payerSlugOverride, budget, only }: Plan): StagingIdentity {
  const { program_version, inputs } = snapshot;
  const { chunkRows, windowRows, groupRows, windowBytes } = budget;
  return {
    program_version,
    inputs: { rates: [...inputs.rates], providers: [...inputs.providers] },
    settings: {
      payer_slug_override: payerSlugOverride,
      chunk_rows: chunkRows,
      window_rows: windowRows,
      group_rows: groupRows,
      window_bytes: windowBytes,
    },
    only: only?.map(({ file, first_row, rows }) => ({ file, first_row, rows })) ?? null,
  };
}

/** What a staging folder was made of; null where it does not say. */
export async function readIdentity(folder: string): Promise<StagingIdentity | null> {
  try {
    return identitySchema.parse(JSON.parse(await readFile(join(folder, identityName), 'utf8')));
  } catch {
    return null;
  }
}

/** Why what is staged in a folder is of no use to a run; null where it is. */
export async function whyUseless(folder: string, identity: StagingIdentity): Promise<string | null> {
  const staged = await readIdentity(folder);
  if (!staged) return 'it does not say what it was made of';
  if (staged.program_version !== identity.program_version) return 'another version of etl1 made it';
  if (!isDeepStrictEqual(staged.inputs, identity.inputs)) return 'an input has changed since';
  if (!isDeepStrictEqual(staged.settings, identity.settings)) return 'a setting has changed since';
  if (!isDeepStrictEqual(staged.only, identity.only)) return 'other rows are to be loaded now';
  return null;
}

/** The names of the batches that are staged of a source, in the order of their rows. */
export async function listBatches(folder: string, source: SourceName): Promise<string[]> {
  return (await readdir(join(folder, source))).filter((name) => /^\d+$/.test(name)).sort();
}

/** The note of a staged batch; null where it cannot be made out. */
export async function readNote(folder: string): Promise<BatchNote | null> {
  try {
    return batchNoteSchema.parse(JSON.parse(await readFile(noteFile(folder), 'utf8')));
  } catch (cause) {
    if (systemCodeOf(cause) === 'EMFILE') throw cause;
    return null;
  }
}

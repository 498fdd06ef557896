import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceName } from '../sources/sources.js';
import type { Plan } from './plan.js';
import { askedToStartOver, identityOf, listBatches, readNote, whyUseless } from './staging-identity.js';

/** What an interrupted run left of a plan's slice. */
export interface StagingSeen {
  /** Chunks that a run would go on after. */
  readonly chunks: Readonly<Record<SourceName, number>>;
  /** Why what is there is of no use; null where it is, or nothing is there. */
  readonly useless: string | null;
}

const noChunks = { rates: 0, providers: 0 };

/** Looks at a staging folder as a run would, but reads notes alone: a run also reads what is staged, and may find it damaged. */
export async function lookAtStaging(folder: string, plan: Plan, resumes: boolean): Promise<StagingSeen> {
  if (!existsSync(folder)) return { chunks: noChunks, useless: null };
  const useless = resumes ? await whyUseless(folder, identityOf(plan)) : askedToStartOver;
  if (useless !== null) return { chunks: noChunks, useless };
  const rates = await countChunks(folder, 'rates');
  const providers = await countChunks(folder, 'providers');
  if (typeof rates === 'string') return { chunks: noChunks, useless: rates };
  if (typeof providers === 'string') return { chunks: noChunks, useless: providers };
  return { chunks: { rates, providers }, useless: null };
}

/** How many chunks are staged of a source; a text says which batch is damaged. */
async function countChunks(folder: string, source: SourceName): Promise<number | string> {
  let chunks = 0;
  for (const name of await listBatches(folder, source)) {
    const note = await readNote(join(folder, source, name));
    if (!note) return `${source}/${name} is damaged`;
    chunks += note.chunks;
  }
  return chunks;
}

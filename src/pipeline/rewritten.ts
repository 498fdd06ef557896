import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { waitingName } from '../load/merge-table.js';
import type { Waiting } from '../load/publish.js';
import { digestContent } from '../parquet/digest-content.js';
import { rewrittenFile } from './data-root.js';
import { type FileState, fileState } from './manifest.js';
import { describeFile } from './snapshot.js';

/** Facts as somebody left them that loaded nothing: they are as good as those that a run left. */
const rewritten = z.object({
  run_id: z.string(),
  path: z.string(),
  left: fileState,
  content_sha256: z.string(),
  /** What they were made of. */
  from: z.object({ path: z.string(), found: fileState }),
});

const schema = z.object({ format: z.literal(1), facts: z.array(rewritten) });

export type Rewritten = z.output<typeof rewritten>;

/** How many are kept, so that a backup may be put back. */
const most = 200;

/** What joined or converted facts, the last first; of none where the record is gone or cannot be read. */
export function readRewritten(dataRoot: string): Rewritten[] {
  try {
    return schema.parse(JSON.parse(readFileSync(rewrittenFile(dataRoot), 'utf8'))).facts;
  } catch {
    // as a manifest that is damaged
    return [];
  }
}

/** Writes the record with facts that are about to be put in their place, to be put in its own after them. */
export async function recordRewritten(
  dataRoot: string,
  id: string,
  { waiting, path, from }: { readonly waiting: string; readonly path: string; readonly from: string },
): Promise<Waiting> {
  // a file keeps its state when it is renamed
  const left = stateOf(waiting);
  const known = readRewritten(dataRoot);
  // of what is done in several steps one is recorded that leads from the first to the last
  const before = known.find(({ run_id }) => run_id === id)?.from ?? { path: from, found: stateOf(from) };
  const one = { run_id: id, path, left, content_sha256: await digestContent(waiting), from: before };
  const others = known.filter(({ run_id }) => run_id !== id);
  const record = rewrittenFile(dataRoot);
  const aside = waitingName(record, id);
  await writeFile(
    aside,
    `${JSON.stringify({ format: 1, facts: [one, ...others].slice(0, most) }, null, 2)}\n`,
  );
  return { waiting: aside, path: record };
}

function stateOf(path: string): FileState {
  const state = describeFile(path);
  if (!state) throw new RangeError(`${path} is gone`);
  return state;
}

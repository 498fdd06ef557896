import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChunkRecorder } from '../../src/pipeline/chunk-record.js';
import type { RunEvent } from '../../src/pipeline/events.js';
import { localFiles } from '../../src/pipeline/local-files.js';
import { MemoryGovernor } from '../../src/pipeline/memory.js';
import { makePlan } from '../../src/pipeline/plan.js';
import type { Run } from '../../src/pipeline/run.js';
import { type MadeInput, patterns } from '../faults/support/input.js';
import { settingsOf } from './partitioned.js';

/** A run of an input below a folder, which keeps what it tells. Windows and chunks have at most as many rows as are named. */
export async function makeRun(
  folder: string,
  { payer, folder: input }: MadeInput,
  groupRows: number,
): Promise<Run & { readonly told: RunEvent[] }> {
  const settings = settingsOf({
    ...{ data_root: join(folder, 'data'), input_dir: input, chunk_size: groupRows },
    rates_file_pattern: patterns.ETL1_RATES_FILE_PATTERN,
    providers_file_pattern: patterns.ETL1_PROVIDERS_FILE_PATTERN,
  });
  const plan = await makePlan({ payer, settings }, undefined, {
    limits: { windowRows: groupRows, groupRows },
  });
  const staging = join(folder, 'staging');
  mkdirSync(staging);
  const told: RunEvent[] = [];
  return {
    ...{ id: 'of the tests', plan, staging, told, files: localFiles, resumes: true, resolvedSettings: {} },
    observe: (event) => told.push(event),
    signal: new AbortController().signal,
    startedAt: new Date(),
    memory: new MemoryGovernor(plan.budget.memoryLimitMb),
    steps: { rates: 0, providers: 0, merge: 0, publish: 0 },
    chunks: new ChunkRecorder(),
  };
}

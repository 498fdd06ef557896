import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { EtlError, hintFor, messageOf } from '../errors.js';
import type { MergedTable } from '../load/merge-table.js';
import { waitingName } from '../load/merge-table.js';
import type { Waiting } from '../load/publish.js';
import type { SourceName } from '../sources/sources.js';
import { runsFolder } from './data-root.js';
import { type Manifest, manifestFormat } from './manifest.js';
import type { Plan } from './plan.js';
import { describeFile, type Snapshot } from './snapshot.js';
import type { Summary } from './summary.js';

/** What a manifest tells beside the plan and the summary. */
export interface RunRecord {
  readonly startedAt: Date;
  readonly resolvedSettings: Manifest['resolved_settings'];
  readonly versions: Manifest['versions'];
}

/** Writes the manifest of a run that is about to publish, to be put in its place after the outputs. Throws `output`. */
export async function writeManifest(
  plan: Plan,
  found: Snapshot['outputs'],
  merged: readonly MergedTable[],
  summary: Summary,
  record: RunRecord,
): Promise<Waiting> {
  const path = join(runsFolder(plan.dataRoot), `${summary.run_id}.json`);
  const waiting = waitingName(path, 'part');
  try {
    await mkdir(runsFolder(plan.dataRoot), { recursive: true });
    const manifest = makeManifest(plan, found, merged, summary, record);
    await writeFile(waiting, `${JSON.stringify(manifest, null, 2)}\n`);
    return { waiting, path };
  } catch (cause) {
    const message = `${path}: cannot be written: ${messageOf(cause)}; nothing was published`;
    throw new EtlError('output', message, { step: 'recording the run', hint: hintFor(cause), cause });
  }
}

function makeManifest(
  { snapshot, sources }: Plan,
  found: Snapshot['outputs'],
  merged: readonly MergedTable[],
  summary: Summary,
  { startedAt, resolvedSettings, versions }: RunRecord,
): Manifest {
  const { payer, state, period, program_version, settings } = snapshot;
  const inputs = (source: SourceName) =>
    snapshot.inputs[source].map((input, index) => ({
      ...input,
      rows: sources[source].files[index]?.rows ?? 0,
    }));
  // a file keeps its state when it is renamed
  const outputs = merged.flatMap(({ table, path, waiting, total }) => {
    const left = describeFile(waiting ?? path);
    return left ? [[table, { path, found: found[table]?.found ?? null, left, rows: total }]] : [];
  });
  return {
    format: manifestFormat,
    run_id: summary.run_id,
    program_version,
    versions,
    host: hostname(),
    started_at: startedAt.toISOString(),
    finished_at: new Date().toISOString(),
    payer,
    state,
    period,
    settings,
    resolved_settings: resolvedSettings,
    inputs: { rates: inputs('rates'), providers: inputs('providers') },
    outputs: Object.fromEntries(outputs),
    summary: { ...summary, failed_chunks: [...summary.failed_chunks] },
  };
}

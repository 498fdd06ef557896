import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EtlError, messageOf } from '../errors.js';
import { waitingName } from '../load/merge-table.js';
import { discard, publish } from '../load/publish.js';
import type { SourceName } from '../sources/sources.js';
import { type Manifest, manifestFormat } from './manifest.js';
import type { Plan } from './plan.js';
import { runsFolder } from './read-manifests.js';
import { describeFile, type Snapshot } from './snapshot.js';
import type { Summary } from './summary.js';

/** Writes the manifest of a run that has published: the last thing that it does. Throws `output`. */
export async function recordRun(snapshot: Snapshot, plan: Plan, summary: Summary): Promise<void> {
  const folder = runsFolder(plan.dataRoot);
  const path = join(folder, `${summary.run_id}.json`);
  const waiting = waitingName(path, 'part');
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(waiting, `${JSON.stringify(manifestOf(snapshot, plan, summary), null, 2)}\n`);
    await publish([{ waiting, path }]);
  } catch (cause) {
    await discard([{ waiting, path }]).catch(() => {});
    throw new EtlError('output', `${path}: cannot be written: ${messageOf(cause)}`, {
      step: 'recording the run',
      hint: 'the outputs are in place; check the free space and the rights there, then run the same command again',
      cause,
    });
  }
}

function manifestOf(snapshot: Snapshot, plan: Plan, summary: Summary): Manifest {
  const { payer, state, period, program_version, settings } = snapshot;
  const inputs = (source: SourceName) =>
    snapshot.inputs[source].map((input, index) => ({
      ...input,
      rows: plan.sources[source].files[index]?.rows ?? 0,
    }));
  const outputs = Object.entries(snapshot.outputs).flatMap(([table, { path, found }]) => {
    const left = describeFile(path);
    return left ? [[table, { path, found, left, rows: summary.tables[table]?.total ?? 0 }]] : [];
  });
  return {
    format: manifestFormat,
    run_id: summary.run_id,
    program_version,
    finished_at: new Date().toISOString(),
    payer,
    state,
    period,
    settings,
    inputs: { rates: inputs('rates'), providers: inputs('providers') },
    outputs: Object.fromEntries(outputs),
    summary: { ...summary },
  };
}

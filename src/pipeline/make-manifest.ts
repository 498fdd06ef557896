import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EtlError, hintFor, messageOf } from '../errors.js';
import type { Merged } from '../load/merge.js';
import { type MergedTable, waitingName } from '../load/merge-table.js';
import type { Waiting } from '../load/publish.js';
import { digestContent } from '../parquet/digest-content.js';
import type { SourceName } from '../sources/sources.js';
import { datasetOf, type Partition, partitionFolder } from '../tables/partitions.js';
import type { ChunkRecord } from './chunk-record.js';
import { runsFolder } from './data-root.js';
import { type FileState, type Manifest, manifestFormat } from './manifest.js';
import type { Plan } from './plan.js';
import { readManifests } from './read-manifests.js';
import { describeFile, type Snapshot } from './snapshot.js';
import type { Summary } from './summary.js';

/** What a manifest tells beside the plan and the summary. */
export interface RunRecord {
  readonly startedAt: Date;
  readonly resolvedSettings: Manifest['resolved_settings'];
  readonly versions: Manifest['versions'];
  readonly chunks: ChunkRecord;
}

/** Writes the manifest of a run that is about to publish, to be put in its place after the outputs. Throws `output`. */
export async function writeManifest(
  plan: Plan,
  found: Snapshot['outputs'],
  { tables, partitions, slices }: Pick<Merged, 'tables' | 'partitions' | 'slices'>,
  summary: Summary,
  record: RunRecord,
): Promise<Waiting> {
  const path = join(runsFolder(plan.dataRoot), `${summary.run_id}.json`);
  const waiting = waitingName(path, 'part');
  const outputs = await describeOutputs(plan, found, tables);
  const catalogTables = describeCommitted(tables);
  const { fact_rate: facts } = outputs;
  if (facts && datasetOf(facts.path) !== null)
    facts.partitions = partitions.map(({ partition }) => partitionFolder(partition));
  try {
    await mkdir(runsFolder(plan.dataRoot), { recursive: true });
    const manifest = {
      ...makeManifest(plan, outputs, slices, summary, record),
      ...(plan.catalog !== null && { catalog_tables: catalogTables }),
    };
    await writeFile(waiting, `${JSON.stringify(manifest, null, 2)}\n`);
    return { waiting, path };
  } catch (cause) {
    const message = `${path}: cannot be written: ${messageOf(cause)}; nothing was published`;
    throw new EtlError('output', message, { step: 'recording the run', hint: hintFor(cause), cause });
  }
}

async function describeOutputs(
  { dataRoot }: Plan,
  found: Snapshot['outputs'],
  merged: readonly MergedTable[],
): Promise<Manifest['outputs']> {
  const outputs: Manifest['outputs'] = {};
  for (const { table, path, waiting, digest, total, committed, placed } of merged) {
    if (committed) continue;
    if (placed) {
      const { found: before, left, digest: content } = placed;
      outputs[table] = { path, found: before, left, content_sha256: content, rows: total };
      continue;
    }
    // a file keeps its state when it is renamed
    const left = describeFile(waiting ?? path);
    if (!left) continue;
    const content_sha256 = digest ?? knownDigest(dataRoot, path, left) ?? (await digestContent(path));
    outputs[table] = { path, found: found[table]?.found ?? null, left, content_sha256, rows: total };
  }
  return outputs;
}

/** What became of tables of a catalog. */
function describeCommitted(merged: readonly MergedTable[]): NonNullable<Manifest['catalog_tables']> {
  const described = merged.flatMap(({ table, path, total, committed }) => {
    if (!committed) return [];
    const { snapshotBefore, snapshot } = committed;
    return [
      [table, { name: path, snapshot_found: snapshotBefore, snapshot_left: snapshot, rows: total }] as const,
    ];
  });
  return Object.fromEntries(described);
}

/** What an earlier run made of a file that has stayed as it was, so that it is not read again. */
function knownDigest(dataRoot: string, path: string, state: FileState): string | undefined {
  for (const { outputs } of readManifests(dataRoot, () => {})) {
    const known = Object.values(outputs).find((output) => output.path === path);
    if (known && isDeepStrictEqual(known.left, state)) return known.content_sha256;
  }
  return undefined;
}

function makeManifest(
  { snapshot, sources }: Plan,
  outputs: Manifest['outputs'],
  slices: readonly Partition[],
  summary: Summary,
  { startedAt, resolvedSettings, versions, chunks }: RunRecord,
): Manifest {
  const { payer, state, period, program_version, settings } = snapshot;
  const inputs = (source: SourceName) =>
    snapshot.inputs[source].map((input, index) => ({
      ...input,
      rows: sources[source].files[index]?.rows ?? 0,
    }));
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
    outputs,
    slices: [...slices],
    chunks,
    summary,
  };
}

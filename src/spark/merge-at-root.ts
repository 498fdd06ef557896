import { placeIn } from '../config/address.js';
import type { Merged } from '../load/merge.js';
import { type MergedTable, type Output, waitingName } from '../load/merge-table.js';
import { together } from '../load/together.js';
import type { Catalog } from '../pipeline/catalog.js';
import { checkTable } from '../pipeline/check-outputs.js';
import { checkUntouched, type LeftBehind } from '../pipeline/check-untouched.js';
import { openPartitions } from '../pipeline/dataset.js';
import type { ClusterRoot } from '../pipeline/locate.js';
import type { OutputFiles } from '../pipeline/output-files.js';
import { checkInputs, lookAtRoot, type Snapshot } from '../pipeline/snapshot.js';
import { datasetOf } from '../tables/partitions.js';
import { clusterOutputs } from './cluster-outputs.js';
import { makePlacing } from './make-placing.js';
import { mergeInSpark, type SparkMerge } from './merge.js';
import { finishPlacing, type Left, placeAll } from './placing.js';
import { sweepRoot } from './sweep-root.js';

type RootMerge = Omit<SparkMerge, 'outputs' | 'dataset' | 'files'> & { readonly root: ClusterRoot };

/**
 * Upserts what is staged into the outputs where the cluster has them, and puts in place what changes: dimensions and cross-references,
 * then parts of facts, then their list. Throws `data` or `output`.
 */
export async function mergeAtRoot(asked: RootMerge): Promise<Merged> {
  const { session, run, root, id } = asked;
  const { plan } = run;
  const left = await finishPlacing(session.files, root.address);
  await sweepRoot(session.files, root);
  const files = clusterOutputs(session.files);
  const found = await lookAtRoot(root.outputs, files);
  const outputs = root.outputs.map((output) => ({ ...output, exists: Boolean(found[output.table]?.found) }));
  await checkTables(outputs, files);
  if (!plan.acceptsOutputs) await checkUntouched(plan.dataRoot, found, files, recordOf(left, root));
  const dataset = datasetAt(root);
  const partitions = await openPartitions(dataset, waitingName(dataset, id), plan, files);
  const merged = await mergeInSpark({ ...asked, outputs, files, dataset: partitions });
  await checkInputs(plan.snapshot, run.files);
  run.signal.throwIfAborted();
  const catalog = partitions.listed();
  const before = { address: root.address, dataset, catalog, found, left };
  const placing = await makePlacing(merged, before, id, files);
  const now = await session.shielded(() => placeAll(session.files, root.address, placing));
  // the outputs are in place: what waits yet is removed by the next run
  await sweepRoot(session.files, root).catch(() => {});
  const facts = placing.list?.catalog ?? catalog;
  const tables = merged.tables.map((table) => describePlaced(table, { root, found, now, facts }));
  return { ...merged, tables };
}

/** The newest load as a record of what it left. */
function recordOf(left: Left | null, { address }: ClusterRoot): LeftBehind[] {
  if (!left) return [];
  const outputs = left.outputs.map((output) => ({ ...output, path: placeIn(address, output.path) }));
  return [{ run_id: left.run_id, outputs }];
}

interface Placed {
  readonly root: ClusterRoot;
  readonly found: Snapshot['outputs'];
  readonly now: Left;
  /** The list of the parts of all facts. */
  readonly facts: Catalog;
}

function describePlaced(table: MergedTable, { root, found, now, facts }: Placed): MergedTable {
  const output = now.outputs.find(({ path }) => placeIn(root.address, path) === table.path);
  if (!output) throw new RangeError(`nothing is known of ${table.path}`);
  const { left, content_sha256: digest } = output;
  const placed = { found: found[table.table]?.found ?? null, left, digest, bytes: left.bytes };
  if (table.table !== 'fact_rate') return { ...table, waiting: null, placed };
  const { rows, bytes } = facts;
  return { ...table, kept: rows - table.inserted, total: rows, placed: { ...placed, bytes } };
}

/** The list of facts is checked where it is opened. */
async function checkTables(outputs: readonly Output[], files: OutputFiles): Promise<void> {
  const single = outputs.filter(({ exists, path }) => exists && datasetOf(path) === null);
  await together(...single.map(({ table, path }) => checkTable(table, path, files)));
}

/** The folder of the facts. */
function datasetAt({ outputs }: ClusterRoot): string {
  const dataset = datasetOf(outputs.find(({ table }) => table === 'fact_rate')?.path ?? '');
  if (dataset === null) throw new RangeError('facts of a cluster are in partitions');
  return dataset;
}

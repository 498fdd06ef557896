import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { makeBudget } from '../pipeline/budget.js';
import { rejectsRoot, runsFolder } from '../pipeline/data-root.js';
import { layoutThere } from '../pipeline/fact-layout.js';
import { outputsOf } from '../pipeline/locate.js';
import type { Manifest } from '../pipeline/manifest.js';
import { MemoryGovernor } from '../pipeline/memory.js';
import { programVersion } from '../pipeline/program-version.js';
import type { SourceName } from '../sources/sources.js';
import { describeRun } from './describe-run.js';
import { type LookRequest, lookAtOutputs } from './look-at-outputs.js';
import type { RunPage } from './page-data.js';
import { renderPage } from './render.js';
import { describeScope, whatChanged } from './standing.js';
import { writePage } from './write-page.js';

/** A run to be reported on, and what is known of others. */
export interface ReportRequest {
  readonly dataRoot: string;
  readonly settings: Settings;
  /** All runs of the data root, the newest first. */
  readonly manifests: readonly Manifest[];
  readonly manifest: Manifest;
  /** Where the page goes; null for its place beside the record of the run. */
  readonly path: string | null;
  readonly signal: AbortSignal;
}

const sources: readonly SourceName[] = ['rates', 'providers'];

/** Writes a page about a run; gives where it is. Throws `output` where it cannot be written, or memory or disk are too small. */
export async function reportRun(request: ReportRequest): Promise<string> {
  const { dataRoot, manifest } = request;
  const path = request.path ?? join(runsFolder(dataRoot), `${manifest.run_id}.html`);
  if (/\.(?:json|parquet)$/i.test(path)) {
    throw new EtlError('usage', `${path}: expected the name of a page, such as report.html`, {
      step: 'reporting',
      hint: 'name another file by `--output`',
    });
  }
  const { payer, state, period } = manifest;
  await writePage(path, await renderPage(`${payer} ${state} ${period}: etl1 run`, await pageOf(request)));
  return path;
}

async function pageOf({ dataRoot, settings, manifests, manifest, signal }: ReportRequest): Promise<RunPage> {
  const outputs = outputsOf(dataRoot, settings, layoutThere(dataRoot, settings));
  const slices = manifest.slices ?? null;
  const lookedAt = new Date().toISOString();
  const changed = whatChanged(manifest, manifests, outputs);
  const rejects = sources
    .filter((source) => Object.keys(manifest.summary.rejects[source]).length > 0)
    .map((source) => ({
      source,
      path: join(rejectsRoot(dataRoot), manifest.run_id, `${source}.parquet`),
    }));
  const budget = await budgetWithin(settings);
  const look = await lookAtOutputs({ outputs, slices, rejects, budget, signal });
  const { facts, problem, examples } = look;
  return {
    kind: 'run',
    madeAt: new Date().toISOString(),
    madeBy: `etl1 ${programVersion()}`,
    run: describeRun(manifest, previousOf(manifest, manifests), examples),
    outputs: { lookedAt, scope: describeScope(manifest), changed, facts, problem },
  };
}

/** What the database works with at least: what does not fit goes to disk. */
const leastDatabaseMb = 64;

/** MiB that the database's library and its buffers take beside its own limit. */
const besideMb = 130;

/** What is left of the limit: a run that has just published is in memory still, though what it worked on need not be. */
async function budgetWithin(settings: Settings): Promise<LookRequest['budget']> {
  const { memoryLimitMb, databaseMb, threads } = makeBudget(settings, []);
  const memory = new MemoryGovernor(memoryLimitMb);
  await memory.release();
  const left = Math.floor(memoryLimitMb - memory.measure() - besideMb);
  return { databaseMb: Math.max(Math.min(databaseMb, left), leastDatabaseMb), threads };
}

/** The last run of the same slice that had ended when this one began. */
function previousOf(
  { payer, state, period, started_at: start }: Manifest,
  manifests: readonly Manifest[],
): Manifest | null {
  const before = manifests.filter(
    (other) =>
      other.payer === payer &&
      other.state === state &&
      other.period === period &&
      Date.parse(other.finished_at) <= Date.parse(start),
  );
  return (
    before.toSorted((one, other) => Date.parse(other.finished_at) - Date.parse(one.finished_at))[0] ?? null
  );
}

import { planWindows, planWindowsOf, type Window } from '../extract/windows.js';
import type { Output } from '../load/merge-table.js';
import type { MergeRules } from '../load/sql.js';
import type { Footer } from '../parquet/footer.js';
import { checkLayout } from '../sources/check.js';
import { describeLayout } from '../sources/describe-layout.js';
import { type Layout, type SourceName, sources } from '../sources/sources.js';
import { type Budget, makeBudget, rowsOfPart } from './budget.js';
import { checkOutputs, type RowsThere } from './check-outputs.js';
import { checkUntouched } from './check-untouched.js';
import type { FactSettings } from './fact-layout.js';
import type { InputFiles } from './input-files.js';
import { localFiles } from './local-files.js';
import { type ClusterRoot, type LoadRequest, type Location, locate, rootOf } from './locate.js';
import { mergeRules } from './merge-rules.js';
import { type Snapshot, takeSnapshot } from './snapshot.js';
import type { ChunkFailure } from './staged-batch.js';

/** One input file and how it is read. */
export interface PlannedFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly rowGroups: number;
  readonly createdBy: string;
  /** Number of the file's first row within the whole logical input. */
  readonly firstRow: number;
  readonly layout: Layout;
  /** How it stores what extractors store one way or another. */
  readonly generation: string;
  readonly windows: readonly Window[];
  readonly footer: Footer;
}

export interface PlannedSource {
  readonly files: readonly PlannedFile[];
  readonly rows: number;
  /** Rows that are read: all of them, unless a run tries again what another one left out. */
  readonly rowsToRead: number;
  readonly chunks: number;
}

/** Everything a run does, decided before it does anything: what `--dry-run` shows is what a run executes. */
export interface Plan {
  readonly payer: string;
  readonly state: string;
  readonly period: string;
  readonly dataRoot: string;
  readonly sources: Readonly<Record<SourceName, PlannedSource>>;
  readonly outputs: readonly Output[];
  readonly facts: FactSettings;
  /** The catalog and namespace that has the outputs as tables; null where they are files. */
  readonly catalog: string | null;
  /** Where a cluster has what is not on this machine; null where all is. */
  readonly root: ClusterRoot | null;
  readonly rowsThere: RowsThere;
  readonly rules: MergeRules;
  readonly payerSlugOverride: string | null;
  readonly maxRejectRatio: number;
  readonly onChunkError: 'skip' | 'abort';
  /** How inputs and outputs were when it was made. */
  readonly snapshot: Snapshot;
  readonly acceptsOutputs: boolean;
  /** How many facts a part of a partition is to have at most. */
  readonly partRows: number;
  /** The rows that are loaded, where an earlier run loaded the others and left these out; null for all. */
  readonly only: readonly ChunkFailure[] | null;
  readonly budget: Budget;
}

/** How rows are read, where that is not left to the budget. */
export type ReadLimits = Partial<Pick<Budget, 'windowRows' | 'groupRows'>>;

export interface PlanOptions {
  readonly limits?: ReadLimits;
  /** How inputs are looked at; by default as files of this machine. */
  readonly files?: InputFiles;
  /** How the files were when it was decided to load them; by default how they are now. */
  readonly snapshot?: Snapshot | null;
  /** Takes outputs as they are that something else has changed. */
  readonly acceptsOutputs?: boolean;
  /** Rows that an earlier run left out, which alone are to be loaded. */
  readonly only?: readonly ChunkFailure[] | null;
}

/**
 * Finds and checks the inputs, looks at what is in the outputs' places, and decides how they are loaded. Writes
 * nothing. Throws `input`, `data` or `output`.
 */
export async function makePlan(
  request: LoadRequest,
  location: Location | null = null,
  {
    limits = {},
    files = localFiles,
    only = null,
    acceptsOutputs = false,
    snapshot: given = null,
  }: PlanOptions = {},
): Promise<Plan> {
  const { settings } = request;
  const located = location ?? (await locate(request, files));
  const snapshot = given ?? (await takeSnapshot(located, settings, files));
  const { payer, state, period, dataRoot, inputs, outputs } = located;
  const footers = {
    rates: await readFooters(files, 'rates', inputs.rates),
    providers: await readFooters(files, 'providers', inputs.providers),
  };
  const budget = { ...makeBudget(settings, footers.rates), ...limits };
  const plan = (source: SourceName) =>
    planSource(source, footers[source], settings.payer_slug_override !== null, budget, only);
  const planned = { rates: plan('rates'), providers: plan('providers') };
  const rowsThere = await checkOutputs(outputs);
  if (!acceptsOutputs) await checkUntouched(dataRoot, snapshot.outputs);
  return {
    payer,
    state,
    period,
    dataRoot,
    sources: planned,
    outputs,
    facts: settings,
    catalog: settings.spark_catalog,
    root: rootOf(settings),
    rowsThere,
    // what an earlier run loaded of the slice must stay
    rules: { ...mergeRules(settings), ...(only && { mode: 'upsert' }) },
    payerSlugOverride: settings.payer_slug_override,
    maxRejectRatio: settings.max_reject_ratio,
    onChunkError: settings.on_chunk_error,
    snapshot,
    only,
    acceptsOutputs,
    partRows: rowsOfPart(settings.target_part_mb),
    budget,
  };
}

function readFooters(files: InputFiles, source: SourceName, paths: readonly string[]): Promise<Footer[]> {
  const columns = sources[source].columns.map(({ name }) => name);
  return Promise.all(paths.map((path) => files.footerOf(path, columns)));
}

function planSource(
  source: SourceName,
  footers: readonly Footer[],
  isPayerGiven: boolean,
  budget: Budget,
  only: readonly ChunkFailure[] | null,
): PlannedSource {
  let firstRow = 0;
  const files = footers.map((footer): PlannedFile => {
    const { path, bytes, rows, createdBy } = footer;
    const layout = checkLayout(sources[source], path, footer.columns, isPayerGiven);
    const windows = only
      ? planWindowsOf(footer, rangesOf(only, source, path), budget.chunkRows)
      : planWindows(footer, budget);
    const file = {
      path,
      bytes,
      rows,
      rowGroups: footer.rowGroups.length,
      createdBy,
      firstRow,
      layout,
      generation: describeLayout(source, layout),
      windows,
      footer,
    };
    firstRow += rows;
    return file;
  });
  const windows = files.flatMap((file) => file.windows);
  return {
    files,
    rows: firstRow,
    rowsToRead: windows.reduce((sum, { rows }) => sum + rows, 0),
    chunks: windows.flatMap((window) => window.chunks).length,
  };
}

function rangesOf(failures: readonly ChunkFailure[], source: SourceName, path: string) {
  return failures
    .filter((failure) => failure.source === source && failure.file === path)
    .map(({ first_row: firstRow, rows }) => ({ firstRow, rows }));
}

import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { coresOf } from '../config/environment.js';
import type { Settings } from '../config/settings.js';
import { planWindows, type Window } from '../extract/windows.js';
import type { Output } from '../load/merge-table.js';
import type { MergeRules } from '../load/sql.js';
import { type Footer, readFooter } from '../parquet/footer.js';
import { checkLayout } from '../sources/check.js';
import { type Layout, type SourceName, sources } from '../sources/sources.js';
import { tables } from '../tables/tables.js';
import { checkFolder, checkOutputs } from './check-outputs.js';
import { findInputs } from './find-inputs.js';

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
  readonly windows: readonly Window[];
  readonly footer: Footer;
}

export interface PlannedSource {
  readonly files: readonly PlannedFile[];
  readonly rows: number;
  readonly chunks: number;
}

export interface Budget {
  readonly memoryLimitMb: number;
  /** The part of it that DuckDB may take. */
  readonly databaseMb: number;
  readonly threads: number;
  readonly chunkRows: number;
}

/** Everything a run does, decided before it does anything: what `--dry-run` shows is what a run executes. */
export interface Plan {
  readonly payer: string;
  readonly state: string;
  readonly period: string;
  readonly dataRoot: string;
  readonly sources: Readonly<Record<SourceName, PlannedSource>>;
  readonly outputs: readonly Output[];
  readonly rules: MergeRules;
  readonly payerSlugOverride: string | null;
  readonly maxRejectRatio: number;
  readonly budget: Budget;
}

export interface PlanRequest {
  readonly payer: string;
  readonly settings: Settings;
  readonly named?: Readonly<Partial<Record<SourceName, string>>>;
}

/**
 * Finds and checks the inputs, looks at what is in the outputs' places, and decides how they are loaded. Writes
 * nothing. Throws `input`, `data` or `output`.
 */
export async function makePlan({ payer, settings, named = {} }: PlanRequest): Promise<Plan> {
  const dataRoot = resolve(settings.data_root);
  checkFolder(dataRoot);
  const found = findInputs({
    payer,
    state: settings.state,
    period: settings.period,
    folder: isAbsolute(settings.input_dir) ? settings.input_dir : join(dataRoot, settings.input_dir),
    patterns: { rates: settings.rates_file_pattern, providers: settings.providers_file_pattern },
    named,
    providersOptional: settings.providers === 'optional',
  });
  const footers = {
    rates: await readFooters('rates', found.rates),
    providers: await readFooters('providers', found.providers),
  };
  const budget = budgetOf(settings);
  const plan = (source: SourceName) =>
    planSource(source, footers[source], settings.payer_slug_override !== null, budget.chunkRows);
  const planned = { rates: plan('rates'), providers: plan('providers') };
  const outputs = outputsOf(dataRoot, settings);
  await checkOutputs(outputs);
  return {
    payer,
    state: settings.state,
    period: found.period,
    dataRoot,
    sources: planned,
    outputs,
    rules: {
      state: settings.state,
      emptyPosSet: settings.empty_pos_set,
      providerGroupScope: settings.provider_group_scope,
      dimensionConflict: settings.dimension_conflict,
      mode: settings.mode,
    },
    payerSlugOverride: settings.payer_slug_override,
    maxRejectRatio: settings.max_reject_ratio,
    budget,
  };
}

function readFooters(source: SourceName, paths: readonly string[]): Promise<Footer[]> {
  const columns = sources[source].columns.map(({ name }) => name);
  return Promise.all(paths.map((path) => readFooter(path, columns)));
}

function planSource(
  source: SourceName,
  footers: readonly Footer[],
  isPayerGiven: boolean,
  chunkRows: number,
): PlannedSource {
  let firstRow = 0;
  const files = footers.map((footer): PlannedFile => {
    const { path, bytes, rows, createdBy } = footer;
    const layout = checkLayout(sources[source], path, footer.columns, isPayerGiven);
    const windows = planWindows(footer, chunkRows);
    const file = {
      path,
      bytes,
      rows,
      rowGroups: footer.rowGroups.length,
      createdBy,
      firstRow,
      layout,
      windows,
      footer,
    };
    firstRow += rows;
    return file;
  });
  const chunks = files.flatMap((file) => file.windows.flatMap((window) => window.chunks)).length;
  return { files, rows: firstRow, chunks };
}

function outputsOf(dataRoot: string, settings: Settings): Output[] {
  return tables.map(({ name, folder }) => {
    const path = join(dataRoot, settings[folder], settings[`${name}_file`]);
    return { table: name, path, exists: existsSync(path) };
  });
}

/** Rows of a chunk where the run may choose: large enough that few are needed, small enough for any budget. */
const autoChunkRows = 200_000;

function budgetOf({ memory_limit_mb: memoryLimitMb, threads, chunk_size: chunkSize }: Settings): Budget {
  return {
    memoryLimitMb,
    // Node, Polars and DuckDB's own overshoot need a part that hardly depends on the limit
    databaseMb: Math.max(Math.floor(memoryLimitMb * 0.6), 128),
    threads: coresOf(threads),
    chunkRows: chunkSize === 'auto' ? autoChunkRows : chunkSize,
  };
}

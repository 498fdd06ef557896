import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.js';
import type { Engine } from '../../src/pipeline/engine.js';
import type { Observer } from '../../src/pipeline/events.js';
import { makePlan, type ReadLimits } from '../../src/pipeline/plan.js';
import { executePlan } from '../../src/pipeline/run.js';
import type { Summary } from '../../src/pipeline/summary.js';
import type { FactLayout } from '../../src/tables/partitions.js';
import type { InputRow } from '../model/input-value.js';
import type { Settings } from '../model/settings.js';
import { layoutOf, type RandomLayout } from './arbitrary-file.js';
import type { RandomTable } from './arbitrary-table.js';
import { writeRows } from './fixture.js';

/** A part of a source that one file holds. */
export interface Part {
  readonly table: RandomTable;
  readonly layout: RandomLayout;
}

/** The files of one load, each source in as many as it has parts. */
export interface Parts {
  readonly rates: readonly Part[];
  readonly providers: readonly Part[];
}

export interface WrittenFile {
  readonly path: string;
  /** As the file holds them. */
  readonly rows: readonly InputRow[];
  /** Whether one row group holds them all. */
  readonly isOneGroup: boolean;
}

export interface WrittenFiles {
  readonly folder: string;
  readonly rates: readonly WrittenFile[];
  readonly providers: readonly WrittenFile[];
}

/** Writes the files of one load into a folder of their own. */
export async function writeFiles(folder: string, parts: Parts): Promise<WrittenFiles> {
  mkdirSync(folder, { recursive: true });
  return {
    folder,
    rates: await writeSource(folder, 'rates', parts.rates),
    providers: await writeSource(folder, 'providers', parts.providers),
  };
}

async function writeSource(folder: string, source: string, parts: readonly Part[]): Promise<WrittenFile[]> {
  const files: WrittenFile[] = [];
  for (const [index, { table, layout }] of parts.entries()) {
    const path = join(folder, `202508_test_${index}_${source}.parquet`);
    const rows = await writeRows(path, table.rows, layoutOf(table, layout));
    files.push({ path, rows, isOneGroup: (layout.rowGroupSize ?? rows.length) >= rows.length });
  }
  return files;
}

/** All rows of several files, in their order. */
export function rowsOf(files: readonly WrittenFile[]): InputRow[] {
  return files.flatMap(({ rows }) => [...rows]);
}

/** Under which conditions files are loaded. */
export interface Conditions extends ReadLimits {
  readonly observe?: Observer;
  readonly factLayout?: FactLayout;
  readonly engine?: Engine;
  /** The catalog and namespace that has the tables; they are files without it. */
  readonly catalog?: string;
  /** The address that has the tables as files; they are below the data root without it. */
  readonly root?: string;
  /** Whether outputs are taken as they are that something else has changed. */
  readonly acceptsOutputs?: boolean;
  /** Less than a configuration takes, so that few facts make several parts. */
  readonly targetPartMb?: number;
}

/** Loads the files of one load as the command does, by patterns with a star, however many rows they reject. */
export async function loadFiles(
  dataRoot: string,
  { folder }: WrittenFiles,
  settings: Settings,
  chunkSize: number,
  {
    observe = () => {},
    factLayout = 'single',
    acceptsOutputs = false,
    engine,
    catalog,
    root,
    targetPartMb,
    ...limits
  }: Conditions = {},
): Promise<Summary> {
  const environment = { settings: new Map(), configFile: undefined, noColor: true };
  const flags = {
    data_root: dataRoot,
    input_dir: folder,
    rates_file_pattern: '{period}_{payer}_*_rates.parquet',
    providers_file_pattern: '{period}_{payer}_*_providers.parquet',
    state: settings.state,
    payer_slug_override: settings.payerSlugOverride,
    empty_pos_set: settings.emptyPosSet,
    provider_group_scope: settings.providerGroupScope,
    dimension_conflict: settings.dimensionConflict,
    mode: settings.mode,
    fact_layout: factLayout,
    ...(catalog !== undefined && { engine: 'spark', spark_catalog: catalog }),
    ...(root !== undefined && { engine: 'spark', spark_root: root }),
    max_reject_ratio: 1,
    chunk_size: chunkSize,
  };
  const config = loadConfig({ flags, environment, file: '/dev/null' });
  const { target_part_mb: partMb } = config.settings;
  const request = { payer: 'test', settings: { ...config.settings, target_part_mb: targetPartMb ?? partMb } };
  const plan = await makePlan(request, undefined, { limits, acceptsOutputs });
  return executePlan(plan, { observe }, engine);
}

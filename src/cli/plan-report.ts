import { type Config, resolvedSettings } from '../config/load.js';
import type { Forecast } from '../pipeline/forecast.js';
import type { Manifest } from '../pipeline/manifest.js';
import type { Plan, PlannedSource } from '../pipeline/plan.js';
import { datasetOf } from '../tables/partitions.js';
import { type TableName, tables } from '../tables/tables.js';
import { alignColumns, alignLeft, bytes, count, counted } from './format.js';
import { describeError } from './print-error.js';
import { settingsAsLines } from './settings-report.js';
import { whyUnchanged } from './summary-report.js';

/** A plan, what a run of it would meet, and what it was made of. */
export interface PlanReport {
  readonly plan: Plan;
  readonly config: Config;
  readonly forecast: Forecast;
  /** The run that did the same before. */
  readonly unchanged: Manifest | null;
  /** What would be submitted to an engine that runs SQL; null where there is none. */
  readonly sql: string | null;
}

const sourceNames = ['rates', 'providers'] as const;

/** The plan for a program: the object that a run would execute, with its settings and where they came from. */
export function planAsJson({ plan, config, forecast, unchanged, sql }: PlanReport): object {
  const { budget, snapshot, rowsThere } = plan;
  const { action, reason, staged, interrupted, locks, disk, memoryMb, obstacle } = forecast;
  return {
    status: 'planned',
    payer: plan.payer,
    state: plan.state,
    period: plan.period,
    data_root: plan.dataRoot,
    exit_code: obstacle?.exitCode ?? 0,
    error: obstacle && describeError(obstacle),
    action,
    reason,
    unchanged_since: unchanged?.run_id ?? null,
    staged_chunks: staged,
    interrupted_publishing: interrupted,
    inputs: Object.fromEntries(sourceNames.map((name) => [name, sourceAsJson(plan.sources[name])])),
    outputs: plan.outputs.map(({ table, path, exists }) => ({
      table,
      path,
      exists,
      action: actionOf(table, exists, plan),
      rows: rowsThere.get(table) ?? 0,
      bytes: snapshot.outputs[table]?.found?.bytes ?? 0,
    })),
    cluster_tables: tablesOf(plan),
    locks: locks.map(({ name, path, holder }) => ({ name, path, held: holder })),
    memory: { limit_mb: budget.memoryLimitMb, database_mb: budget.databaseMb, estimate_mb: memoryMb },
    disk: { needed_bytes: disk.needed, free_bytes: disk.free },
    chunk_rows: budget.chunkRows,
    threads: budget.threads,
    config_file: config.file,
    settings: resolvedSettings(config),
    sql,
  };
}

/** The plan for a person, and whether a run would carry it out. */
export function planAsText({ plan, config, forecast, unchanged, sql }: PlanReport, verbose: boolean): string {
  const { budget } = plan;
  const { disk, memoryMb, obstacle } = forecast;
  const lines = [
    `Plan for payer ${plan.payer}, state ${plan.state}, period ${plan.period} (nothing was written)`,
    ...sourceNames.flatMap((name) => sourceLines(name, plan.sources[name])),
    'outputs',
    ...outputLines(plan),
    `chunks of up to ${count(budget.chunkRows)} rows, ${count(budget.memoryLimitMb)} MB, ${budget.threads} threads`,
    `memory: at most about ${count(memoryMb)} MB; disk: up to ${bytes(disk.needed)} while it runs, ${disk.free === null ? 'free space unknown' : `${bytes(disk.free)} free`}`,
    'locks',
    ...alignLeft(
      forecast.locks.map(({ name, path, holder }) => [name, path, holder ? `held ${holder}` : 'free']),
      '  ',
    ),
    ...settingsAsLines(config, verbose),
    ...interruptedLines(forecast),
    unchanged ? `a run would have nothing to do: ${whyUnchanged(unchanged)}` : whatToDo(plan, forecast),
    ...(sql === null ? [] : ['', 'it would submit to Spark:', '', sql.trimEnd()]),
    ...(obstacle ? [`a run would end now with exit code ${obstacle.exitCode}: ${obstacle.message}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function sourceAsJson({ files, rows, rowsToRead, chunks }: PlannedSource): object {
  return {
    rows,
    rows_to_read: rowsToRead,
    chunks,
    files: files.map(({ path, rows, rowGroups, bytes, createdBy, layout, generation }) => ({
      path,
      rows,
      row_groups: rowGroups,
      bytes,
      created_by: createdBy,
      contract: 'met',
      layout: generation,
      columns: Object.fromEntries([...layout].map(([column, { kind }]) => [column, kind])),
    })),
  };
}

function sourceLines(name: string, { files, rows, chunks }: PlannedSource): string[] {
  const head = `${name}: ${counted(rows, 'row')} in ${counted(chunks, 'chunk')}`;
  const details = files.map(({ path, rows, rowGroups, bytes: size }) => [
    path,
    counted(rows, 'row'),
    counted(rowGroups, 'row group'),
    bytes(size),
    'meets the contract',
  ]);
  return [head, ...alignColumns(details), ...layoutLines(files)];
}

/** A line for each layout that files have. */
function layoutLines(files: PlannedSource['files']): string[] {
  const layouts = files.map(({ generation }) => generation);
  const distinct = [...new Set(layouts)];
  return distinct.map((layout) => {
    const number = layouts.filter((other) => other === layout).length;
    return `  layout${distinct.length > 1 ? ` of ${counted(number, 'file')}` : ''}: ${layout}`;
  });
}

/** The tables that a run would change where a cluster has them; what they hold is found out by the run. */
function tablesOf({ catalog, root, rules }: Plan) {
  const places =
    catalog === null
      ? (root?.outputs ?? [])
      : tables.map(({ name: table }) => ({ table, path: `${catalog}.${table}` }));
  return places.map(({ table, path }) => ({
    ...{ table, path: datasetOf(path) ?? path },
    action: table === 'fact_rate' ? rules.mode : 'upsert',
  }));
}

function outputLines(plan: Plan): string[] {
  const elsewhere = tablesOf(plan);
  if (elsewhere.length > 0)
    return alignLeft(
      elsewhere.map(({ table, path, action }) => [table, action, path]),
      '  ',
    );
  const rows = plan.outputs.map(({ table, path, exists }) => [
    table,
    actionOf(table, exists, plan),
    exists ? counted(plan.rowsThere.get(table) ?? 0, 'row') : '-',
    exists ? bytes(plan.snapshot.outputs[table]?.found?.bytes ?? 0) : '-',
    path,
  ]);
  return alignLeft(rows, '  ');
}

/** Only facts are ever replaced. */
function actionOf(table: TableName, exists: boolean, { rules }: Plan): string {
  if (!exists) return 'create';
  return table === 'fact_rate' ? rules.mode : 'upsert';
}

function interruptedLines({ interrupted }: Forecast): string[] {
  if (interrupted.length === 0) return [];
  return [
    `a run would first put in place ${counted(interrupted.length, 'file')} that an interrupted run was publishing; what is left to do may be less than this`,
  ];
}

function whatToDo({ sources }: Plan, { action, reason, staged }: Forecast): string {
  const { rates, providers } = sources;
  switch (action) {
    case 'resume':
      return `a run would resume: ${staged.rates} of ${counted(rates.chunks, 'rates chunk')} and ${staged.providers} of ${counted(providers.chunks, 'providers chunk')} are staged`;
    case 'start-over':
      return `a run would start over: what an interrupted run staged is of no use: ${reason}`;
    case 'retry':
      return `a run would try again ${counted(rates.rowsToRead + providers.rowsToRead, 'row')} that an earlier run left out`;
    default:
      return 'a run would load all rows';
  }
}

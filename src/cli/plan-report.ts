import type { Config } from '../config/load.js';
import { settingNamed, settingNames } from '../config/settings.js';
import type { Manifest } from '../pipeline/manifest.js';
import type { Plan, PlannedSource } from '../pipeline/plan.js';
import type { TableName } from '../tables/tables.js';
import { alignColumns, alignLeft, bytes, count, counted } from './format.js';
import { whyUnchanged } from './summary-report.js';

/**
 * The plan for a program: the object that a run would execute, with its settings and where they came from.
 * `unchanged` is the run that did the same before.
 */
export function planAsJson(plan: Plan, config: Config, unchanged: Manifest | null): object {
  const source = ({ files, rows, chunks }: PlannedSource) => ({
    rows,
    chunks,
    files: files.map(({ path, rows, rowGroups, bytes, createdBy, layout }) => ({
      path,
      rows,
      row_groups: rowGroups,
      bytes,
      created_by: createdBy,
      columns: Object.fromEntries([...layout].map(([name, { kind }]) => [name, kind])),
    })),
  });
  return {
    status: 'planned',
    payer: plan.payer,
    state: plan.state,
    period: plan.period,
    data_root: plan.dataRoot,
    unchanged_since: unchanged?.run_id ?? null,
    inputs: { rates: source(plan.sources.rates), providers: source(plan.sources.providers) },
    outputs: plan.outputs.map(({ table, path, exists }) => ({ table, path, exists })),
    settings: Object.fromEntries(
      settingNames.map((name) => [name, { value: config.settings[name], origin: config.origins.get(name) }]),
    ),
  };
}

/** The plan for a person, and whether a run would carry it out. */
export function planAsText(plan: Plan, config: Config, unchanged: Manifest | null): string {
  const lines = [
    `Plan for payer ${plan.payer}, state ${plan.state}, period ${plan.period} (nothing was written)`,
    ...sourceLines('rates', plan.sources.rates),
    ...sourceLines('providers', plan.sources.providers),
    'outputs',
    ...alignLeft(
      plan.outputs.map(({ table, path, exists }) => [table, actionOf(table, exists, plan), path]),
      '  ',
    ),
    `chunks of up to ${count(plan.budget.chunkRows)} rows, ${count(plan.budget.memoryLimitMb)} MB, ${plan.budget.threads} threads`,
    `settings that differ from the defaults (configuration file: ${config.file ?? 'none'})`,
    ...changedSettings(config),
    ...(unchanged ? [`a run would have nothing to do: ${whyUnchanged(unchanged)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Only facts are ever replaced. */
function actionOf(table: TableName, exists: boolean, { rules }: Plan): string {
  if (!exists) return 'create';
  return table === 'fact_rate' ? rules.mode : 'upsert';
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
  return [head, ...alignColumns(details)];
}

function changedSettings({ settings, origins }: Config): string[] {
  const changed = settingNames
    .filter((name) => JSON.stringify(settings[name]) !== JSON.stringify(settingNamed(name).fallback))
    .map((name) => [name, JSON.stringify(settings[name]), `from ${origins.get(name)}`]);
  return changed.length > 0 ? alignLeft(changed, '  ') : ['  none'];
}

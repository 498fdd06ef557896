import type { Config } from '../config/load.js';
import { settingNames } from '../config/settings.js';
import type { Plan, PlannedSource } from '../pipeline/plan.js';
import { alignColumns, bytes, count } from './format.js';

/** The plan for a program: the object that a run would execute, with its settings and where they came from. */
export function planAsJson(plan: Plan, config: Config): object {
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
    inputs: { rates: source(plan.sources.rates), providers: source(plan.sources.providers) },
    outputs: plan.outputs.map(({ table, path, exists }) => ({ table, path, exists })),
    settings: Object.fromEntries(
      settingNames.map((name) => [name, { value: config.settings[name], origin: config.origins.get(name) }]),
    ),
  };
}

/** The plan for a person. */
export function planAsText(plan: Plan, config: Config): string {
  const lines = [
    `Plan for payer ${plan.payer}, state ${plan.state}, period ${plan.period} (nothing was written)`,
    ...sourceLines('rates', plan.sources.rates),
    ...sourceLines('providers', plan.sources.providers),
    'outputs',
    ...alignColumns(
      plan.outputs.map(({ table, path, exists }) => [table, exists ? 'upsert' : 'create', path]),
    ),
    `chunks of up to ${count(plan.budget.chunkRows)} rows, ${count(plan.budget.memoryLimitMb)} MB, ${plan.budget.threads} threads`,
    `settings that differ from the defaults${config.file ? ` (file: ${config.file})` : ''}`,
    ...changedSettings(config),
  ];
  return `${lines.join('\n')}\n`;
}

function sourceLines(name: string, { files, rows, chunks }: PlannedSource): string[] {
  const head = `${name}: ${count(rows)} rows in ${count(chunks)} chunks`;
  const details = files.map(({ path, rows, rowGroups, bytes: size }) => [
    path,
    `${count(rows)} rows`,
    `${count(rowGroups)} row groups`,
    bytes(size),
    'meets the contract',
  ]);
  return [head, ...alignColumns(details)];
}

function changedSettings({ settings, origins }: Config): string[] {
  const changed = settingNames
    .filter((name) => origins.get(name) !== 'default')
    .map((name) => [name, JSON.stringify(settings[name]), origins.get(name) ?? '']);
  return changed.length > 0 ? alignColumns(changed) : ['  none'];
}

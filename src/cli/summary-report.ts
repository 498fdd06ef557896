import type { Manifest } from '../pipeline/manifest.js';
import type { Summary } from '../pipeline/summary.js';
import { alignColumns, bytes, count } from './format.js';

/** What came of a run, for a person. */
export function summaryAsText(summary: Summary): string {
  const lines = [
    ...headlines(summary),
    '',
    `payer ${summary.payer}, state ${summary.state}, period ${summary.period}, run ${summary.run_id}`,
    ...summaryDetails(summary),
  ];
  return `${lines.join('\n')}\n`;
}

type Details = Pick<
  Summary,
  'tables' | 'rejects' | 'rejects_folder' | 'warnings' | 'failed_chunks' | 'peak_rss_mb' | 'data_root'
>;

/** What became of each table, what was rejected, what is worth a look. */
export function summaryDetails(summary: Details): string[] {
  const tables = Object.entries(summary.tables);
  const hasRemoved = tables.some(([, { removed }]) => removed > 0);
  const header = ['table', 'inserted', 'filled', 'kept', ...(hasRemoved ? ['removed'] : []), 'total', 'size'];
  const rows = tables.map(([name, { inserted, filled, kept, removed, total, bytes: size }]) => [
    name,
    ...[inserted, filled, kept, ...(hasRemoved ? [removed] : []), total].map(count),
    bytes(size),
  ]);
  return [
    ...alignColumns([header, ...rows]),
    ...rejectLines(summary),
    ...warningLines(summary),
    ...failureLines(summary),
    `peak memory ${count(summary.peak_rss_mb)} MB; outputs in ${summary.data_root}`,
  ];
}

/** What a run prints that has nothing to do. */
export function unchangedAsText(manifest: Manifest): string {
  const { payer, state, period } = manifest;
  return `Nothing to do for payer ${payer}, state ${state}, period ${period}: ${whyUnchanged(manifest)}\n`;
}

/** The summary of the run that did it, by which nothing was changed this time. */
export function unchangedAsJson({ summary }: Manifest): object {
  const status: Summary['status'] = 'unchanged';
  const tables = Object.entries(summary.tables).map(([name, table]) => [
    name,
    { ...table, inserted: 0, filled: 0, kept: table.total, removed: 0 },
  ]);
  return { ...summary, status, tables: Object.fromEntries(tables) };
}

/** Why there is nothing to do, and what to do about it. */
export function whyUnchanged({ run_id: run, finished_at: time }: Manifest): string {
  return `the inputs and settings are those of run ${run} of ${time}, and its outputs are in place. \`--force\` loads them again.`;
}

/** The two lines that say that a run is done, and how much it read. */
export function headlines(summary: Summary): string[] {
  return [
    `✅ ETL1 pipeline completed in ${summary.seconds.toFixed(1)} seconds`,
    `Processed ${count(summary.processed_rates)} rates and ${count(summary.processed_providers)} provider records`,
  ];
}

/** What deserves a look, one line each, for `--quiet`. A run that changed nothing has nothing new to say. */
export function warningsAsLines({
  tables,
  rejects,
  rejects_folder: folder,
  warnings,
  payer,
}: Summary): string[] {
  const isChanged = Object.values(tables).some(
    ({ inserted, filled, removed }) => inserted + filled + removed > 0,
  );
  if (!isChanged) return [];
  const rejected = Object.entries(rejects).flatMap(([source, reasons]) =>
    Object.entries(reasons).map(
      ([reason, rows]) => `${count(rows)} ${source} rows rejected: ${reason}, in ${folder}`,
    ),
  );
  const unusual = Object.entries(warnings).map(
    ([reason, rows]) => `${count(rows)} ${explanations[reason] ?? reason}`,
  );
  return [...rejected, ...unusual].map((line) => `etl1: warning: ${payer}: ${line}`);
}

function rejectLines({ rejects, rejects_folder: folder }: Details): string[] {
  if (folder === null) return [];
  const rows = Object.entries(rejects).flatMap(([source, reasons]) =>
    Object.entries(reasons).map(([reason, rows]) => [`${source} ${reason}`, count(rows)]),
  );
  return [`rejected rows, kept in ${folder}:`, ...alignColumns(rows)];
}

function warningLines({ warnings }: Details): string[] {
  const found = Object.entries(warnings);
  if (found.length === 0) return [];
  const numbers = alignColumns(found.map(([reason, rows]) => [reason, count(rows)]));
  const lines = found.map(([reason], index) => `${numbers[index]}  ${explanations[reason] ?? ''}`.trimEnd());
  return ['loaded, but worth a look:', ...lines];
}

function failureLines({ failed_chunks: failures }: Details): string[] {
  if (failures.length === 0) return [];
  const lines = failures.map(
    ({ source, file, first_row: first, rows, reason }) =>
      `  ${source} rows ${count(first)}-${count(first + rows)} of ${file}: ${reason}`,
  );
  return ['left out, because it could not be read; the same command tries it again:', ...lines];
}

const explanations: Readonly<Record<string, string>> = {
  rate_zero: 'rates of 0',
  rate_negative: 'rates below 0',
  rate_huge: 'rates over 1,000,000',
  rate_percentage: 'rates that are percentages',
  year_month_missing: 'rates without a month',
  provider_id_missing: 'rates without a provider group',
  npi_missing: 'provider rows without an NPI',
  tin_missing: 'provider rows without a TIN',
  groups_gained_members: 'groups of earlier runs that got more members: are they still the same people?',
};

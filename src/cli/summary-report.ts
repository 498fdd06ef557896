import type { Manifest } from '../pipeline/manifest.js';
import type { Summary } from '../pipeline/summary.js';
import { explanations } from '../pipeline/warnings.js';
import { count } from './format.js';
import { summaryDetails } from './summary-details.js';

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

/** What a run prints that has nothing to do. */
export function unchangedAsText(manifest: Manifest): string {
  const { payer, state, period } = manifest;
  return `Nothing to do for payer ${payer}, state ${state}, period ${period}: ${whyUnchanged(manifest)}\n`;
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
  return [...rejected, ...unusual].map((line) => `${payer}: ${line}`);
}

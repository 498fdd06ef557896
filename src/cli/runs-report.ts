import type { Manifest } from '../pipeline/manifest.js';
import { alignColumns, alignLeft, bytes, count } from './format.js';
import { summaryDetails } from './summary-details.js';

/** A line for each run. */
export function runsAsText(dataRoot: string, manifests: readonly Manifest[]): string {
  if (manifests.length === 0) return `No run has published into ${dataRoot}.\n`;
  const header = ['run', 'payer', 'state', 'period', 'rates', 'new facts', 'rejected', 'left out', 'seconds'];
  const rows = manifests.map(({ run_id: run, payer, state, period, summary }) => [
    run,
    ...[payer, state, period],
    ...[
      summary.processed_rates,
      summary.tables['fact_rate']?.inserted ?? 0,
      sum(Object.values(summary.rejects).flatMap((reasons) => Object.values(reasons))),
      sum(summary.failed_chunks.map(({ rows }) => rows)),
    ].map(count),
    summary.seconds.toFixed(1),
  ]);
  return `${alignColumns([header, ...rows], '').join('\n')}\n`;
}

/** All that is known of a run. */
export function runAsText(manifest: Manifest): string {
  const { run_id: run, payer, state, period, summary, inputs, host } = manifest;
  const changed = Object.entries(manifest.resolved_settings)
    .filter(([, { origin }]) => origin !== 'default')
    .map(([name, { value, origin }]) => [name, JSON.stringify(value), `from ${origin}`]);
  const lines = [
    `run ${run}: payer ${payer}, state ${state}, period ${period}`,
    `published ${manifest.finished_at} on ${host}, begun ${manifest.started_at}, ${summary.resumed_chunks > 0 ? `${count(summary.resumed_chunks)} chunks staged before, ` : ''}${summary.seconds.toFixed(1)} seconds`,
    'inputs',
    ...[...inputs.rates, ...inputs.providers].map(
      ({ path, rows, bytes: size, footer_sha256: digest }) =>
        `  ${path}  ${count(rows)} rows  ${bytes(size)}  footer sha256 ${digest}`,
    ),
    ...summaryDetails(summary),
    `settings that were given: ${changed.length > 0 ? '' : 'none'}`.trimEnd(),
    ...alignLeft(changed, '  '),
    `made by ${Object.entries(manifest.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

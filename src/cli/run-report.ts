import { resolve } from 'node:path';
import type { SettingName, Settings } from '../config/settings.js';
import { readManifests } from '../pipeline/read-manifests.js';
import { expectFiles } from './expect-files.js';
import { findRun } from './find-run.js';
import { notes } from './notes.js';
import { writeResult } from './output.js';
import { asJson } from './output-format.js';
import type { ReportOptions } from './outputs-options.js';
import { printable } from './printable.js';
import { withSettings } from './with-settings.js';

/** Draws a run as a page, prints where that is and gives the exit code. */
export async function runReport(
  runId: string,
  options: ReportOptions,
  flags: ReadonlyMap<SettingName, string>,
  signal: AbortSignal,
): Promise<number> {
  const { output, outputFormat } = options;
  return withSettings(options, flags, async (settings) => {
    const place = output === undefined ? null : resolve(output);
    const report = await writeReport(runId, settings, place, signal);
    await writeResult(
      outputFormat === 'json' ? asJson({ status: 'reported', report }) : `${printable(report)}\n`,
    );
    return 0;
  });
}

/** Draws a run of a data root; gives where the page is. Throws `usage` where there is no such run. */
export async function writeReport(
  runId: string,
  settings: Settings,
  path: string | null,
  signal: AbortSignal,
): Promise<string> {
  expectFiles('report', settings);
  const dataRoot = resolve(settings.data_root);
  const manifests = [...readManifests(dataRoot, (problem) => notes.warn(problem))];
  const manifest = findRun(runId, dataRoot, manifests);
  // whoever loaded into a catalog may have another configuration by now
  const { catalog = null, spark_root = null } = manifest.summary;
  expectFiles('report', { spark_catalog: catalog, spark_root });
  const { reportRun } = await import('../report/report-run.js');
  return reportRun({ dataRoot, settings, manifests, manifest, path, signal });
}

import type { Comparison } from '../compare/comparison.js';
import type { SettingName } from '../config/settings.js';
import type { CompareOptions } from './compare-options.js';
import { comparisonAsText, differencesAsLines } from './compare-report.js';
import { expectFiles } from './expect-files.js';
import { notes } from './notes.js';
import { writeResult } from './output.js';
import { asJson } from './output-format.js';
import { withSettings } from './with-settings.js';

/** What a comparison ends with that found a difference, as those of files do. */
const differentExitCode = 1;

/** Compares two roots, prints what differs and gives the exit code. */
export async function runCompare(
  [left, right]: readonly [left: string, right: string],
  options: CompareOptions,
  flags: ReadonlyMap<SettingName, string>,
  signal: AbortSignal,
): Promise<number> {
  const { tolerance, examples, quiet, outputFormat } = options;
  return withSettings(options, flags, async (settings) => {
    expectFiles('compare', settings);
    const request = { left, right, tables: options.table, tolerance, examples, settings };
    const observe = quiet ? () => {} : (table: string) => notes.say(`Comparing ${table}`, { table });
    const { compareRoots } = await import('../compare/compare.js');
    const comparison = await compareRoots(request, observe, signal);
    await report(comparison, outputFormat === 'json', quiet);
    return comparison.status === 'equal' ? 0 : differentExitCode;
  });
}

async function report(comparison: Comparison, isJson: boolean, quiet: boolean): Promise<void> {
  if (quiet) for (const line of differencesAsLines(comparison)) notes.warn(line);
  if (isJson) await writeResult(asJson(comparison));
  else if (!quiet) await writeResult(comparisonAsText(comparison));
}

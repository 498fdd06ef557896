import { resolve } from 'node:path';
import type { SettingName, Settings } from '../config/settings.js';
import { makeBudget } from '../pipeline/budget.js';
import { layoutThere } from '../pipeline/fact-layout.js';
import { outputsOf } from '../pipeline/locate.js';
import { readManifests } from '../pipeline/read-manifests.js';
import type { ValidationReport } from '../validate/report.js';
import { expectFiles } from './expect-files.js';
import { notes } from './notes.js';
import { writeResult } from './output.js';
import { asJson } from './output-format.js';
import type { OutputsOptions } from './outputs-options.js';
import type { Session } from './session.js';
import { alarmsAsText, validationAsText } from './validate-report.js';
import { withSettings } from './with-settings.js';

/** What the command ends with where an output breaks the contract: as a load does whose input breaks it. */
const unsoundExitCode = 65;

/** Validates the outputs of a data root, prints what was found and gives the exit code. */
export async function runValidate(
  options: OutputsOptions,
  flags: ReadonlyMap<SettingName, string>,
  { signal }: Session,
): Promise<number> {
  return withSettings(options, flags, async (settings) => {
    expectFiles('validate', settings);
    const report = await validateOutputs(settings, options, signal);
    await writeResult(options.outputFormat === 'json' ? asJson(report) : asText(report, options));
    return report.status === 'sound' ? 0 : unsoundExitCode;
  });
}

async function validateOutputs(
  settings: Settings,
  { quiet, progress }: OutputsOptions,
  signal: AbortSignal,
): Promise<ValidationReport> {
  const dataRoot = resolve(settings.data_root);
  const complain = (problem: string) => notes.warn(problem);
  const gains = [...readManifests(dataRoot, complain)].flatMap(({ run_id: runId, summary }) => {
    const groups = summary.warnings['groups_gained_members'] ?? 0;
    return groups > 0 ? [{ runId, groups }] : [];
  });
  const outputs = outputsOf(dataRoot, settings, layoutThere(dataRoot, settings));
  const budget = makeBudget(settings, []);
  const { validate } = await import('../validate/validate.js');
  return validate(
    { dataRoot, outputs, settings, budget, gains },
    (stage) => {
      if (progress && !quiet) notes.say(`Validating ${stage}`);
    },
    signal,
  );
}

function asText(report: ValidationReport, { quiet }: OutputsOptions): string {
  return quiet ? alarmsAsText(report) : validationAsText(report);
}

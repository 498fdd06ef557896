import { resolve } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../config/load.js';
import { readManifests } from '../pipeline/read-manifests.js';
import { findRun } from './find-run.js';
import { interpretFlags } from './interpret-flags.js';
import { notes } from './notes.js';
import { asJson, outputFormats } from './output-format.js';
import { runAsText, runsAsText } from './runs-report.js';
import { flagOf, givenSettings } from './setting-flags.js';

const optionsSchema = z.looseObject({
  config: z.string().optional(),
  outputFormat: z.enum(outputFormats),
});

/** The runs of a data root, the newest first, or one of them; as text or as JSON. Throws `usage` where there is no such run. */
export function reportRuns(runId: string | undefined, raw: Readonly<Record<string, unknown>>): string {
  const { config: file, outputFormat } = optionsSchema.parse(raw);
  const flags = interpretFlags(givenSettings(raw));
  const { settings } = loadConfig({ flags, flagNamed: flagOf, file });
  const dataRoot = resolve(settings.data_root);
  const complain = (problem: string) => notes.warn(problem);
  const manifests = [...readManifests(dataRoot, complain)];
  if (runId === undefined)
    return outputFormat === 'json' ? asJson({ runs: manifests }) : runsAsText(dataRoot, manifests);
  const manifest = findRun(runId, dataRoot, manifests);
  return outputFormat === 'json' ? asJson(manifest) : runAsText(manifest);
}

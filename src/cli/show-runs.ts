import { resolve } from 'node:path';
import { z } from 'zod';
import { readManifests } from '../pipeline/read-manifests.js';
import { findRun } from './find-run.js';
import { notes } from './notes.js';
import { asJson, outputFormats } from './output-format.js';
import { runAsText, runsAsText } from './runs-report.js';
import { givenSettings } from './setting-flags.js';
import { withSettings } from './with-settings.js';

const optionsSchema = z.looseObject({
  config: z.string().optional(),
  outputFormat: z.enum(outputFormats),
});

/** The runs of a data root, the newest first, or one of them; as text or as JSON. Throws `usage` where there is no such run. */
export async function showRuns(
  runId: string | undefined,
  raw: Readonly<Record<string, unknown>>,
): Promise<string> {
  const options = optionsSchema.parse(raw);
  const isJson = options.outputFormat === 'json';
  return withSettings(options, givenSettings(raw), async (settings) => {
    const dataRoot = resolve(settings.data_root);
    const manifests = [...readManifests(dataRoot, (problem) => notes.warn(problem))];
    if (runId === undefined) return isJson ? asJson({ runs: manifests }) : runsAsText(dataRoot, manifests);
    const manifest = findRun(runId, dataRoot, manifests);
    return isJson ? asJson(manifest) : runAsText(manifest);
  });
}

import { resolve } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../config/load.js';
import { suggestion } from '../config/suggest.js';
import { EtlError } from '../errors.js';
import type { Manifest } from '../pipeline/manifest.js';
import { readManifests } from '../pipeline/read-manifests.js';
import { interpretFlags } from './interpret-flags.js';
import { writeNote } from './output.js';
import { runAsText, runsAsText } from './runs-report.js';
import { flagOf, givenSettings } from './setting-flags.js';

const optionsSchema = z.looseObject({
  config: z.string().optional(),
  outputFormat: z.enum(['summary', 'json']),
});

/** The runs of a data root, the newest first, or one of them; as text or as JSON. Throws `usage` where there is no such run. */
export function reportRuns(runId: string | undefined, raw: Readonly<Record<string, unknown>>): string {
  const { config: file, outputFormat } = optionsSchema.parse(raw);
  const flags = interpretFlags(givenSettings(raw));
  const { settings } = loadConfig({ flags, flagNamed: flagOf, file });
  const dataRoot = resolve(settings.data_root);
  const complain = (problem: string) => writeNote(`etl1: warning: ${problem}`);
  const manifests = [...readManifests(dataRoot, complain)];
  if (runId === undefined)
    return outputFormat === 'json' ? asJson({ runs: manifests }) : runsAsText(dataRoot, manifests);
  const manifest = findRun(runId, dataRoot, manifests);
  return outputFormat === 'json' ? asJson(manifest) : runAsText(manifest);
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function findRun(runId: string, dataRoot: string, manifests: readonly Manifest[]): Manifest {
  const manifest = manifests.find(({ run_id }) => run_id === runId);
  if (manifest) return manifest;
  const names = manifests.map(({ run_id }) => run_id);
  throw new EtlError('usage', `no run ${JSON.stringify(runId)} in ${dataRoot}${suggestion(runId, names)}`, {
    step: 'looking for a run',
    hint: '`etl1 runs` lists those that published; one that failed is in the log alone',
  });
}

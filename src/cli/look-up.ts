import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { isAddress } from '../config/address.js';
import { loadConfig } from '../config/load.js';
import type { Settings } from '../config/settings.js';
import { runsFolder } from '../pipeline/data-root.js';
import { findPayers } from '../pipeline/find-payers.js';
import { localFiles } from '../pipeline/local-files.js';
import { searchedBy } from '../pipeline/locate.js';
import { runIdPattern } from '../pipeline/run-id.js';
import type { Given } from './complete.js';
import { interpretFlags } from './interpret-flags.js';
import { flagOf, givenSettings } from './setting-flags.js';

const optionsSchema = z.looseObject({ config: z.string().optional() });

/** Payers that have files, or runs that published, the newest first, under the settings that the flags so far give. */
export async function lookUp({
  kind,
  given,
}: {
  readonly kind: 'payers' | 'runs';
  readonly given: Given;
}): Promise<string[]> {
  const { config: file } = optionsSchema.parse(given);
  const flags = interpretFlags(givenSettings(given));
  const { settings } = loadConfig({ flags, flagNamed: flagOf, file });
  return kind === 'payers' ? payersOf(settings) : runsOf(settings.data_root);
}

async function payersOf(settings: Settings): Promise<string[]> {
  // nobody waits for a cluster to have a word completed
  if (isAddress(settings.input_dir)) return [];
  return findPayers(searchedBy(settings, localFiles), settings);
}

function runsOf(dataRoot: string): string[] {
  const names = readdirSync(runsFolder(resolve(dataRoot))).map((name) => name.replace(/\.json$/, ''));
  return names
    .filter((name) => runIdPattern.test(name))
    .sort()
    .reverse();
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { type FactLayout, listInsteadOf } from '../tables/partitions.js';

/** The settings that say where facts are, and how they are kept. */
export type FactSettings = Pick<
  Settings,
  'gold_dir' | 'fact_rate_file' | 'fact_layout' | 'spark_catalog' | 'spark_root'
>;

/** Whether outputs are files below the data root: they may be tables of a catalog, or where a cluster has them. */
export function areOutputsHere(settings: Pick<Settings, 'spark_catalog' | 'spark_root'>): boolean {
  return settings.spark_catalog === null && settings.spark_root === null;
}

/** Where facts are, by how they are kept: the file that holds them, or the list of their parts. */
export function factPaths(dataRoot: string, settings: FactSettings): Record<FactLayout, string> {
  const file = join(dataRoot, settings.gold_dir, settings.fact_rate_file);
  return { single: file, partitioned: listInsteadOf(file) };
}

const otherThan = (layout: FactLayout): FactLayout => (layout === 'single' ? 'partitioned' : 'single');

/** How the facts that are there are kept, and would be if there were none. */
export function layoutThere(dataRoot: string, settings: FactSettings): FactLayout {
  const paths = factPaths(dataRoot, settings);
  const wanted = settings.fact_layout;
  return !existsSync(paths[wanted]) && existsSync(paths[otherThan(wanted)]) ? otherThan(wanted) : wanted;
}

/** Refuses to begin a second table of facts beside one that is kept another way. Throws `config`. */
export function checkLayoutThere(dataRoot: string, settings: FactSettings): void {
  if (!areOutputsHere(settings)) return;
  const paths = factPaths(dataRoot, settings);
  const wanted = settings.fact_layout;
  const other = otherThan(wanted);
  if (!existsSync(paths[other])) return;
  throw new EtlError(
    'config',
    `fact_layout is ${wanted}, but facts are kept as ${other} in ${paths[other]}`,
    {
      step: 'checking outputs',
      hint: `\`etl1 migrate --to ${wanted}\` converts them; \`fact_layout: ${other}\` goes on with them`,
    },
  );
}

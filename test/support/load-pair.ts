import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.js';
import type { SettingName } from '../../src/config/settings.js';
import type { Engine } from '../../src/pipeline/engine.js';
import { makePlan } from '../../src/pipeline/plan.js';
import { executePlan } from '../../src/pipeline/run.js';
import type { Summary } from '../../src/pipeline/summary.js';
import { type TableName, tables } from '../../src/tables/tables.js';
import type { OutputRow } from '../model/tables.js';
import { readTable } from './fixture.js';

export interface Load {
  readonly dataRoot: string;
  readonly rates: string;
  readonly providers: string;
  readonly payer?: string;
  readonly settings?: Readonly<Partial<Record<SettingName, unknown>>>;
  /** By default the one that is built in. */
  readonly engine?: Engine;
}

/** Loads one pair of files as the command does, but in this process and without environment or file settings. */
export async function loadPair({
  dataRoot,
  rates,
  providers,
  payer = 'test',
  settings = {},
  engine,
}: Load): Promise<Summary> {
  const environment = { settings: new Map(), configFile: undefined, noColor: true };
  const flags = { ...settings, data_root: dataRoot };
  const config = loadConfig({ flags, environment, file: '/dev/null' });
  const plan = await makePlan({ payer, settings: config.settings, named: { rates, providers } });
  return executePlan(plan, {}, engine);
}

/** The seven outputs below a data root, in the default places, or facts that are elsewhere. */
export async function readOutputs(
  dataRoot: string,
  facts?: readonly OutputRow[],
): Promise<Record<TableName, readonly OutputRow[]>> {
  const read = async (name: TableName) => (await readTable(pathOf(dataRoot, name))).rows;
  return {
    dim_code: await read('dim_code'),
    dim_payer: await read('dim_payer'),
    dim_provider_group: await read('dim_provider_group'),
    dim_pos_set: await read('dim_pos_set'),
    xref_pg_npi: await read('xref_pg_npi'),
    xref_pg_tin: await read('xref_pg_tin'),
    fact_rate: facts ?? (await read('fact_rate')),
  };
}

/** Where an output is by default. */
export function pathOf(dataRoot: string, name: TableName): string {
  const table = tables.find((candidate) => candidate.name === name);
  if (!table) throw new RangeError(name);
  return join(dataRoot, table.folder.replace('_dir', ''), table.file);
}

/** Runs work with a folder of its own, which is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'etl1-test-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

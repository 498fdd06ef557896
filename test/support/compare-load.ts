import { expect } from 'vitest';
import type { Summary } from '../../src/pipeline/summary.js';
import { type Loaded, loadModel } from '../model/load.js';
import type { Settings } from '../model/settings.js';
import { noTables, type TableName, type Tables, tableNames, tableOf } from '../model/tables.js';
import { countsIn, countsOf } from './compare-counts.js';
import { type Conditions, loadFiles, rowsOf, type WrittenFiles } from './compare-files.js';
import { brokenKeysOf, type Outputs } from './compare-keys.js';
import { countReasons, expectedRejects, readRejects } from './compare-rejects.js';
import { expectSurvey } from './compare-survey.js';
import { differenceOf } from './fixture.js';
import { readOutputs } from './load-pair.js';

export interface Request {
  readonly dataRoot: string;
  readonly files: WrittenFiles;
  readonly settings: Settings;
  readonly chunkSize: number;
  /** What the data root holds already. */
  readonly before?: Tables;
  readonly conditions?: Conditions;
}

/** Loads files and expects all that comes of it to be what the model says; gives the tables as they are now. */
export async function expectLoad(request: Request): Promise<Tables> {
  const { dataRoot, files, settings, chunkSize, before = noTables, conditions } = request;
  const input = { rates: rowsOf(files.rates), providers: rowsOf(files.providers) };
  const loaded = loadModel(before, input, settings);
  const summary = await loadFiles(dataRoot, files, settings, chunkSize, conditions);
  const outputs = await readOutputs(dataRoot);

  expect(differencesOf(loaded.tables, outputs)).toEqual({});
  expect(brokenKeysOf(outputs)).toEqual([]);
  expect(summary.warnings).toEqual(warningsOf(loaded));
  expectSurvey(summary, loaded.survey);
  await expectRejects(summary, files, loaded);
  const replacing =
    settings.mode === 'replace' ? loadModel(noTables, input, settings).tables.fact_rate : null;
  expect(countsIn(summary.tables)).toEqual(countsOf(before, tablesOf(outputs), replacing));
  return tablesOf(outputs);
}

async function expectRejects(summary: Summary, files: WrittenFiles, loaded: Loaded): Promise<void> {
  for (const source of ['rates', 'providers'] as const) {
    const rejects = loaded.rejects[source];
    expect(summary.rejects[source]).toEqual(countReasons(rejects));
    const found = await readRejects(summary, source, files[source]);
    expect(found).toMatchObject(expectedRejects(files[source], rejects));
  }
}

function warningsOf({ warnings, groupsGainedMembers }: Loaded): Record<string, number> {
  return groupsGainedMembers > 0 ? { ...warnings, groups_gained_members: groupsGainedMembers } : warnings;
}

/** What each table holds and should not, or lacks; a table that is right is not in it. */
export function differencesOf(expected: Tables, actual: Outputs): Partial<Record<TableName, unknown>> {
  const differences = tableNames.map((name) => {
    return [name, differenceOf(name, expected[name].values(), actual[name])] as const;
  });
  return Object.fromEntries(
    differences.filter(([, { missing, unexpected }]) => missing.length + unexpected.length > 0),
  );
}

/** Outputs under their keys; a key that is held twice is an error. */
export function tablesOf(outputs: Outputs): Tables {
  return {
    dim_code: tableOf('dim_code', outputs.dim_code),
    dim_payer: tableOf('dim_payer', outputs.dim_payer),
    dim_provider_group: tableOf('dim_provider_group', outputs.dim_provider_group),
    dim_pos_set: tableOf('dim_pos_set', outputs.dim_pos_set),
    xref_pg_npi: tableOf('xref_pg_npi', outputs.xref_pg_npi),
    xref_pg_tin: tableOf('xref_pg_tin', outputs.xref_pg_tin),
    fact_rate: tableOf('fact_rate', outputs.fact_rate),
  };
}

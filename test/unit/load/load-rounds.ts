import { join } from 'node:path';
import { expect } from 'vitest';
import type { SettingName } from '../../../src/config/settings.js';
import type { Summary } from '../../../src/pipeline/summary.js';
import type { InputRow } from '../../model/input-value.js';
import { loadModel } from '../../model/load.js';
import { settingsFor } from '../../model/settings.js';
import { noTables, type OutputRow, type TableName, type Tables, tableNames } from '../../model/tables.js';
import { expectSurvey } from '../../support/compare-survey.js';
import { differenceOf, plainProvidersColumns, plainRatesColumns, writeRows } from '../../support/fixture.js';
import { loadPair, readOutputs } from '../../support/load-pair.js';

/** One load of a pair of files. */
export interface Round {
  readonly rates: readonly InputRow[];
  readonly providers?: readonly InputRow[];
  readonly settings?: Partial<Parameters<typeof settingsFor>[1]> & { state?: string };
}

export interface RoundResult {
  readonly summary: Summary;
  readonly tables: Readonly<Record<TableName, readonly OutputRow[]>>;
}

const providerColumns = { provider_group_id: 'text' } as const;
const rateColumns = { provider_reference_id: 'text' } as const;

/** Loads pairs one after the other into one data root, which holds what is `there`; after each, every table is as the naive model has it. */
export async function loadRounds(
  folder: string,
  rounds: readonly Round[],
  there: Tables = noTables,
): Promise<RoundResult[]> {
  const results: RoundResult[] = [];
  const dataRoot = join(folder, 'data');
  let before = there;
  for (const [index, round] of rounds.entries()) {
    const model = settingsFor('GA', round.settings);
    const rates = join(folder, `${index}_rates.parquet`);
    const providers = join(folder, `${index}_providers.parquet`);
    const stored = {
      rates: await writeRows(rates, round.rates, { columns: { ...plainRatesColumns, ...rateColumns } }),
      providers: await writeRows(providers, round.providers ?? [], {
        columns: { ...plainProvidersColumns, ...providerColumns },
      }),
    };
    const summary = await loadPair({ dataRoot, rates, providers, settings: settingsOf(model) });
    const tables = await readOutputs(dataRoot);
    const expected = loadModel(before, stored, model);
    for (const name of tableNames) {
      const difference = differenceOf(name, expected.tables[name].values(), tables[name]);
      expect({ name, ...difference }).toEqual({ name, missing: [], unexpected: [] });
    }
    expect(summary.warnings['groups_gained_members'] ?? 0).toBe(expected.groupsGainedMembers);
    expectSurvey(summary, expected.survey);
    before = expected.tables;
    results.push({ summary, tables });
  }
  return results;
}

function settingsOf(model: ReturnType<typeof settingsFor>): Partial<Record<SettingName, unknown>> {
  return {
    state: model.state,
    payer_slug_override: model.payerSlugOverride,
    empty_pos_set: model.emptyPosSet,
    provider_group_scope: model.providerGroupScope,
    dimension_conflict: model.dimensionConflict,
    mode: model.mode,
    threads: 1,
    memory_limit_mb: 512,
    max_reject_ratio: 1,
  };
}

/** The counts that a summary gives for a table. */
export function countsOf({ summary }: RoundResult, table: TableName): Record<string, number> {
  const { inserted = 0, filled = 0, kept = 0, removed = 0, total = 0 } = summary.tables[table] ?? {};
  return { inserted, filled, kept, removed, total };
}

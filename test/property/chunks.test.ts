import { join } from 'node:path';
import fc from 'fast-check';
import pl, { type DataFrame } from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { loadConfig, ScalableETL1 } from '../../src/index.js';
import { tableNamed } from '../../src/tables/tables.js';
import { countReasons } from '../../src/transform/rejects.js';
import { readProvidersRow } from '../model/providers-row.js';
import { readRatesRow } from '../model/rates-row.js';
import type { Settings } from '../model/settings.js';
import { type TableName, tableNames } from '../model/tables.js';
import { arbitraryPair, arbitraryParts } from '../support/arbitrary-pair.js';
import { check } from '../support/arbitrary-run.js';
import { arbitraryKeySettings } from '../support/arbitrary-settings.js';
import { loadFiles, type WrittenFile, writeFiles } from '../support/compare-files.js';
import { tablesOf } from '../support/compare-load.js';
import { pathOf, readOutputs, withFolder } from '../support/load-pair.js';

const mostRows = 120;

/** The tables that each source brings rows to. */
const tablesFrom: Readonly<Record<'rates' | 'providers', readonly TableName[]>> = {
  rates: ['dim_code', 'dim_payer', 'dim_provider_group', 'dim_pos_set', 'fact_rate'],
  providers: ['dim_provider_group', 'xref_pg_npi', 'xref_pg_tin'],
};

async function makePipeline(dataRoot: string, settings: Settings): Promise<ScalableETL1> {
  const overrides = {
    data_root: dataRoot,
    state: settings.state,
    payer_slug_override: settings.payerSlugOverride,
    empty_pos_set: settings.emptyPosSet,
    provider_group_scope: settings.providerGroupScope,
  };
  return new ScalableETL1(await loadConfig(overrides, { file: null, env: {} }));
}

/** Upserts what is accepted of a chunk into the tables that it brings rows to. */
async function upsertAll(
  etl: ScalableETL1,
  dataRoot: string,
  chunk: DataFrame,
  source: 'rates' | 'providers',
): Promise<void> {
  const accepted = chunk.filter(pl.col('reject_reason').isNull());
  for (const name of tablesFrom[source]) {
    const members = { xref_pg_npi: 'npi', xref_pg_tin: 'tin_value' }[String(name)];
    const rows = members ? accepted.filter(pl.col(members).isNotNull()) : accepted;
    await etl.memoryEfficientUpsert(rows, pathOf(dataRoot, name), tableNamed(name).key, name);
  }
}

/** The key of each row, or the reason why it has none. */
function keysOf(chunk: DataFrame, key: string): unknown[] {
  const rows = chunk.select(key, 'reject_reason').toRecords();
  return rows.map((row) => row[key] ?? row['reject_reason']);
}

const countRejects = (chunk: DataFrame) => countReasons(chunk.filter(pl.col('reject_reason').isNotNull()));
const frameOf = ({ path }: WrittenFile) => pl.readParquet(path);

describe('chunks that a program processes', () => {
  it('are, row by row, what the model makes of them, and upserted what a load makes of their files', () =>
    check(
      5,
      fc.asyncProperty(
        arbitraryParts(arbitraryPair(mostRows), mostRows),
        arbitraryKeySettings,
        (parts, settings) =>
          withFolder(async (folder) => {
            const files = await writeFiles(join(folder, 'input'), parts);
            const [rates, providers] = [files.rates[0], files.providers[0]];
            if (!rates || !providers) throw new RangeError('each source has a file');
            const summary = await loadFiles(join(folder, 'loaded'), files, settings, mostRows);

            const dataRoot = join(folder, 'upserted');
            await using etl = await makePipeline(dataRoot, settings);
            const ratesChunk = await etl.processRatesChunk(frameOf(rates));
            const providersChunk = await etl.processProvidersChunk(frameOf(providers));

            const perRate = rates.rows.map((row) => readRatesRow(row, settings));
            expect(keysOf(ratesChunk, 'fact_uid')).toEqual(
              perRate.map((row) => (typeof row === 'string' ? row : row.factUid)),
            );
            const perMember = providers.rows.map((row) => readProvidersRow(row, settings));
            expect(keysOf(providersChunk, 'pg_uid')).toEqual(
              perMember.map((row) => (typeof row === 'string' ? row : row.pgUid)),
            );

            await upsertAll(etl, dataRoot, ratesChunk, 'rates');
            await upsertAll(etl, dataRoot, providersChunk, 'providers');
            const [loaded, upserted] = [
              await readOutputs(join(folder, 'loaded')),
              await readOutputs(dataRoot),
            ];
            for (const name of tableNames) expect(tablesOf(upserted)[name]).toEqual(tablesOf(loaded)[name]);
            expect(summary.rejects).toEqual({
              rates: await countRejects(ratesChunk),
              providers: await countRejects(providersChunk),
            });
          }),
      ),
    ));
});

import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isMadeByLoads } from '../../../src/pipeline/made-by-loads.js';
import { describeFile } from '../../../src/pipeline/snapshot.js';
import { plainProvidersColumns, plainRatesColumns, writeRows } from '../../support/fixture.js';
import { loadPair, pathOf, withFolder } from '../../support/load-pair.js';

const rate = {
  reporting_entity_name: 'Payer',
  provider_reference_id: '222',
  billing_code_type: 'CPT',
  negotiated_rate: 1,
};

it('facts are made by loads as long as nothing else has touched them', async () => {
  await withFolder(async (folder) => {
    const dataRoot = join(folder, 'data');
    const path = pathOf(dataRoot, 'fact_rate');
    const providers = join(folder, 'providers.parquet');
    await writeRows(providers, [], { columns: plainProvidersColumns });
    const load = async (billing_code: string) => {
      const rates = join(folder, `${billing_code}.parquet`);
      await writeRows(rates, [{ ...rate, billing_code }], { columns: plainRatesColumns });
      await loadPair({ dataRoot, rates, providers });
    };
    const isMade = () => isMadeByLoads(dataRoot, path, describeFile(path));

    expect(isMade()).toBe(false);
    await load('1');
    expect(isMade()).toBe(true);
    await load('2');
    expect(isMade()).toBe(true);
    // its bytes are taken for the same, yet nobody says whose they are
    await utimes(path, 1, 1);
    expect(isMade()).toBe(false);
    await load('3');
    expect(isMade()).toBe(false);
    await rm(path);
    await load('3');
    expect(isMade()).toBe(true);
    await rm(join(dataRoot, 'runs'), { recursive: true });
    expect(isMade()).toBe(false);
  });
});

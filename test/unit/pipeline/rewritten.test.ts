import { readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compact } from '../../../src/layout/compact.js';
import { migrate } from '../../../src/layout/migrate.js';
import { checkUntouched } from '../../../src/pipeline/check-untouched.js';
import { readRewritten } from '../../../src/pipeline/rewritten.js';
import { describeFile } from '../../../src/pipeline/snapshot.js';
import { plainProvidersColumns, plainRatesColumns, writeRows } from '../../support/fixture.js';
import { loadPair, pathOf, withFolder } from '../../support/load-pair.js';
import { datasetIn, settingsOf } from '../../support/partitioned.js';
import { august, september, writeDataset } from '../../support/small-dataset.js';

const { signal } = new AbortController();

/** Loads one rate of a code into a data root. */
async function load(dataRoot: string, code: string, fact_layout: 'single' | 'partitioned') {
  const [rates, providers] = ['rates', 'providers'].map((source) =>
    join(dirname(dataRoot), `${code}_${source}.parquet`),
  );
  if (!rates || !providers) throw new RangeError('no input');
  const common = { reporting_entity_name: 'acme', last_updated_on: '2025-08-01', version: '1' };
  const rate = {
    billing_code_type: 'CPT',
    billing_code: code,
    negotiated_rate: 5,
    provider_reference_id: 7n,
  };
  const member = { provider_group_id: 7n, npi: '2000000001', tin_type: 'ein', tin_value: '1' };
  await writeRows(rates, [{ ...common, ...rate }], { columns: plainRatesColumns });
  await writeRows(providers, [{ ...common, ...member }], { columns: plainProvidersColumns });
  return (await loadPair({ dataRoot, rates, providers, settings: { fact_layout } })).tables['fact_rate'];
}

describe('facts that were written another way', () => {
  it('are gone on with by the next load, however often and which way they were', async () => {
    await withFolder(async (folder) => {
      const root = join(folder, 'data');
      const settings = settingsOf({ data_root: root });
      for (const code of ['1', '2']) await load(root, code, 'partitioned');
      await compact(settings, () => {}, signal);
      expect(await load(root, '3', 'partitioned')).toMatchObject({ inserted: 1, kept: 2 });
      await migrate(settings, 'single', signal);
      expect(await load(root, '4', 'single')).toMatchObject({ inserted: 1, kept: 3 });
      await migrate(settings, 'partitioned', signal);
      expect(await load(root, '5', 'partitioned')).toMatchObject({ inserted: 1, kept: 4 });
      await migrate(settings, 'single', signal);
      expect(await load(root, '6', 'single')).toMatchObject({ inserted: 1, kept: 5 });
      const list = join(datasetIn(root), '_manifest.json');
      const file = pathOf(root, 'fact_rate');
      expect(readRewritten(root).map(({ path }) => path)).toEqual([file, list, file, list]);
      expect((await readdir(root)).filter((name) => name.startsWith('..'))).toEqual([]);
    });
  });

  it('are known by their content, and refused where something else has changed them since', async () => {
    await withFolder(async (folder) => {
      const root = join(folder, 'data');
      const path = join(datasetIn(root), '_manifest.json');
      for (const code of ['1', '2']) await load(root, code, 'partitioned');
      await compact(settingsOf({ data_root: root }), () => {}, signal);
      const check = () => checkUntouched(root, { fact_rate: { path, found: describeFile(path) } });
      await utimes(path, 1, 1);
      await check();
      await writeFile(path, '{}');
      await expect(check()).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining(`${path}: was changed by something else`),
      });
    });
  });

  it('are recorded with what they were made of, once for a command that goes partition by partition', async () => {
    await withFolder(async (root) => {
      const dataset = datasetIn(root);
      await writeDataset(dataset, { [august]: [['a'], ['b']], [september]: [['c'], ['d']] });
      const list = join(dataset, '_manifest.json');
      const before = describeFile(list);
      await compact(settingsOf({ data_root: root }), () => {}, signal);
      expect(readRewritten(root)).toMatchObject([
        { path: list, left: describeFile(list), from: { path: list, found: before } },
      ]);
    });
  });

  it.each(['no JSON', '{"format":2,"facts":[]}', '{"format":1,"facts":[{}]}'])(
    'are not known from a record that holds %s',
    async (text) => {
      await withFolder(async (root) => {
        expect(readRewritten(root)).toEqual([]);
        await writeFile(join(root, '.rewritten.json'), text);
        expect(readRewritten(root)).toEqual([]);
      });
    },
  );
});

import { describe, expect, it } from 'vitest';
import { digestOf } from '../model/digest.js';
import { loadModel } from '../model/load.js';
import { settingsFor } from '../model/settings.js';
import { noTables, tableNames } from '../model/tables.js';
import { readRows } from '../support/fixture.js';
import { realFile, realPairs } from '../support/real-pairs.js';

describe.skipIf(realPairs.length === 0)('the model on real pairs', () => {
  for (const [name, pair] of realPairs) {
    it(`makes the published tables of ${name}`, async () => {
      const { load } = pair;
      const rates = await readRows(realFile(load.rates));
      const providers = await readRows(realFile(load.providers));
      expect({ rates: rates.length, providers: providers.length }).toEqual(pair.input_rows);

      const settings = settingsFor(load.state, {
        payerSlugOverride: load.payer_slug_override,
        emptyPosSet: load.empty_pos_set,
        providerGroupScope: load.provider_group_scope,
      });
      const loaded = loadModel(noTables, { rates, providers }, settings);
      const tables = tableNames.map((table) => {
        const rows = loaded.tables[table];
        return [table, { rows: rows.size, digest: digestOf(table, rows.values()) }];
      });
      expect(Object.fromEntries(tables)).toEqual(pair.tables);
      expect(loaded.rejects).toEqual({ rates: [], providers: [] });
      expect(pair.rejects).toEqual({});
      // the one warning that both count: the published counts leave out rates over a million
      expect(loaded.warnings['rate_percentage'] ?? 0).toBe(pair.warnings['rates:percentage'] ?? 0);
    });
  }
});

import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableNames } from '../model/tables.js';
import { type Columns, few, providersColumns, ratesColumns } from '../support/arbitrary-columns.js';
import { plainParts } from '../support/arbitrary-pair.js';
import { check } from '../support/arbitrary-run.js';
import { arbitraryKeySettings } from '../support/arbitrary-settings.js';
import { arbitraryTable } from '../support/arbitrary-table.js';
import { countsIn } from '../support/compare-counts.js';
import { loadFiles, writeFiles } from '../support/compare-files.js';
import { brokenKeysOf } from '../support/compare-keys.js';
import { readOutputs, withFolder } from '../support/load-pair.js';

// neighbouring fields of a key, in which the bar can stand on either side of the next one
const barred = few('text', ['a', 'b', 'a|b', 'b|a', '|', 'a|', '|b'], [null]);

const barredPublication: Columns = {
  reporting_entity_name: few('text', ['Acme', 'acme', 'Acme|']),
  version: barred,
};

const rates = arbitraryTable(
  {
    ...ratesColumns,
    ...barredPublication,
    provider_reference_id: barred,
    billing_class: barred,
    billing_code_type: barred,
    billing_code: barred,
    negotiated_type: barred,
    negotiation_arrangement: barred,
    expiration_date: barred,
    negotiated_rate: few('double', [1, 1.000_01, 2]),
    service_codes: few('text', ['11|22', '22', '|']),
  },
  200,
);

const providers = arbitraryTable(
  { ...providersColumns, ...barredPublication, provider_group_id: barred, npi: barred, tin_value: barred },
  100,
);

describe('fields that hold the separator of keys', () => {
  it('leave every key unique and every reference met, also when they are loaded twice', () =>
    check(
      4,
      fc.asyncProperty(rates, providers, arbitraryKeySettings, (ratesTable, providersTable, settings) =>
        withFolder(async (folder) => {
          const parts = plainParts({ rates: ratesTable, providers: providersTable });
          const files = await writeFiles(join(folder, 'input'), parts);
          const dataRoot = join(folder, 'data');
          for (const isFirst of [true, false]) {
            const summary = await loadFiles(dataRoot, files, settings, isFirst ? 50 : 70);
            const outputs = await readOutputs(dataRoot);
            expect(brokenKeysOf(outputs)).toEqual([]);
            const counts = countsIn(summary.tables);
            for (const name of tableNames) {
              const rows = outputs[name].length;
              expect(counts[name]).toEqual({
                inserted: isFirst ? rows : 0,
                filled: 0,
                kept: isFirst ? 0 : rows,
                removed: 0,
                total: rows,
              });
            }
          }
        }),
      ),
    ));
});

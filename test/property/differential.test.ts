import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { arbitraryLayout } from '../support/arbitrary-file.js';
import { check } from '../support/arbitrary-run.js';
import { arbitraryKeySettings, chunkSizeFor } from '../support/arbitrary-settings.js';
import { arbitraryProviders, arbitraryRates } from '../support/arbitrary-table.js';
import { writeFiles } from '../support/compare-files.js';
import { expectLoad } from '../support/compare-load.js';
import { withFolder } from '../support/load-pair.js';

const ratesRows = 250;
const providersRows = 120;

describe('a load', () => {
  it('makes of any input what the row-by-row model makes of it', () =>
    check(
      30,
      fc.asyncProperty(
        fc.record({ table: arbitraryRates(ratesRows), layout: arbitraryLayout(ratesRows) }),
        fc.record({ table: arbitraryProviders(providersRows), layout: arbitraryLayout(providersRows) }),
        arbitraryKeySettings,
        fc.integer({ min: 1, max: 6 }),
        (rates, providers, settings, chunks) =>
          withFolder(async (folder) => {
            const files = await writeFiles(join(folder, 'input'), { rates: [rates], providers: [providers] });
            const chunkSize = chunkSizeFor(rates.table.rows.length, chunks);
            await expectLoad({ dataRoot: join(folder, 'data'), files, settings, chunkSize });
          }),
      ),
    ));
});

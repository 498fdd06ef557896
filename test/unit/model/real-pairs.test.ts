import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { digestOf } from '../../model/digest.js';
import { loadModel } from '../../model/load.js';
import { settingsFor } from '../../model/settings.js';
import { noTables, tableNames } from '../../model/tables.js';
import { readRows } from '../../support/fixture.js';

const realFolder = join(fileURLToPath(new URL('../../..', import.meta.url)), '..', 'shared', 'real');

const expectedShape = z.object({
  pairs: z.record(
    z.string(),
    z.object({
      load: z.object({
        state: z.string(),
        rates: z.string(),
        providers: z.string(),
        payer_slug_override: z.string().nullable(),
        provider_group_scope: z.enum(['payer', 'month']),
        empty_pos_set: z.enum(['', 'none']),
      }),
      input_rows: z.object({ rates: z.number(), providers: z.number() }),
      rejects: z.record(z.string(), z.number()),
      warnings: z.record(z.string(), z.number()),
      tables: z.record(z.enum(tableNames), z.object({ rows: z.number(), digest: z.string() })),
    }),
  ),
});

const isThere = existsSync(join(realFolder, 'expected.json'));
if (!isThere) process.stderr.write(`skipped: no real pairs in ${realFolder}\n`);

describe.skipIf(!isThere)('the model on real pairs', () => {
  for (const [name, pair] of Object.entries(isThere ? readExpected().pairs : {})) {
    it(`makes the published tables of ${name}`, async () => {
      const { load } = pair;
      const rates = await readRows(join(realFolder, load.rates));
      const providers = await readRows(join(realFolder, load.providers));
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

function readExpected() {
  return expectedShape.parse(JSON.parse(readFileSync(join(realFolder, 'expected.json'), 'utf8')));
}

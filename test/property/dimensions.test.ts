import fc from 'fast-check';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import type { DimensionName } from '../model/incoming.js';
import { keyTextOf, type OutputRow, tableOf } from '../model/tables.js';
import { upsertDimension } from '../model/upsert-dimension.js';
import { check } from '../support/arbitrary-run.js';
import { differenceOf, readTable } from '../support/fixture.js';
import { withFolder } from '../support/load-pair.js';
import { dimensionPath, upsertRows } from '../support/upsert-rows.js';

const part = fc.constantFrom('', '0', '1', '2', "it's");
const attribute = fc.constantFrom(null, 'a', 'B', '\uFEFFc');

/** Tables of all sorts: with attributes, with none, and with lists. */
const arbitraryRow = {
  dim_code: fc.record({ code_type: part, code: part, code_description: attribute, code_name: attribute }),
  xref_pg_npi: fc.record({ pg_uid: part, npi: part }),
  xref_pg_tin: fc.record({ pg_uid: part, tin_type: attribute, tin_value: part }),
  dim_pos_set: fc
    .array(fc.constantFrom('02', '11', '21'), { maxLength: 4 })
    .map((members) => ({ pos_set_id: members.join('|'), pos_members: members })),
} satisfies Partial<Record<DimensionName, fc.Arbitrary<OutputRow>>>;

const loadsOf = (name: keyof typeof arbitraryRow) => {
  const rows = fc.uniqueArray<OutputRow, string>(arbitraryRow[name], {
    selector: (row) => keyTextOf(name, row),
    maxLength: 12,
  });
  const load = fc.record({
    rows,
    dimensionConflict: fc.constantFrom('fill' as const, 'update' as const),
    // that something else wrote the file meanwhile, with the same rows
    isRewritten: fc.boolean(),
  });
  return fc.record({ name: fc.constant(name), loads: fc.array(load, { minLength: 2, maxLength: 8 }) });
};

const story = fc.oneof(
  loadsOf('dim_code'),
  loadsOf('xref_pg_npi'),
  loadsOf('xref_pg_tin'),
  loadsOf('dim_pos_set'),
);

describe('a dimension that is loaded again and again', () => {
  it('holds what the model has, and counts it', () =>
    check(
      25,
      fc.asyncProperty(story, ({ name, loads }) =>
        withFolder(async (folder) => {
          const path = dimensionPath(folder, name);
          let before = tableOf(name, []);
          for (const { rows, dimensionConflict, isRewritten } of loads) {
            const { waiting, inserted, filled, total } = await upsertRows(folder, {
              ...{ name, rows, dimensionConflict },
            });
            const after = upsertDimension(name, before, rows, dimensionConflict);
            const stored = await readTable(path);
            expect(differenceOf(name, after.values(), stored.rows)).toEqual({ missing: [], unexpected: [] });
            const changed = [...after].filter(
              ([key, row]) => before.has(key) && JSON.stringify(row) !== JSON.stringify(before.get(key)),
            );
            const expected = {
              inserted: after.size - before.size,
              filled: changed.length,
              total: after.size,
            };
            expect({ inserted, filled, total }).toEqual(expected);
            if (inserted + filled > 0) expect(waiting).not.toBeNull();
            before = after;
            if (isRewritten) pl.readParquet(path).writeParquet(path, { compression: 'zstd' });
          }
        }),
      ),
    ));
});

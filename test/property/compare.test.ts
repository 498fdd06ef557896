import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TableComparison } from '../../src/compare/comparison.js';
import { compareRows } from '../model/compare-rows.js';
import type { OutputRow, TableName } from '../model/tables.js';
import { check } from '../support/arbitrary-run.js';
import { compareQueries } from '../support/compare-roots.js';
import { selectRows } from '../support/write-outputs.js';

const text = fc.constantFrom(null, '', ' ', 'a', 'b', 'é', '\ufeffa');
const rate = fc.constantFrom(null, 0, 1, 1.004, 2, 1e9);

const facts = fc.array(
  fc.record({
    fact_uid: fc.constantFrom('u', 'v', 'w'),
    code: fc.constantFrom('1', '2', '3'),
    state: text,
    negotiated_rate: rate,
    reporting_entity_name: text,
  }),
  { maxLength: 12 },
);

const codes = fc.array(
  fc.record({
    code_type: text,
    code: fc.constantFrom('1', '2', '3'),
    code_description: text,
    code_name: text,
  }),
  { maxLength: 12 },
);

/** Few rows of few values, so that copies and pairs are frequent. */
const tables = fc.oneof(
  fc.record({ name: fc.constant<TableName>('fact_rate'), one: facts, other: facts }),
  fc.record({ name: fc.constant<TableName>('dim_code'), one: codes, other: codes }),
);

const tolerance = fc.constantFrom(0, 0.01, 1);

function compare(name: TableName, left: readonly OutputRow[], right: readonly OutputRow[], allowed: number) {
  const queries = [selectRows(name, left), selectRows(name, right)] as const;
  return compareQueries(name, ...queries, { tolerance: allowed, examples: 20 });
}

/** What a comparison says when its sides are swapped; files apart. */
function mirrored({ left, right, columns, examples, ...counts }: TableComparison) {
  const swapped = Object.entries(columns).map(([column, difference]) => {
    const pairs = difference.examples.map((pair) => ({ left: pair.right, right: pair.left }));
    return [column, { ...difference, examples: pairs }];
  });
  return {
    ...counts,
    only_left: counts.only_right,
    only_right: counts.only_left,
    left: right && { ...right, path: '' },
    right: left && { ...left, path: '' },
    columns: Object.fromEntries(swapped),
    examples: { only_left: examples.only_right, only_right: examples.only_left },
  };
}

describe('a comparison', () => {
  it('finds rows equal to themselves, in any order', () =>
    check(
      10,
      fc.asyncProperty(tables, tolerance, async ({ name, one }, allowed) => {
        const compared = await compare(name, one, one.toReversed(), allowed);
        expect(compared).toMatchObject({
          status: 'equal',
          left: { duplicates: 0 },
          right: { duplicates: 0 },
        });
      }),
    ));

  it('says the same of swapped sides, swapped', () =>
    check(
      10,
      fc.asyncProperty(tables, tolerance, async ({ name, one, other }, allowed) => {
        const there = await compare(name, one, other, allowed);
        const back = await compare(name, other, one, allowed);
        expect(mirrored(back)).toEqual(mirrored(mirrored(there)));
      }),
    ));

  it('counts what one row by row does', () =>
    check(
      20,
      fc.asyncProperty(tables, tolerance, async ({ name, one, other }, allowed) => {
        const columns = Object.keys([...one, ...other][0] ?? {});
        const compared = await compare(name, one, other, allowed);
        expect(compared).toMatchObject(compareRows(name, columns, one, other, allowed));
      }),
    ));
});

import { describe, expect, it } from 'vitest';
import { comparisonAsText, differencesAsLines } from '../../../src/cli/compare-report.js';
import type { ComparedSide, Comparison, TableComparison } from '../../../src/compare/comparison.js';

const side: ComparedSide = {
  path: '/a/dim_code.parquet',
  rows: 1_000,
  duplicates: 0,
  conflicts: 0,
  missing_columns: [],
  extra_columns: [],
  retyped_columns: {},
};

const equal: TableComparison = {
  status: 'equal',
  left: side,
  right: side,
  only_left: 0,
  only_right: 0,
  different: 0,
  within_tolerance: 0,
  columns: {},
  examples: { only_left: [], only_right: [] },
};

const comparison = (tables: Comparison['tables'], status: Comparison['status']): Comparison => ({
  status,
  left: '/a\u001b',
  right: '/b',
  tolerance: 0.01,
  tables,
  seconds: 1,
});

describe('comparisonAsText', () => {
  it('has a line per table in publishing order, then what was taken for the same', () => {
    const left = {
      ...side,
      duplicates: 1,
      conflicts: 1,
      missing_columns: ['state'],
      extra_columns: ['x\u001b'],
      retyped_columns: { npi: 'BIGINT' },
    };
    const tables = {
      fact_rate: { ...equal, left, within_tolerance: 2 },
      dim_code: { ...equal, status: 'absent' as const, left: null, right: null },
    };
    expect(comparisonAsText(comparison(tables, 'equal'))).toBe(
      `left   /a\\u001b
right  /b
  table       left  right  only left  only right  different  result
  dim_code       -      -          0           0          0  absent
  fact_rate  1,000  1,000          0           0          0   equal
worth knowing
  fact_rate: 2 rates differ by at most 0.01
  fact_rate left: 1 duplicate row collapsed; under 1 key they are not all the same
  fact_rate left: npi is stored as BIGINT
  fact_rate left: there is no state: read as null
  fact_rate left: x\\u001b is not a column of the table: not compared
Equal: no row is lost, added or changed
`,
    );
  });

  it('shows what differs by column with what the rows share, and rows of one side', () => {
    const row = { code: ' 1"', code_name: null, rate: 1.5 };
    const table: TableComparison = {
      ...equal,
      status: 'different',
      only_right: 1,
      different: 2,
      columns: { rate: { rows: 2, examples: [{ left: row, right: { ...row, rate: 2 } }] } },
      examples: { only_left: [], only_right: [row] },
    };
    const text = comparisonAsText(comparison({ dim_code: table }, 'different'));
    expect(text).toContain(
      `
dim_code: 0 rows only left, 1 row only right, 2 different
  rate differs in 2 rows
    left 1.5, right 2
      code=" 1\\"" code_name=null
  only right
    code=" 1\\"" code_name=null rate=1.5
Different: 1 of 1 table
`,
    );
  });
});

describe('differencesAsLines', () => {
  it('has a line for each table that differs', () => {
    const tables = {
      dim_code: equal,
      dim_payer: { ...equal, status: 'only_left' as const, only_left: 7, right: null },
      fact_rate: { ...equal, status: 'different' as const, different: 3 },
    };
    expect(differencesAsLines(comparison(tables, 'different'))).toEqual([
      'dim_payer: there is no such file on the right; 7 rows on the left',
      'fact_rate: 0 rows only left, 0 rows only right, 3 different',
    ]);
  });
});

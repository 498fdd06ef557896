import { describe, expect, it } from 'vitest';
import type { InputFile } from '../../../src/warehouse/input-columns.js';
import { sparkDialect } from '../../../src/warehouse/spark-dialect.js';
import { rejectedRows, stagedRows } from '../../../src/warehouse/stage-sql.js';

const rules = { payerSlugOverride: null };

/** A file that has some columns of text. */
const fileWith = (...columns: string[]): InputFile => ({
  view: 'rates_file_0',
  path: '/rates.parquet',
  rows: 2,
  layout: new Map(columns.map((column) => [column, { kind: 'text' }] as const)),
  types: new Map(columns.map((column) => [column, 'STRING'] as const)),
});

describe('rejected rows', () => {
  it('hold no bytes that are no text, be it in a list', () => {
    const layout = new Map([['service_codes', { kind: 'list' }] as const]);
    const types = new Map([['service_codes', 'ARRAY<STRING>']]);
    const file: InputFile = { ...fileWith(), layout, types };
    expect(rejectedRows(sparkDialect, 'rates', [file], rules)).toContain(
      "validate_utf8(CAST(array_join(CAST(`service_codes` AS ARRAY<STRING>), ';') AS STRING)) AS `printed_service_codes`",
    );
  });
});

describe('rows of rates that are staged', () => {
  it('are grouped by the columns that a file has, and only counted', () => {
    const sql = stagedRows(
      sparkDialect,
      'rates',
      [fileWith('billing_code', 'description', 'negotiated_rate', 'plan_name')],
      rules,
    );
    const columns = '`billing_code`, `description`, `negotiated_rate`';
    expect(sql).toContain(
      `(SELECT ${columns}, count(*) AS copies FROM \`rates_file_0\` GROUP BY ${columns})`,
    );
    expect(sql).not.toMatch(/\bmin\(/);
  });

  it('are those of all files', () => {
    const sql = stagedRows(sparkDialect, 'rates', [fileWith('name'), fileWith('billing_code')], rules);
    expect(sql.split('UNION ALL')).toHaveLength(2);
  });

  it('are none of no file, in the columns of any', () => {
    const none = stagedRows(sparkDialect, 'rates', [], rules);
    expect(none).toMatch(/^SELECT CAST\(NULL AS STRING\) AS `payer_slug`, .* AS `copies` WHERE false$/);
    expect(none).toContain('`code_description`');
  });
});

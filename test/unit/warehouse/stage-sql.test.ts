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
  constants: new Map(),
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

  it('are not grouped by what is one value throughout a file', () => {
    const constants = new Map([
      ['version', '1.0'],
      ['name', null],
      ['plan_name', 'not in any output'],
    ]);
    const file = { ...fileWith('billing_code', 'version', 'name', 'plan_name'), constants };
    expect(stagedRows(sparkDialect, 'rates', [file], rules)).toContain(
      "(SELECT `billing_code`, CAST('1.0' AS STRING) AS `version`, CAST(NULL AS STRING) AS `name`, count(*) AS copies FROM `rates_file_0` GROUP BY `billing_code`)",
    );
  });

  it('are looked at in all columns that the contract knows', () => {
    const file = fileWith('billing_code', 'reporting_entity_type', 'provider_group_id');
    const sql = stagedRows(sparkDialect, 'rates', [file], { payerSlugOverride: 'aetna' });
    expect(sql).toContain('GROUP BY `reporting_entity_type`, `provider_group_id`, `billing_code`)');
    const spare = ['reporting_entity_name', 'reporting_entity_type', 'provider_reference_id'];
    expect(sql).toContain(
      `length(concat(${[...spare, 'provider_group_id'].map((name) => `\`text_${name}\``).join(', ')})) AS`,
    );
    expect(sql).toContain("reject_reason = '' AND spare_letters + copies > 0");
  });

  it('are one, or none of no rows, where nothing tells rows apart', () => {
    const file = { ...fileWith('npi'), view: 'providers_file_0', constants: new Map([['npi', '1']]) };
    expect(stagedRows(sparkDialect, 'providers', [file], rules)).toContain(
      "(SELECT CAST('1' AS STRING) AS `npi`, count(*) AS copies FROM `providers_file_0` HAVING count(*) > 0)",
    );
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

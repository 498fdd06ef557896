import { describe, expect, it } from 'vitest';
import { openParts } from '../../../src/warehouse/input-parts.js';
import { sparkDialect } from '../../../src/warehouse/spark-dialect.js';

const file = {
  view: 'rates_file_0',
  types: new Map([
    ['billing_code', 'STRING'],
    ['negotiated_rate', 'DOUBLE'],
    ['version', 'STRING'],
  ]),
};

describe('an input of which parts are read', () => {
  it('has their rows under their numbers in the input, and the columns that are the same throughout', () => {
    const parts = [
      { path: '/scratch/a.parquet', firstRow: 0 },
      { path: 's3a://lake/b.parquet', firstRow: 70 },
    ];
    const constants = new Map([
      ['version', "1'0"],
      ['negotiated_rate', null],
      ['description', 'not read'],
    ]);
    const columns =
      "`billing_code`, CAST(NULL AS DOUBLE) AS `negotiated_rate`, CAST('1\\'0' AS STRING) AS `version`";
    const number = '_tmp_metadata_row_index';
    expect(openParts(sparkDialect, file, parts, constants)).toEqual([
      `CREATE OR REPLACE TEMPORARY VIEW \`rates_file_0_part_0\` (\`billing_code\` STRING, \`${number}\` BIGINT) USING parquet OPTIONS (path 'file:///scratch/a.parquet')`,
      `CREATE OR REPLACE TEMPORARY VIEW \`rates_file_0_part_1\` (\`billing_code\` STRING, \`${number}\` BIGINT) USING parquet OPTIONS (path 's3a://lake/b.parquet')`,
      `CREATE OR REPLACE TEMPORARY VIEW \`rates_file_0\` AS SELECT ${columns}, ${number} + 0 AS ${number} FROM \`rates_file_0_part_0\`
UNION ALL SELECT ${columns}, ${number} + 70 AS ${number} FROM \`rates_file_0_part_1\``,
    ]);
  });

  it('has no rows without parts, in the same columns', () => {
    expect(openParts(sparkDialect, file, [], new Map())).toEqual([
      'CREATE OR REPLACE TEMPORARY VIEW `rates_file_0` AS SELECT CAST(NULL AS STRING) AS `billing_code`, CAST(NULL AS DOUBLE) AS `negotiated_rate`, CAST(NULL AS STRING) AS `version`, CAST(NULL AS BIGINT) AS _tmp_metadata_row_index WHERE false',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { openPieces } from '../../../src/warehouse/input-pieces.js';
import { sparkDialect } from '../../../src/warehouse/spark-dialect.js';

const file = {
  view: 'rates_file_0',
  types: new Map([
    ['billing_code', 'STRING'],
    ['negotiated_rate', 'DOUBLE'],
    ['version', 'STRING'],
  ]),
};

const number = '_tmp_metadata_row_index';

describe('an input of which pieces are read', () => {
  it('has their rows under their numbers in the input, and the columns that are the same throughout a piece', () => {
    const pieces = [
      {
        ...{ path: '/scratch/a.parquet', firstRow: 0 },
        constants: new Map([
          ['version', "1'0"],
          ['negotiated_rate', null],
          ['description', 'not read'],
        ]),
      },
      { path: 's3a://lake/b.parquet', firstRow: 70, constants: new Map() },
    ];
    const constants = "CAST(NULL AS DOUBLE) AS `negotiated_rate`, CAST('1\\'0' AS STRING) AS `version`";
    expect(openPieces(sparkDialect, file, pieces)).toEqual([
      `CREATE OR REPLACE TEMPORARY VIEW \`rates_file_0_piece_0\` (\`billing_code\` STRING, \`${number}\` BIGINT) USING parquet OPTIONS (path 'file:///scratch/a.parquet')`,
      `CREATE OR REPLACE TEMPORARY VIEW \`rates_file_0_piece_1\` (\`billing_code\` STRING, \`negotiated_rate\` DOUBLE, \`version\` STRING, \`${number}\` BIGINT) USING parquet OPTIONS (path 's3a://lake/b.parquet')`,
      `CREATE OR REPLACE TEMPORARY VIEW \`rates_file_0\` AS SELECT \`billing_code\`, ${constants}, ${number} + 0 AS ${number} FROM \`rates_file_0_piece_0\`
UNION ALL SELECT \`billing_code\`, \`negotiated_rate\`, \`version\`, ${number} + 70 AS ${number} FROM \`rates_file_0_piece_1\``,
    ]);
  });

  it('has no rows without pieces, in the same columns', () => {
    expect(openPieces(sparkDialect, file, [])).toEqual([
      `CREATE OR REPLACE TEMPORARY VIEW \`rates_file_0\` AS SELECT CAST(NULL AS STRING) AS \`billing_code\`, CAST(NULL AS DOUBLE) AS \`negotiated_rate\`, CAST(NULL AS STRING) AS \`version\`, CAST(NULL AS BIGINT) AS \`${number}\` WHERE false`,
    ]);
  });
});

import { join } from 'node:path';
import { tables } from '../../src/tables/tables.js';
import type { TableName } from '../model/tables.js';
import { quoteText } from './fixture-database.js';
import { pathOf } from './load-pair.js';
import { writeQueries } from './write-outputs.js';

/** The cell that is changed in a table, and the column that makes another row of a copy. */
const columns: Readonly<Record<TableName, readonly [changed: string, value: string, added: string]>> = {
  dim_code: ['code_name', `'changed'`, 'code'],
  dim_payer: ['version', `'changed'`, 'payer_slug'],
  dim_provider_group: ['version', `'changed'`, 'pg_uid'],
  dim_pos_set: ['pos_members', `['changed']`, 'pos_set_id'],
  // it has no column beside its key
  xref_pg_npi: ['npi', `'changed'`, 'npi'],
  xref_pg_tin: ['tin_type', `'changed'`, 'tin_value'],
  fact_rate: ['negotiated_rate', '123456.5', 'state'],
};

/** Writes the outputs of a data root flat into another folder, each with a row less, a row more and another cell. */
export async function spoilOutputs(dataRoot: string, folder: string): Promise<void> {
  const queries = tables.map(({ name, file }) => {
    const [changed, value, added] = columns[name];
    const rows = `SELECT *, row_number() OVER () AS number FROM (FROM read_parquet(${quoteText(pathOf(dataRoot, name))}) ORDER BY ALL)`;
    const query = `SELECT * EXCLUDE (number) FROM (
      SELECT * REPLACE (CASE WHEN number = 2 THEN ${value} ELSE ${changed} END AS ${changed}) FROM (${rows}) WHERE number > 1
      UNION ALL SELECT * REPLACE ('added' AS ${added}) FROM (${rows}) WHERE number = 1)`;
    return [join(folder, file), query];
  });
  await writeQueries(Object.fromEntries(queries));
}

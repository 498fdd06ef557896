import { tables } from '../../src/tables/tables.js';
import type { TableName } from '../model/tables.js';
import { quoteText } from './fixture-database.js';
import { pathOf } from './load-pair.js';
import { writeQueries } from './write-outputs.js';

/** What the predecessor wrote where etl1 writes a table: other types, other columns, and keys more than once. */
const rewritten: Readonly<Record<TableName, (rows: string) => string>> = {
  // a code met in two chunks, each time with half of its texts
  dim_code: (rows) => `SELECT code, code_type, code_description, '' AS code_name FROM ${rows}
    UNION ALL SELECT code, code_type, NULL, code_name FROM ${rows}`,
  dim_payer: (rows) => `FROM ${rows} UNION ALL FROM ${rows}`,
  dim_provider_group: (rows) =>
    `SELECT * REPLACE (provider_group_id_raw::DOUBLE AS provider_group_id_raw), 'x' AS source_file FROM ${rows}`,
  dim_pos_set: (rows) => `SELECT * REPLACE (pos_members::VARCHAR AS pos_members) FROM ${rows}`,
  xref_pg_npi: (rows) => `SELECT pg_uid, npi::BIGINT AS npi FROM ${rows} ORDER BY npi DESC`,
  xref_pg_tin: (rows) => `FROM ${rows} UNION ALL (FROM ${rows} LIMIT 5)`,
  fact_rate: (rows) => `SELECT * REPLACE (provider_group_id_raw::BIGINT AS provider_group_id_raw)
    FROM (FROM ${rows} UNION ALL (FROM ${rows} ORDER BY fact_uid LIMIT 40))`,
};

/** Writes what the predecessor would have where etl1 wrote a data root, in the same places of another folder. */
export async function imitatePredecessor(dataRoot: string, folder: string): Promise<void> {
  const queries = tables.map(({ name }) => {
    const rows = `read_parquet(${quoteText(pathOf(dataRoot, name))})`;
    return [pathOf(folder, name), rewritten[name](rows)];
  });
  await writeQueries(Object.fromEntries(queries));
}

import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';

const files = {
  dim_code: 'dims/dim_code.parquet',
  dim_payer: 'dims/dim_payer.parquet',
  dim_provider_group: 'dims/dim_provider_group.parquet',
  dim_pos_set: 'dims/dim_pos_set.parquet',
  xref_pg_npi: 'xrefs/xref_pg_member_npi.parquet',
  xref_pg_tin: 'xrefs/xref_pg_member_tin.parquet',
  fact_rate: 'gold/fact_rate.parquet',
};

/** Rows of the seven tables below a folder, by table, as their footers say. */
export async function countRows(folder) {
  const counts = Object.entries(files).map(async ([table, file]) => {
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(join(folder, file)));
    return [table, Number(metadata.num_rows)];
  });
  return Object.fromEntries(await Promise.all(counts));
}

import { existsSync, readFileSync } from 'node:fs';
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

const list = 'gold/fact_rate/_manifest.json';

/** Rows of the seven tables below a folder, by table, as their footers say, or the list of parts. */
export async function countRows(folder) {
  const counts = Object.entries(files).map(async ([table, file]) => {
    const parts = join(folder, list);
    if (table === 'fact_rate' && existsSync(parts))
      return [table, JSON.parse(readFileSync(parts, 'utf8')).rows];
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(join(folder, file)));
    return [table, Number(metadata.num_rows)];
  });
  return Object.fromEntries(await Promise.all(counts));
}

import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import pl from 'nodejs-polars';

/** Every row as an object of column → value: lists as arrays, int64 as number. */
export async function readRows(path: string) {
  const frame = await pl.scanParquet(path).collect();
  return frame.toRecords();
}

/** What the footer says: rows of each row group, and the physical and logical type of each column's leaf. */
export async function readLayout(path: string) {
  const { schema, row_groups } = await parquetMetadataAsync(await asyncBufferFromFile(path));
  const columns: Record<string, string> = {};
  let list: string | undefined;
  for (const { name, type, converted_type } of schema.slice(1)) {
    if (converted_type === 'LIST') list = name;
    if (type === undefined) continue;
    const kind = converted_type === undefined ? type : `${type} ${converted_type}`;
    columns[list ?? name] = list === undefined ? kind : `list of ${kind}`;
    list = undefined;
  }
  return { columns, rowGroups: row_groups.map((group) => Number(group.num_rows)) };
}

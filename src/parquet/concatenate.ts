import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { FileMetaData, RowGroup } from 'hyparquet';
import { readMetadata } from './read-metadata.js';
import { encodeFooter, magic } from './write-footer.js';

/**
 * Writes a parquet file that holds the row groups of others, in order, byte for byte: nothing is decoded, so that
 * what is there already costs a copy. The files must have the same columns. Gives the number of rows.
 */
export async function concatenate(sources: readonly string[], path: string): Promise<number> {
  const target = await open(path, 'w');
  try {
    // not `write`, which may write a part only
    await target.writeFile(magic);
    let offset = magic.length;
    const metadata: FileMetaData[] = [];
    for (const source of sources) {
      const { data, end } = await dataOf(source);
      await append(source, end, target);
      metadata.push({
        ...data,
        row_groups: data.row_groups.map((group) => moveBy(group, offset - magic.length)),
      });
      offset += end - magic.length;
    }
    const [first] = metadata;
    if (!first) throw new RangeError('nothing to concatenate');
    const rows = metadata.reduce((sum, { num_rows }) => sum + num_rows, 0n);
    const rowGroups = metadata.flatMap(({ row_groups }) => row_groups);
    await target.writeFile(
      encodeFooter({ version: first.version, schema: first.schema, num_rows: rows, row_groups: rowGroups }),
    );
    return Number(rows);
  } finally {
    await target.close();
  }
}

/** A file's footer, and where its data ends. */
async function dataOf(source: string): Promise<{ data: FileMetaData; end: number }> {
  const { metadata: data, bytes } = await readMetadata(source);
  const footerLength = 4 + magic.length;
  return { data, end: bytes - footerLength - data.metadata_length };
}

async function append(source: string, end: number, target: FileHandle): Promise<void> {
  if (end <= magic.length) return;
  const bytes = createReadStream(source, { start: magic.length, end: end - 1, highWaterMark: 2 ** 20 });
  await pipeline(bytes, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) await target.writeFile(chunk);
  });
}

/** A row group whose pages stand further on in another file. Its indexes and bloom filters are data too. */
function moveBy(group: RowGroup, bytes: number): RowGroup {
  const by = BigInt(bytes);
  return {
    ...group,
    ...(group.file_offset === undefined ? {} : { file_offset: group.file_offset + by }),
    columns: group.columns.map((column) => ({
      ...column,
      file_offset: column.file_offset + by,
      ...moved(column, ['column_index_offset', 'offset_index_offset'], by),
      ...(column.meta_data && {
        meta_data: {
          ...column.meta_data,
          data_page_offset: column.meta_data.data_page_offset + by,
          ...moved(
            column.meta_data,
            ['dictionary_page_offset', 'index_page_offset', 'bloom_filter_offset'],
            by,
          ),
        },
      }),
    })),
  };
}

/** Offsets that are there, moved on; those that are not stay away. */
function moved<Name extends string>(
  holder: Readonly<Partial<Record<Name, bigint>>>,
  names: readonly Name[],
  by: bigint,
): Partial<Record<Name, bigint>> {
  const present: Partial<Record<Name, bigint>> = {};
  for (const name of names) {
    const offset = holder[name];
    // zero is how some writers say that there is none
    if (offset) present[name] = offset + by;
  }
  return present;
}

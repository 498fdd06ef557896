import { type FileHandle, open, writeFile } from 'node:fs/promises';
import type { RowGroup } from 'hyparquet';
import type { ColumnChunkFooter, Footer, RowGroupFooter } from './footer.js';
import type { ColumnSchema } from './schema.js';
import { encodeFooter, magic } from './write-footer.js';

/**
 * Writes a parquet file of its own that holds some row groups and columns of another: column chunks byte for byte,
 * under a new footer. Whoever reads it parses a small footer and not the whole file's, which in a file of
 * thousands of row groups takes longer than decoding a chunk.
 */
export async function writeExcerpt(
  { path: source, schemas }: Pick<Footer, 'path' | 'schemas'>,
  groups: readonly RowGroupFooter[],
  columns: readonly string[],
  path: string,
): Promise<void> {
  const wanted = new Set(columns);
  const file = await open(source, 'r');
  try {
    const parts: Buffer[] = [magic];
    const rowGroups: RowGroup[] = [];
    let offset = magic.length;
    for (const { rows, chunks: all } of groups) {
      const chunks = all.filter(({ column }) => wanted.has(column));
      const placed = chunks.map((chunk) => {
        offset += chunk.bytes;
        return moveTo(chunk, offset - chunk.bytes);
      });
      parts.push(...(await Promise.all(chunks.map((chunk) => readChunk(file, chunk)))));
      const total = chunks.reduce((sum, { metadata }) => sum + metadata.total_uncompressed_size, 0n);
      rowGroups.push({ columns: placed, total_byte_size: total, num_rows: BigInt(rows) });
    }
    const rows = groups.reduce((sum, group) => sum + group.rows, 0);
    await writeFile(path, [...parts, footerOf(schemas, wanted, rows, rowGroups)]);
  } finally {
    await file.close();
  }
}

function footerOf(
  schemas: readonly ColumnSchema[],
  wanted: ReadonlySet<string>,
  rows: number,
  rowGroups: RowGroup[],
) {
  const kept = schemas.filter(({ name }) => wanted.has(name));
  const root = { name: 'schema', num_children: kept.length };
  const schema = [root, ...kept.flatMap(({ elements }) => elements)];
  return encodeFooter({ version: 2, schema, num_rows: BigInt(rows), row_groups: rowGroups });
}

function moveTo({ start, metadata }: ColumnChunkFooter, at: number): RowGroup['columns'][number] {
  const by = BigInt(at - start);
  const {
    dictionary_page_offset: dictionary,
    index_page_offset: _,
    bloom_filter_offset: __,
    ...kept
  } = metadata;
  return {
    file_offset: BigInt(at),
    meta_data: {
      ...kept,
      data_page_offset: metadata.data_page_offset + by,
      ...(dictionary === undefined ? {} : { dictionary_page_offset: dictionary + by }),
    },
  };
}

async function readChunk(file: FileHandle, { start, bytes, column }: ColumnChunkFooter): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, start);
  if (bytesRead < bytes) throw new Error(`column ${column} is cut short at byte ${start + bytesRead}`);
  return buffer;
}

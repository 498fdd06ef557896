import { type FileHandle, open, writeFile } from 'node:fs/promises';
import type { FileMetaData, RowGroup } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { ColumnChunkFooter, Footer } from './footer.js';
import type { Window } from './windows.js';

const magic = Buffer.from('PAR1');

/**
 * Writes a parquet file of its own that holds the row groups of a window and some columns: column chunks byte for
 * byte, under a new footer. Whoever reads it parses a small footer and not the whole file's, which in a file of
 * thousands of row groups takes longer than decoding a chunk.
 */
export async function writeExcerpt(footer: Footer, window: Window, columns: readonly string[], path: string) {
  const wanted = new Set(columns);
  const groups = window.rowGroups.map(({ rows, chunks }) => ({
    rows,
    chunks: chunks.filter(({ column }) => wanted.has(column)),
  }));
  const file = await open(footer.path, 'r');
  try {
    const parts: Buffer[] = [magic];
    let offset = magic.length;
    const rowGroups: RowGroup[] = [];
    for (const { rows, chunks } of groups) {
      const placed = chunks.map((chunk) => {
        const at = offset;
        offset += chunk.bytes;
        return moveTo(chunk, at);
      });
      parts.push(...(await Promise.all(chunks.map((chunk) => readChunk(file, chunk)))));
      const total = chunks.reduce((sum, { metadata }) => sum + metadata.total_uncompressed_size, 0n);
      rowGroups.push({ columns: placed, total_byte_size: total, num_rows: BigInt(rows) });
    }
    await writeFile(path, [...parts, footerOf(footer, wanted, window.rows, rowGroups)]);
  } finally {
    await file.close();
  }
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

/** The footer, its length, and the mark that ends a parquet file. */
function footerOf(
  { schemas }: Footer,
  wanted: ReadonlySet<string>,
  rows: number,
  rowGroups: RowGroup[],
): Buffer {
  const kept = schemas.filter(({ name }) => wanted.has(name));
  const root = { name: 'schema', num_children: kept.length };
  const metadata: FileMetaData = {
    version: 2,
    schema: [root, ...kept.flatMap(({ elements }) => elements)],
    num_rows: BigInt(rows),
    row_groups: rowGroups,
    metadata_length: 0,
  };
  const writer = new ByteWriter();
  writeMetadata(writer, metadata);
  return Buffer.concat([Buffer.from(writer.getBytes()), magic]);
}

import { open, writeFile } from 'node:fs/promises';
import type { RowGroup } from 'hyparquet';
import { checkPages } from './check-pages.js';
import { encodeExcerptFooter } from './excerpt-footer.js';
import type { ColumnChunkFooter, Footer, RowGroupFooter } from './footer.js';
import { countMicroseconds, holdsInstants, withMicroseconds } from './instants.js';
import { readChunks } from './read-chunks.js';
import { type PutCode, recodeChunk } from './recode.js';
import type { ColumnSchema } from './schema.js';
import { magic } from './write-footer.js';

/** What of a file is wanted. */
export interface Selection {
  readonly groups: readonly RowGroupFooter[];
  readonly columns: readonly string[];
  /** Whether the levels of pages are gone through, as by default. */
  readonly checksLevels?: boolean;
  /** The columns whose texts are wanted as codes, INT64. */
  readonly coders?: ReadonlyMap<string, PutCode>;
}

/** A column chunk for the excerpt. */
interface Placed {
  readonly bytes: Buffer;
  readonly column: RowGroup['columns'][number];
}

/**
 * Writes a parquet file of its own that holds some row groups and columns of another: column chunks byte for byte, but for
 * instants (`instants.ts`), under a new footer. Whoever reads it parses a small footer and not the whole file's, which in a file of
 * thousands of row groups takes longer than decoding a chunk. Gives false, and writes nothing, where a column cannot
 * be had as codes.
 */
export async function writeExcerpt(
  { path: named, copy: source = named, schemas }: Pick<Footer, 'path' | 'copy' | 'schemas'>,
  { groups, columns, checksLevels = true, coders = new Map() }: Selection,
  path: string,
): Promise<boolean> {
  const wanted = new Set(columns);
  const keptSchemas = new Map(
    schemas.filter(({ name }) => wanted.has(name)).map((schema) => [schema.name, schema]),
  );
  const excerptSchemas = [...keptSchemas.values()].map(withMicroseconds);
  const file = await open(source, 'r');
  try {
    const parts: Buffer[] = [magic];
    const rowGroups: RowGroup[] = [];
    let offset = magic.length;
    const kept = groups.map(({ rows, chunks }) => ({
      rows,
      chunks: chunks.filter(({ column }) => wanted.has(column)),
    }));
    const read = await readChunks(
      file,
      kept.flatMap(({ chunks }) => chunks),
    );
    for (const { rows, chunks } of kept) {
      const placed: RowGroup['columns'] = [];
      for (const chunk of chunks) {
        const bytes = read.shift() ?? Buffer.alloc(0);
        const putCode = coders.get(chunk.column);
        const schema = keptSchemas.get(chunk.column);
        if (schema) checkPages(bytes, chunk, { schema, rows, checksLevels });
        const next = putCode
          ? placeCodes(chunk, bytes, putCode, offset)
          : place(chunk, bytes, schema, offset);
        if (!next) return false;
        placed.push(next.column);
        parts.push(next.bytes);
        offset += next.bytes.length;
      }
      const total = chunks.reduce((sum, { metadata }) => sum + metadata.total_uncompressed_size, 0n);
      rowGroups.push({ columns: placed, total_byte_size: total, num_rows: BigInt(rows) });
    }
    parts.push(encodeExcerptFooter(excerptSchemas, coders, rowGroups));
    await writeFile(path, Buffer.concat(parts));
    return true;
  } finally {
    await file.close();
  }
}

function place(
  chunk: ColumnChunkFooter,
  bytes: Buffer,
  schema: ColumnSchema | undefined,
  at: number,
): Placed {
  if (!schema || !holdsInstants(schema)) return { bytes, column: placedAt(chunk, at) };
  const counted = countMicroseconds({ bytes, metadata: chunk.metadata }, schema);
  return { bytes: counted.bytes, column: placedAt({ start: 0, metadata: counted.metadata }, at) };
}

/** What a footer says of a column chunk that is copied to byte `at` of another file. */
export function placedAt(
  { start, metadata }: Pick<ColumnChunkFooter, 'start' | 'metadata'>,
  at: number,
): RowGroup['columns'][number] {
  const by = BigInt(at - start);
  const {
    dictionary_page_offset: dictionary,
    index_page_offset: _,
    bloom_filter_offset: __,
    ...kept
  } = metadata;
  const moved = {
    ...kept,
    data_page_offset: metadata.data_page_offset + by,
    ...(dictionary === undefined ? {} : { dictionary_page_offset: dictionary + by }),
  };
  return { file_offset: BigInt(at), meta_data: moved };
}

function placeCodes(chunk: ColumnChunkFooter, bytes: Buffer, putCode: PutCode, at: number): Placed | null {
  const recoded = recodeChunk(chunk, bytes, putCode);
  if (!recoded) return null;
  const { index_page_offset: _, bloom_filter_offset: __, ...kept } = chunk.metadata;
  const moved = {
    ...kept,
    type: 'INT64' as const,
    total_compressed_size: BigInt(recoded.bytes.length),
    dictionary_page_offset: BigInt(at),
    data_page_offset: BigInt(at + recoded.dataStart),
  };
  return { bytes: recoded.bytes, column: { file_offset: BigInt(at), meta_data: moved } };
}

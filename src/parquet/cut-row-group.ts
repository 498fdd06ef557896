import { open, writeFile } from 'node:fs/promises';
import type { RowGroup } from 'hyparquet';
import { ColumnCutter, type CutChunk } from './column-cutter.js';
import { placedAt } from './excerpt.js';
import { encodeExcerptFooter } from './excerpt-footer.js';
import type { Footer, RowGroupFooter } from './footer.js';
import { countMicroseconds, holdsInstants, withMicroseconds } from './instants.js';
import type { PutCode } from './recode.js';
import type { ColumnSchema } from './schema.js';
import { magic } from './write-footer.js';

/** What of a row group is wanted. */
export interface CutSelection {
  readonly group: RowGroupFooter;
  readonly columns: readonly string[];
  /** The columns whose texts are wanted as codes, INT64. */
  readonly coders?: ReadonlyMap<string, PutCode>;
  /** A dictionary of more bytes is not repeated with every part. */
  readonly mostRepeatedBytes?: number;
}

/**
 * Cuts a row group by rows into parquet files of their own, each with one small row group. Polars decodes a row group
 * whole, and a file may consist of one. No value is decoded: levels and numbers of dictionary entries are copied as they
 * are encoded, behind a copy of the dictionary.
 */
export class RowGroupCutter {
  readonly #path: string;
  readonly #schemas: readonly ColumnSchema[];
  readonly #coded: ReadonlyMap<string, PutCode>;
  readonly #cutters: readonly ColumnCutter[];

  private constructor(
    path: string,
    schemas: readonly ColumnSchema[],
    coded: ReadonlyMap<string, PutCode>,
    cutters: readonly ColumnCutter[],
  ) {
    this.#path = path;
    this.#schemas = schemas;
    this.#coded = coded;
    this.#cutters = cutters;
  }

  /** Null where a column cannot be cut, or cannot be had as codes. */
  static async open(
    { path: named, copy: path = named, schemas }: Pick<Footer, 'path' | 'copy' | 'schemas'>,
    { group, columns, coders = new Map(), mostRepeatedBytes = 2 ** 22 }: CutSelection,
  ): Promise<RowGroupCutter | null> {
    const wanted = schemas.filter(({ name }) => columns.includes(name));
    const file = await open(path, 'r');
    try {
      const cutters: ColumnCutter[] = [];
      for (const schema of wanted) {
        const [chunk, ...others] = group.chunks.filter(({ column }) => column === schema.name);
        if (!chunk || others.length > 0) return null;
        const cutter = await ColumnCutter.open(file, chunk, schema, {
          putCode: coders.get(schema.name),
          mostRepeatedBytes,
        });
        if (!cutter) return null;
        cutters.push(cutter);
      }
      return new RowGroupCutter(path, wanted, coders, cutters);
    } finally {
      await file.close();
    }
  }

  /** Another that cuts the same row group from the same row on. */
  clone(): RowGroupCutter {
    const cutters = this.#cutters.map((cutter) => cutter.clone());
    return new RowGroupCutter(this.#path, this.#schemas, this.#coded, cutters);
  }

  /** Writes the next rows to a file. */
  async cut(rows: number, path: string): Promise<void> {
    const chunks = await this.#cutColumns(rows);
    const counted = chunks.map((chunk, index) => inMicroseconds(chunk, this.#schemas[index]));
    const { bytes, group } = asRowGroup(counted, rows, magic.length);
    const footer = encodeExcerptFooter(this.#schemas.map(withMicroseconds), this.#coded, [group]);
    await writeFile(path, Buffer.concat([magic, ...bytes, footer]));
  }

  /** The next rows as they are, as a row group for byte `start` of a file. */
  async take(rows: number, start: number): Promise<{ bytes: Buffer[]; group: RowGroup }> {
    return asRowGroup(await this.#cutColumns(rows), rows, start);
  }

  /** Goes past the next rows. */
  async skip(rows: number): Promise<void> {
    // not all at once: what is cut is held
    for (let left = rows; left > 0; left -= skippedRows) await this.#cutColumns(Math.min(left, skippedRows));
  }

  async #cutColumns(rows: number): Promise<CutChunk[]> {
    const file = await open(this.#path, 'r');
    try {
      const chunks: CutChunk[] = [];
      for (const cutter of this.#cutters) chunks.push(await cutter.cut(file, rows));
      return chunks;
    } finally {
      await file.close();
    }
  }
}

function asRowGroup(chunks: readonly CutChunk[], rows: number, start: number) {
  const taken: Buffer[] = [];
  const columns: RowGroup['columns'] = [];
  let at = start;
  for (const { bytes, describe } of chunks) {
    columns.push({ file_offset: BigInt(at), meta_data: describe(at) });
    taken.push(...bytes);
    at += bytes.reduce((sum, { length }) => sum + length, 0);
  }
  const group: RowGroup = { columns, total_byte_size: BigInt(at - start), num_rows: BigInt(rows) };
  return { bytes: taken, group };
}

function inMicroseconds(chunk: CutChunk, schema: ColumnSchema | undefined): CutChunk {
  if (!schema || !holdsInstants(schema)) return chunk;
  const { bytes, metadata } = countMicroseconds(
    { bytes: Buffer.concat(chunk.bytes), metadata: chunk.describe(0) },
    schema,
  );
  const describe = (at: number) => placedAt({ start: 0, metadata }, at).meta_data ?? metadata;
  return { bytes: [bytes], describe };
}

/** Rows that are gone past at a time. */
const skippedRows = 2 ** 17;

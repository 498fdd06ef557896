import type { PageHeader } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { ByteSink } from './byte-sink.js';
import type { Codec } from './compression.js';
import type { DictionaryEntries } from './dictionary-entries.js';
import { HybridCursor } from './hybrid.js';
import { type Levels, widthOf } from './levels.js';
import { isCuttable, type PageValues, valuesIn } from './page-values.js';
import type { ValueType } from './value-type.js';

/** What is to be known of a column to cut its pages. */
export interface CutColumn {
  readonly levels: Levels;
  readonly valueType: ValueType;
  readonly decompress: Codec['decompress'];
}

/** A column, and the values that are to be put in the place of their numbers. */
interface ColumnWithEntries extends CutColumn {
  readonly entries: DictionaryEntries | null;
}

/** Some rows of a page, as a page of their own. */
export interface CutPage {
  readonly bytes: Buffer;
  /** How many rows begin in it. */
  readonly rows: number;
  readonly values: number;
}

/** Whether a page can be cut between any two rows. */
export function isCuttablePage(
  { data_page_header: first, data_page_header_v2: second }: PageHeader,
  { levels, valueType }: CutColumn,
): boolean {
  if (second) return isCuttable(second.encoding, valueType);
  if (!first || !isCuttable(first.encoding, valueType)) return false;
  // older writers may have levels in an encoding that was given up
  return (
    (levels.repetition === 0 || first.repetition_level_encoding === 'RLE') &&
    (levels.definition === 0 || first.definition_level_encoding === 'RLE')
  );
}

/** Where in a page the next row is. */
interface PageState {
  readonly levels: Levels;
  readonly encoding: 'PLAIN' | 'RLE_DICTIONARY';
  readonly values: PageValues;
  /** Null where the column has no such levels. */
  readonly repetition: HybridCursor | null;
  readonly definition: HybridCursor | null;
  /** Values, also null ones, that are left. */
  readonly left: number;
}

/** Cuts a data page into smaller ones, row by row in order. */
export class PageCutter {
  readonly #levels: Levels;
  readonly #encoding: 'PLAIN' | 'RLE_DICTIONARY';
  readonly #values: PageValues;
  readonly #repetition: HybridCursor | null;
  readonly #definition: HybridCursor | null;
  #left: number;

  private constructor({ levels, encoding, values, repetition, definition, left }: PageState) {
    this.#levels = levels;
    this.#encoding = encoding;
    this.#values = values;
    this.#repetition = repetition;
    this.#definition = definition;
    this.#left = left;
  }

  /** `bytes` are the page's as the file has them. */
  static open(
    header: PageHeader,
    bytes: Uint8Array,
    { levels, valueType, decompress, entries }: ColumnWithEntries,
  ): PageCutter {
    const { page, count, encoding, repetition, definition, valuesStart } = header.data_page_header_v2
      ? openSecond(header, bytes, decompress)
      : openFirst(header, bytes, levels, decompress);
    const cursor = (mostLevel: number, { start, end }: Extent) =>
      mostLevel === 0 ? null : new HybridCursor(page.levels, start, end, widthOf(mostLevel), count);
    return new PageCutter({
      levels,
      encoding: encoding === 'PLAIN' || entries ? 'PLAIN' : 'RLE_DICTIONARY',
      values: valuesIn(page.values, valuesStart, encoding, valueType, entries),
      repetition: cursor(levels.repetition, repetition),
      definition: cursor(levels.definition, definition),
      left: count,
    });
  }

  /** Another that cuts the same page from the same row on. */
  clone(): PageCutter {
    return new PageCutter({
      levels: this.#levels,
      encoding: this.#encoding,
      values: this.#values.clone(),
      repetition: this.#repetition?.clone() ?? null,
      definition: this.#definition?.clone() ?? null,
      left: this.#left,
    });
  }

  get isAtEnd(): boolean {
    return this.#left === 0;
  }

  /**
   * Cuts off the next rows, or all that are left. Values that belong to a row of the page before come along: a row ends
   * where another begins.
   */
  cut(mostRows: number): CutPage {
    const { values, rows } = this.#find(mostRows);
    const sink = new ByteSink();
    const present = this.#definition?.clone().pass(values, this.#levels.definition).matches ?? values;
    if (this.#repetition) sink.withLength(() => this.#repetition?.copy(values, sink));
    if (this.#definition) sink.withLength(() => this.#definition?.copy(values, sink));
    this.#values.copy(present, sink);
    this.#left -= values;
    return { bytes: asPage(sink.take(), values, this.#encoding), rows, values };
  }

  #find(mostRows: number): { values: number; rows: number } {
    if (!this.#repetition) {
      const rows = Math.min(mostRows, this.#left);
      return { values: rows, rows };
    }
    const { values, matches } = this.#repetition.clone().pass(this.#left, 0, mostRows);
    return { values, rows: matches };
  }
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

/** A data page without its compression, and where in it is what. */
interface OpenPage {
  readonly page: { readonly levels: Uint8Array; readonly values: Uint8Array };
  readonly count: number;
  readonly encoding: Parameters<typeof valuesIn>[2];
  readonly repetition: Extent;
  readonly definition: Extent;
  readonly valuesStart: number;
}

/** A page of the first version is compressed as a whole, and its levels are behind their lengths. */
function openFirst(
  { data_page_header: header, uncompressed_page_size: size }: PageHeader,
  bytes: Uint8Array,
  levels: Levels,
  decompress: Codec['decompress'],
): OpenPage {
  if (!header) throw new RangeError('a page has no data');
  const page = unpack(bytes, size, decompress);
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  const levelsAt = (start: number, mostLevel: number): Extent =>
    mostLevel === 0
      ? { start, end: start }
      : { start: start + 4, end: start + 4 + view.getUint32(start, true) };
  const repetition = levelsAt(0, levels.repetition);
  const definition = levelsAt(repetition.end, levels.definition);
  return {
    page: { levels: page, values: page },
    count: header.num_values,
    encoding: header.encoding,
    repetition,
    definition,
    valuesStart: definition.end,
  };
}

/** A page of the second version has its levels in front, and only its values may be compressed. */
function openSecond(
  { data_page_header_v2: header, uncompressed_page_size: size }: PageHeader,
  bytes: Uint8Array,
  decompress: Codec['decompress'],
): OpenPage {
  if (!header) throw new RangeError('a page has no data');
  const { repetition_levels_byte_length: repeated, definition_levels_byte_length: defined } = header;
  const levelBytes = repeated + defined;
  const packed = bytes.subarray(levelBytes);
  return {
    page: {
      levels: bytes,
      values: header.is_compressed === false ? packed : unpack(packed, size - levelBytes, decompress),
    },
    count: header.num_values,
    encoding: header.encoding,
    repetition: { start: 0, end: repeated },
    definition: { start: repeated, end: levelBytes },
    valuesStart: 0,
  };
}

function unpack(bytes: Uint8Array, size: number, decompress: Codec['decompress']): Uint8Array {
  // of a page of nulls alone some writers leave nothing to decompress
  const page = size === 0 ? new Uint8Array(0) : decompress(bytes, size);
  if (page.length !== size) throw new RangeError(`a page has ${page.length} bytes instead of ${size}`);
  return page;
}

/** A page of the first version, not compressed: whoever reads it does so a moment later. */
function asPage(bytes: Buffer, values: number, encoding: 'PLAIN' | 'RLE_DICTIONARY'): Buffer {
  const writer = new ByteWriter();
  writePageHeader(writer, {
    type: 'DATA_PAGE',
    uncompressed_page_size: bytes.length,
    compressed_page_size: bytes.length,
    data_page_header: {
      num_values: values,
      encoding,
      definition_level_encoding: 'RLE',
      repetition_level_encoding: 'RLE',
    },
  });
  return Buffer.concat([writer.getBytes(), bytes]);
}

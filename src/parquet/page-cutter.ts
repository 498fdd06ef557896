import type { PageHeader } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { ByteSink } from './byte-sink.js';
import type { Codec } from './compression.js';
import type { DictionaryEntries } from './dictionary-entries.js';
import type { HybridCursor } from './hybrid.js';
import type { Levels } from './levels.js';
import { hasHybridLevels, openPage } from './open-page.js';
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
export function isCuttablePage(header: PageHeader, { levels, valueType }: CutColumn): boolean {
  const { data_page_header: first, data_page_header_v2: second } = header;
  const encoding = (second ?? first)?.encoding;
  return encoding !== undefined && isCuttable(encoding, valueType) && hasHybridLevels(header, levels);
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
    const { count, encoding, repetition, definition, unpackValues } = openPage(
      header,
      bytes,
      levels,
      decompress,
    );
    const values = unpackValues();
    return new PageCutter({
      levels,
      encoding: encoding === 'PLAIN' || entries ? 'PLAIN' : 'RLE_DICTIONARY',
      values: valuesIn(values.bytes, values.start, encoding, valueType, entries),
      repetition,
      definition,
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

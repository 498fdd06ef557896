import type { FileHandle } from 'node:fs/promises';
import type { ColumnMetaData } from 'hyparquet';
import { decompressorNamed } from './compression.js';
import { encodeDictionary, refersOnly } from './dictionary.js';
import { DictionaryEntries } from './dictionary-entries.js';
import type { ColumnChunkFooter } from './footer.js';
import { levelsOf } from './levels.js';
import { type CutColumn, isCuttablePage, PageCutter } from './page-cutter.js';
import { readDictionary } from './read-dictionary.js';
import { findPages, type Page, readPage } from './read-pages.js';
import type { PutCode } from './recode.js';
import type { ColumnSchema } from './schema.js';

/** Some rows of a column chunk, as a chunk of their own: its pages, and what a footer says of it. */
export interface CutChunk {
  readonly bytes: readonly Buffer[];
  /** What it says if the chunk is at byte `at`. */
  describe(at: number): ColumnMetaData;
}

/** How a column chunk is cut. */
export interface CutOptions {
  /** Gives the codes that are wanted in the place of texts. */
  readonly putCode: PutCode | undefined;
  /** A dictionary of more bytes is not repeated with every part: values are put in the place of their numbers. */
  readonly mostRepeatedBytes: number;
}

/** What parts have of a dictionary, if there is one: all of it, or just what they refer to. */
interface PartsDictionary {
  /** The page that every part starts with. */
  readonly page: Buffer | null;
  readonly entries: DictionaryEntries | null;
}

const codeType = { type: 'INT64', typeLength: undefined } as const;

/** Cuts a column chunk into smaller ones, row by row in order. It holds one page, and the dictionary, at a time. */
export class ColumnCutter {
  readonly #chunk: ColumnChunkFooter;
  readonly #column: CutColumn;
  readonly #isCoded: boolean;
  readonly #dictionary: PartsDictionary;
  readonly #pages: readonly Page[];
  #nextPage = 0;
  #page: PageCutter | null = null;

  private constructor(
    chunk: ColumnChunkFooter,
    column: CutColumn,
    isCoded: boolean,
    dictionary: PartsDictionary,
    pages: readonly Page[],
  ) {
    this.#chunk = chunk;
    this.#column = column;
    this.#isCoded = isCoded;
    this.#dictionary = dictionary;
    this.#pages = pages;
  }

  /** Null where the chunk cannot be cut, or its texts cannot be had as codes. */
  static async open(
    file: FileHandle,
    chunk: ColumnChunkFooter,
    schema: ColumnSchema,
    { putCode, mostRepeatedBytes }: CutOptions,
  ): Promise<ColumnCutter | null> {
    const { type, codec } = chunk.metadata;
    const levels = levelsOf(schema);
    const decompress = decompressorNamed(codec);
    if (!levels || !decompress || (putCode && type !== 'BYTE_ARRAY')) return null;
    const column = {
      levels,
      valueType: { type, typeLength: schema.elements.at(-1)?.type_length },
      decompress,
    };
    const pages = await findPages(file, chunk);
    const dictionaryPage = pages.find(({ header }) => header.type === 'DICTIONARY_PAGE');
    const dataPages = pages.filter((page) => page !== dictionaryPage);
    const isCuttable = ({ header }: Page) =>
      putCode ? refersOnly(header) && isCuttablePage(header, column) : isCuttablePage(header, column);
    if (!dataPages.every(isCuttable) || (putCode && !dictionaryPage)) return null;
    const dictionary = dictionaryPage && (await readDictionary(file, dictionaryPage, decompress, putCode));
    if (dictionary === null) return null;
    const isLarge = dictionary && dictionary.values.length > mostRepeatedBytes;
    const storedType = putCode ? codeType : column.valueType;
    const partsDictionary = {
      page: dictionary && !isLarge ? encodeDictionary(dictionary, (page) => page).bytes : null,
      entries: dictionary && isLarge ? new DictionaryEntries(dictionary, storedType) : null,
    };
    return new ColumnCutter(chunk, column, putCode !== undefined, partsDictionary, dataPages);
  }

  /** Another that cuts the same chunk from the same row on. */
  clone(): ColumnCutter {
    const other = new ColumnCutter(this.#chunk, this.#column, this.#isCoded, this.#dictionary, this.#pages);
    other.#nextPage = this.#nextPage;
    other.#page = this.#page?.clone() ?? null;
    return other;
  }

  /** Cuts off the next rows. Throws where there are fewer. */
  async cut(file: FileHandle, rows: number): Promise<CutChunk> {
    const pages: Buffer[] = [];
    let values = 0;
    let left = rows;
    for (;;) {
      if (!this.#page && !(await this.#open(file))) break;
      const cut = this.#page?.cut(left);
      if (!cut) break;
      if (cut.values > 0) pages.push(cut.bytes);
      values += cut.values;
      left -= cut.rows;
      if (!this.#page?.isAtEnd) break;
      this.#page = null;
      // the last row of a list may go on in the next page
      if (left === 0 && this.#column.levels.repetition === 0) break;
    }
    if (left > 0) throw new RangeError(`column ${this.#chunk.column} has ${left} rows less than it should`);
    return this.#asChunk(pages, values);
  }

  async #open(file: FileHandle): Promise<boolean> {
    const page = this.#pages[this.#nextPage];
    if (!page) return false;
    this.#nextPage += 1;
    this.#page = PageCutter.open(page.header, await readPage(file, page), {
      ...this.#column,
      entries: this.#dictionary.entries,
    });
    return true;
  }

  #asChunk(pages: readonly Buffer[], values: number): CutChunk {
    const { type, path_in_schema: path } = this.#chunk.metadata;
    const dictionary = this.#dictionary.page;
    const bytes = dictionary ? [dictionary, ...pages] : pages;
    const size = BigInt(bytes.reduce((sum, { length }) => sum + length, 0));
    return {
      bytes,
      describe: (at) => ({
        type: this.#isCoded ? 'INT64' : type,
        encodings: ['PLAIN', 'RLE', 'RLE_DICTIONARY'],
        path_in_schema: path,
        codec: 'UNCOMPRESSED',
        num_values: BigInt(values),
        total_uncompressed_size: size,
        total_compressed_size: size,
        data_page_offset: BigInt(at + (dictionary?.length ?? 0)),
        ...(dictionary && { dictionary_page_offset: BigInt(at) }),
      }),
    };
  }
}

import type { DataPageHeader, PageHeader } from 'hyparquet';
import type { Codec } from './compression.js';
import { HybridCursor } from './hybrid.js';
import { type Levels, widthOf } from './levels.js';

/** A data page without its compression, and where in it is what. */
export interface OpenPage {
  /** Values, also null ones. */
  readonly count: number;
  readonly encoding: DataPageHeader['encoding'];
  /** Null where the column has no such levels. */
  readonly repetition: HybridCursor | null;
  readonly definition: HybridCursor | null;
  /** Unpacks the values, where they are still to be unpacked. */
  readonly unpackValues: () => { readonly bytes: Uint8Array; readonly start: number };
}

/** Where levels are. */
interface Extent {
  readonly start: number;
  readonly end: number;
}

/** Whether levels are encoded as `openPage` knows them: older writers may have an encoding that was given up. */
export function hasHybridLevels(
  { data_page_header: first }: PageHeader,
  { repetition, definition }: Levels,
): boolean {
  return (
    !first ||
    ((repetition === 0 || first.repetition_level_encoding === 'RLE') &&
      (definition === 0 || first.definition_level_encoding === 'RLE'))
  );
}

/** Opens a page of either version; `bytes` are those behind its header, as the file has them. Throws where it is damaged. */
export function openPage(
  header: PageHeader,
  bytes: Uint8Array,
  levels: Levels,
  decompress: Codec['decompress'],
): OpenPage {
  return header.data_page_header_v2
    ? openSecond(header, bytes, levels, decompress)
    : openFirst(header, bytes, levels, decompress);
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
    count: header.num_values,
    encoding: header.encoding,
    repetition: cursorOf(page, repetition, levels.repetition, header.num_values),
    definition: cursorOf(page, definition, levels.definition, header.num_values),
    unpackValues: () => ({ bytes: page, start: definition.end }),
  };
}

/** A page of the second version has its levels in front, and only its values may be compressed. */
function openSecond(
  { data_page_header_v2: header, uncompressed_page_size: size }: PageHeader,
  bytes: Uint8Array,
  levels: Levels,
  decompress: Codec['decompress'],
): OpenPage {
  if (!header) throw new RangeError('a page has no data');
  const { repetition_levels_byte_length: repeated, definition_levels_byte_length: defined } = header;
  const levelBytes = repeated + defined;
  const packed = bytes.subarray(levelBytes);
  return {
    count: header.num_values,
    encoding: header.encoding,
    repetition: cursorOf(bytes, { start: 0, end: repeated }, levels.repetition, header.num_values),
    definition: cursorOf(bytes, { start: repeated, end: levelBytes }, levels.definition, header.num_values),
    unpackValues: () => ({
      bytes: header.is_compressed === false ? packed : unpack(packed, size - levelBytes, decompress),
      start: 0,
    }),
  };
}

function cursorOf(
  bytes: Uint8Array,
  { start, end }: Extent,
  mostLevel: number,
  count: number,
): HybridCursor | null {
  if (mostLevel === 0) return null;
  if (end > bytes.length) throw new RangeError('the levels of a page end behind it');
  return new HybridCursor(bytes, start, end, widthOf(mostLevel), count);
}

/** Bytes of a page as they were before they were compressed, of which there are so many. Throws where there are not. */
export function unpack(bytes: Uint8Array, size: number, decompress: Codec['decompress']): Uint8Array {
  // of a page of nulls alone some writers leave nothing to decompress
  const page = size === 0 ? new Uint8Array(0) : decompress(bytes, size);
  if (page.length !== size) throw new RangeError(`a page has ${page.length} bytes instead of ${size}`);
  return page;
}

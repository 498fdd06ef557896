import type { PageHeader } from 'hyparquet';
import { checkPacking } from './check-packing.js';
import { countRows } from './count-rows.js';
import { levelsOf } from './levels.js';
import { readPageHeader } from './page-header.js';
import type { ColumnChunkFooter } from './row-groups.js';
import type { ColumnSchema } from './schema.js';

/** What a column chunk should be. */
interface Expected {
  readonly schema: ColumnSchema;
  /** Those of its row group. */
  readonly rows: number;
  /** Whether levels, differences and sums are looked at, for which pages have to be unpacked. */
  readonly checksLevels: boolean;
}

/**
 * Goes through the pages of a column chunk before a library does that ends the process where headers or levels make no sense,
 * or come to another number of rows than the row group has. Throws `RangeError` that says what is wrong.
 */
export function checkPages(
  chunk: Buffer,
  { column, metadata }: Pick<ColumnChunkFooter, 'column' | 'metadata'>,
  { schema, rows, checksLevels }: Expected,
): void {
  let found: number | null = 0;
  let values = 0;
  for (let at = 0; at < chunk.length; ) {
    const { header, end: start } = readPageHeader(chunk, at);
    if (!isSound(header)) throw new RangeError(`column ${column} has a damaged page header at byte ${at}`);
    at = start + header.compressed_page_size;
    if (at > chunk.length) throw new RangeError(`column ${column} has a page that is cut short`);
    const page = chunk.subarray(start, at);
    if (checksLevels) checkPacking(header, page, metadata.codec);
    values += valuesSaid(header);
    if (found === null || !isData(header)) continue;
    const more = checksLevels ? countRows(header, page, schema, metadata.codec) : rowsSaid(header, schema);
    found = more === null ? null : found + more;
  }
  if (found !== null && found !== rows)
    throw new RangeError(`column ${column} has ${found} rows; its row group has ${rows}`);
  // Polars stops at that number, whatever there is
  if (BigInt(values) !== metadata.num_values)
    throw new RangeError(`column ${column} has ${values} values; the footer says ${metadata.num_values}`);
}

function valuesSaid(header: PageHeader): number {
  return isData(header) ? ((header.data_page_header_v2 ?? header.data_page_header)?.num_values ?? 0) : 0;
}

/** The rows of a page as its header has them; null where that depends on its levels. */
function rowsSaid(header: PageHeader, schema: ColumnSchema): number | null {
  return levelsOf(schema)?.repetition === 0 ? valuesSaid(header) : null;
}

const isData = ({ type }: PageHeader) => type === 'DATA_PAGE' || type === 'DATA_PAGE_V2';

function isSound(header: PageHeader): boolean {
  switch (header.type) {
    case 'DATA_PAGE':
      return isSoundData(header.data_page_header);
    case 'DATA_PAGE_V2':
      return isSoundDataV2(header.data_page_header_v2);
    case 'DICTIONARY_PAGE':
      return isSoundDictionary(header.dictionary_page_header);
    default:
      return header.type === 'INDEX_PAGE';
  }
}

function isSoundData(header: PageHeader['data_page_header']): boolean {
  if (!header) return false;
  const { num_values: values, encoding } = header;
  const levels = [header.definition_level_encoding, header.repetition_level_encoding];
  return areCounts(values) && isKnown(encoding) && levels.every(isKnown);
}

function isSoundDataV2(header: PageHeader['data_page_header_v2']): boolean {
  if (!header) return false;
  const lengths = [header.definition_levels_byte_length, header.repetition_levels_byte_length];
  return (
    areCounts(header.num_values, header.num_nulls, header.num_rows, ...lengths) && isKnown(header.encoding)
  );
}

function isSoundDictionary(header: PageHeader['dictionary_page_header']): boolean {
  return header !== undefined && areCounts(header.num_values) && isKnown(header.encoding);
}

function areCounts(...numbers: readonly number[]): boolean {
  return numbers.every((number) => Number.isInteger(number) && number >= 0);
}

/** The parser gives no name to an encoding that there is not. */
function isKnown(encoding: string | undefined): boolean {
  return encoding !== undefined;
}

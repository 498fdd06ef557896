import type { ColumnMetaData } from 'hyparquet';
import { CompressionCodecs, Encodings, ParquetTypes } from 'hyparquet/src/constants.js';
import { readStatistics } from './constants.js';
import type { ThriftCursor } from './thrift.js';

/**
 * What a footer says of a column chunk, without indexes: enough to find its pages and to decode them, and of the
 * statistics the number of nulls.
 */
export function readColumnMetadata(
  cursor: ThriftCursor,
  path: readonly string[],
): { metadata: ColumnMetaData; nulls: number | undefined } {
  let type = 0;
  let codec = 0;
  let nulls: number | undefined;
  const encodings: number[] = [];
  const numbers = new Map<number, bigint>();
  for (let field = cursor.next(0); field !== 0; field = cursor.next(field)) {
    if (field === 1) type = cursor.int();
    else if (field === 2) for (let left = cursor.list(); left > 0; left -= 1) encodings.push(cursor.int());
    else if (field === 4) codec = cursor.int();
    else if (field === 12) nulls = readStatistics(cursor).nulls;
    else if (numberFields.has(field)) numbers.set(field, BigInt(cursor.int()));
    else cursor.skip();
  }
  const needed = (field: number) => numbers.get(field) ?? missing(path, `field ${field}`);
  // zero is how some writers say that there is none
  const dictionary = numbers.get(11) || undefined;
  const metadata: ColumnMetaData = {
    type: ParquetTypes[type] ?? missing(path, `type ${type}`),
    encodings: encodings.map((encoding) => Encodings[encoding] ?? missing(path, `encoding ${encoding}`)),
    path_in_schema: [...path],
    codec: CompressionCodecs[codec] ?? missing(path, `codec ${codec}`),
    num_values: needed(5),
    total_uncompressed_size: needed(6),
    total_compressed_size: needed(7),
    data_page_offset: needed(9),
    ...(dictionary === undefined ? {} : { dictionary_page_offset: dictionary }),
  };
  return { metadata, nulls };
}

/** Counts, sizes and places. */
const numberFields: ReadonlySet<number> = new Set([5, 6, 7, 9, 11]);

function missing(path: readonly string[], what: string): never {
  throw new RangeError(`column ${path.join('.')} has an unknown ${what}`);
}

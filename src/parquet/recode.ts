import { type Dictionary, type Redefined, replaceDictionary } from './dictionary.js';
import type { ColumnChunkFooter } from './row-groups.js';

/**
 * Gives the code of a dictionary's value, which are the bytes from `start` to `end`; undefined where it has none to
 * give.
 */
export type CodeOf = (bytes: Buffer, start: number, end: number) => bigint | undefined;

/**
 * A column chunk of texts as a chunk of INT64 codes: a dictionary of codes takes the place of the dictionary of texts.
 * Null where a value has no code, or the chunk is not made of a dictionary and references to it alone.
 */
export function recodeChunk(
  { metadata }: Pick<ColumnChunkFooter, 'metadata'>,
  chunk: Buffer,
  codeOf: CodeOf,
): Redefined | null {
  if (metadata.type !== 'BYTE_ARRAY') return null;
  return replaceDictionary(chunk, metadata.codec, (dictionary) => codesOf(dictionary, codeOf));
}

/** A dictionary of codes in the place of one of texts, of which each is its length in four bytes, then its bytes. Null where one has none. */
export function codesOf({ values, count }: Dictionary, codeOf: CodeOf): Dictionary | null {
  const codes = new BigInt64Array(count);
  let start = 0;
  for (let index = 0; index < count; index += 1) {
    const end = start + 4 + values.readUInt32LE(start);
    if (end > values.length) throw new Error('a dictionary is cut short');
    const code = codeOf(values, start + 4, end);
    if (code === undefined) return null;
    codes[index] = code;
    start = end;
  }
  return { values: Buffer.from(codes.buffer), count };
}

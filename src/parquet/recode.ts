import { type Dictionary, type Redefined, replaceDictionary } from './dictionary.js';
import type { ColumnChunkFooter } from './row-groups.js';

/** Codes of 64 bits, each as its lower and its upper half: as `bigint` every one would be an object to look up and to collect. */
export type Codes = Int32Array<ArrayBuffer>;

/**
 * Puts the code of a dictionary's value, which are the bytes from `start` to `end`, in the place of the code with the number
 * `index`. Gives false where the value has no code.
 */
export type PutCode = (bytes: Buffer, start: number, end: number, codes: Codes, index: number) => boolean;

/**
 * A column chunk of texts as a chunk of INT64 codes: a dictionary of codes takes the place of the dictionary of texts.
 * Null where a value has no code, or the chunk is not made of a dictionary and references to it alone.
 */
export function recodeChunk(
  { metadata }: Pick<ColumnChunkFooter, 'metadata'>,
  chunk: Buffer,
  putCode: PutCode,
): Redefined | null {
  if (metadata.type !== 'BYTE_ARRAY') return null;
  return replaceDictionary(chunk, metadata.codec, (dictionary) => codesOf(dictionary, putCode));
}

/** A dictionary of codes in the place of one of texts, of which each is its length in four bytes, then its bytes. Null where one has none. */
export function codesOf({ values, count }: Dictionary, putCode: PutCode): Dictionary | null {
  const codes = new Int32Array(2 * count);
  let start = 0;
  for (let index = 0; index < count; index += 1) {
    const end = start + 4 + values.readUInt32LE(start);
    if (end > values.length) throw new Error('a dictionary is cut short');
    if (!putCode(values, start + 4, end, codes, index)) return null;
    start = end;
  }
  return { values: Buffer.from(codes.buffer), count };
}

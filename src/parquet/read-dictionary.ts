import type { FileHandle } from 'node:fs/promises';
import type { Codec } from './compression.js';
import { type Dictionary, mostDictionaryBytes } from './dictionary.js';
import { type Page, readPage } from './read-pages.js';
import { codesOf, type PutCode } from './recode.js';

/** Reads a column's dictionary, or makes one of codes in its place. Null where a value has no code. */
export async function readDictionary(
  file: FileHandle,
  page: Page,
  decompress: Codec['decompress'],
  putCode: PutCode | undefined,
): Promise<Dictionary | null> {
  const size = page.header.uncompressed_page_size;
  if (putCode && size > mostDictionaryBytes) return null;
  const bytes = size === 0 ? new Uint8Array(0) : decompress(await readPage(file, page), size);
  const values = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const dictionary = { values, count: page.header.dictionary_page_header?.num_values ?? 0 };
  return putCode ? codesOf(dictionary, putCode) : dictionary;
}

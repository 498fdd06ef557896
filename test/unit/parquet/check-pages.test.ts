import type { ColumnMetaData, DataPageHeader, PageHeader, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { describe, expect, it } from 'vitest';
import { checkPages } from '../../../src/parquet/check-pages.js';
import { readPageHeader } from '../../../src/parquet/page-header.js';
import type { ColumnSchema } from '../../../src/parquet/schema.js';

type Header = Parameters<typeof writePageHeader>[1];

const data: DataPageHeader = {
  num_values: 4,
  encoding: 'PLAIN',
  definition_level_encoding: 'RLE',
  repetition_level_encoding: 'RLE',
};

/** A page of the first version, uncompressed. */
function pageOf(
  content: readonly number[],
  changes: Partial<DataPageHeader> = {},
  header: object = {},
): Buffer {
  const sizes = { uncompressed_page_size: content.length, compressed_page_size: content.length };
  const whole: Header = { type: 'DATA_PAGE', ...sizes, data_page_header: { ...data, ...changes }, ...header };
  return withHeader(whole, content);
}

function withHeader(header: Omit<PageHeader, 'crc'>, content: readonly number[]): Buffer {
  const writer = new ByteWriter();
  writePageHeader(writer, header);
  return Buffer.concat([Buffer.from(writer.getBytes()), Buffer.from(content)]);
}

const leaf: SchemaElement = { name: 'a', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' };
const scalar: ColumnSchema = { name: 'a', elements: [leaf] };
const list: ColumnSchema = {
  name: 'a',
  elements: [
    { name: 'a', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { ...leaf, name: 'element' },
  ],
};

const metadata: ColumnMetaData = {
  type: 'BYTE_ARRAY',
  encodings: ['PLAIN'],
  path_in_schema: ['a'],
  codec: 'UNCOMPRESSED',
  num_values: 4n,
  total_uncompressed_size: 0n,
  total_compressed_size: 0n,
  data_page_offset: 4n,
};

const check =
  (
    chunk: Buffer,
    { schema = scalar, rows = 4, codec = metadata.codec, checksLevels = true, values = valuesIn(chunk) } = {},
  ) =>
  () => {
    const footer = { ...metadata, codec, num_values: BigInt(values) };
    checkPages(chunk, { column: 'a', metadata: footer }, { schema, rows, checksLevels });
  };

/** What a sound footer says of pages of the first version, as far as they can be read. */
function valuesIn(chunk: Buffer): number {
  let values = 0;
  try {
    for (let at = 0; at < chunk.length; ) {
      const { header, end } = readPageHeader(chunk, at);
      values += header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0;
      at = end + header.compressed_page_size;
    }
  } catch {
    // such pages are refused before they are counted
  }
  return values;
}

/** Levels behind their length in four bytes. */
const levels = (...bytes: readonly number[]) => [bytes.length, 0, 0, 0, ...bytes];

/** A run of one level, and a bit-packed one of a group of eight. */
const run = (count: number, level: number) => [count * 2, level];
const packed = (...bytes: readonly number[]) => [3, ...bytes];

const allPresent = levels(...run(4, 1));

describe('the headers of pages', () => {
  it('pass where they are sound, one after the other', () => {
    expect(check(Buffer.concat([pageOf(allPresent), pageOf(allPresent)]), { rows: 8 })).not.toThrow();
    expect(check(Buffer.alloc(0), { rows: 0 })).not.toThrow();
  });

  it('may not have sizes and counts below zero', () => {
    expect(check(pageOf(allPresent, { num_values: -1 }))).toThrow(
      'column a has a damaged page header at byte 0',
    );
    expect(check(pageOf(allPresent, {}, { compressed_page_size: -3 }))).toThrow(
      'a page at byte 0 says that it has -3 and 6 bytes',
    );
    expect(check(Buffer.alloc(9, 0xff))).toThrow();
  });

  it('may not be of pages that are cut short', () => {
    expect(check(pageOf(allPresent).subarray(0, -1))).toThrow(/cut short/);
  });
});

describe('the values of pages', () => {
  it('are as many as the footer says', () => {
    expect(check(pageOf(allPresent), { values: 0 })).toThrow('column a has 4 values; the footer says 0');
    expect(check(pageOf(allPresent), { values: 5, checksLevels: false })).toThrow(/the footer says 5/);
  });
});

describe('the rows of pages', () => {
  it('are as many as the row group has', () => {
    expect(check(pageOf(allPresent), { rows: 5 })).toThrow('column a has 4 rows; its row group has 5');
    expect(check(Buffer.alloc(0), { rows: 1 })).toThrow('column a has 0 rows; its row group has 1');
  });

  it('are not counted where the page cannot be unpacked: whoever reads it says why', () => {
    expect(check(pageOf(allPresent), { rows: 5, codec: 'ZSTD' })).not.toThrow();
    expect(check(pageOf(allPresent), { rows: 5, codec: 'LZO' })).not.toThrow();
  });

  it('are not counted in an encoding of levels that was given up', () => {
    expect(check(pageOf([0b1111], { definition_level_encoding: 'BIT_PACKED' }), { rows: 5 })).not.toThrow();
  });

  it('are those that headers say where levels are not looked at', () => {
    const short = pageOf(levels(...run(3, 1)));
    expect(check(short, { checksLevels: false })).not.toThrow();
    expect(check(short, { checksLevels: false, rows: 5 })).toThrow(
      'column a has 4 rows; its row group has 5',
    );
    expect(check(short, { checksLevels: false, rows: 5, schema: list })).not.toThrow();
  });

  it('begin where a list does', () => {
    // [x, y], null, [z]
    const lists = pageOf([...levels(...packed(0b0010)), ...levels(...packed(0b11_00_11_11, 0))]);
    expect(check(lists, { schema: list, rows: 3 })).not.toThrow();
    expect(check(lists, { schema: list, rows: 4 })).toThrow(/has 3 rows/);
  });
});

describe('the levels of a page', () => {
  it.each([
    ['a run that is too short', levels(...run(3, 1)), 4],
    ['a group that is not there', levels(3), 4],
    ['groups of which the last are not there', levels(9, 0xff), 9],
    ['a level that is too large', levels(...run(4, 59)), 4],
    ['a length beyond the page', [200, 0, 0, 0, ...run(4, 1)], 4],
    ['no length', [4, 0], 4],
  ])('may not have %s', (_, content, values) => {
    expect(check(pageOf(content, { num_values: values }), { rows: values })).toThrow(RangeError);
  });

  it('may not be larger than there are names that can be absent', () => {
    const filled: ColumnSchema = {
      name: 'a',
      elements: list.elements.map((element, index) =>
        index === 0 ? { ...element, repetition_type: 'REQUIRED' } : element,
      ),
    };
    const lists = (level: number) => pageOf([...levels(...run(4, 0)), ...levels(...run(4, level))]);
    expect(check(lists(2), { schema: filled })).not.toThrow();
    expect(check(lists(3), { schema: filled })).toThrow('a page has a level that is too large');
  });

  it('may lack what follows the last value', () => {
    expect(check(pageOf(levels(3, 0b1111)))).not.toThrow();
    expect(check(pageOf(levels(9, 0b1111)))).not.toThrow();
  });

  it.each([
    ['null', 0b11_00_00_11],
    ['empty', 0b11_01_01_11],
  ])('may not go on with a list that is %s', (_, definitions) => {
    const going = (repetitions: number) =>
      check(pageOf([...levels(...packed(repetitions)), ...levels(...packed(definitions, 0))]), {
        schema: list,
        rows: 3,
      });
    expect(going(0b0010)).toThrow('a page goes on with a list that has no entries');
    expect(going(0b0100)).toThrow('a page goes on with a list that has no entries');
    expect(going(0b1000)).toThrow('a page goes on with a list that has no entries');
  });
});

describe('a page of a column without levels', () => {
  const required: ColumnSchema = { name: 'a', elements: [{ ...leaf, repetition_type: 'REQUIRED' }] };
  const text = (letter: number) => [1, 0, 0, 0, letter];
  const checkOf = (page: Buffer, schema = required) => check(page, { schema });
  const texts = [1, 2, 3, 4].flatMap(text);

  const hasLevels = 'a page has levels, which the schema does not know of';
  const zeros = Array.from({ length: 8 }, () => 0);

  it('has values, and no levels before them', () => {
    expect(checkOf(pageOf(texts))).not.toThrow();
    expect(checkOf(pageOf([...allPresent, ...texts]))).toThrow(hasLevels);
  });

  it('may be filled up with zeros, as fastparquet does it', () => {
    expect(checkOf(pageOf([...texts, ...zeros]))).not.toThrow();
    expect(checkOf(pageOf([...allPresent, ...texts, ...zeros]))).toThrow(hasLevels);
  });

  it.each([
    ['INT64', 8],
    ['FLOAT', 4],
    ['BOOLEAN', 1],
  ] as const)('of %s has values of that type', (type, size) => {
    const schema: ColumnSchema = { name: 'a', elements: [{ name: 'a', type, repetition_type: 'REQUIRED' }] };
    const bytes = Array.from({ length: type === 'BOOLEAN' ? 1 : 4 * size }, () => 1);
    expect(checkOf(pageOf(bytes), schema)).not.toThrow();
    expect(checkOf(pageOf([...bytes, ...zeros]), schema)).not.toThrow();
    expect(checkOf(pageOf([...allPresent, ...bytes]), schema)).toThrow(hasLevels);
    expect(checkOf(pageOf([...allPresent, ...bytes, ...zeros]), schema)).toThrow(hasLevels);
    // one of four is null
    const three = type === 'BOOLEAN' ? bytes : bytes.slice(size);
    expect(checkOf(pageOf([...levels(...packed(0b1011)), ...three]), schema)).toThrow(hasLevels);
  });

  it('has references without levels before them', () => {
    const encoding = 'RLE_DICTIONARY';
    const references = [1, ...run(4, 1)];
    expect(checkOf(pageOf(references, { encoding }))).not.toThrow();
    expect(checkOf(pageOf([0, ...run(4, 0).slice(0, 1)], { encoding }))).not.toThrow();
    expect(checkOf(pageOf([...allPresent, ...references, ...references], { encoding }))).toThrow(
      'a page begins with a run of no values',
    );
  });
});

describe('references to a dictionary', () => {
  const references = (...bytes: readonly number[]) =>
    pageOf([...levels(...packed(0b1011)), ...bytes], { encoding: 'RLE_DICTIONARY' });

  it('are as many as there are values that are not null', () => {
    expect(check(references(1, ...run(3, 1)))).not.toThrow();
    expect(check(references(0, ...run(3, 0).slice(0, 1)))).not.toThrow();
    expect(check(references(1, ...run(2, 1)))).toThrow(/fewer values/);
    expect(check(references())).toThrow(/fewer values/);
    expect(check(references(5, 3, 0))).toThrow(/fewer values/);
  });

  it('have at most 32 bits', () => {
    expect(check(references(33, ...run(3, 1)))).toThrow('a page has references of 33 bits');
  });
});

describe('a page of the second version', () => {
  const second = (definitions: readonly number[], rows: number) =>
    check(
      withHeader(
        {
          type: 'DATA_PAGE_V2',
          uncompressed_page_size: definitions.length,
          compressed_page_size: definitions.length,
          data_page_header_v2: {
            num_values: 4,
            num_nulls: 0,
            num_rows: 4,
            encoding: 'PLAIN',
            definition_levels_byte_length: definitions.length,
            repetition_levels_byte_length: 0,
            is_compressed: false,
          },
        },
        definitions,
      ),
      { rows },
    );

  it('has its levels in front', () => {
    expect(second(run(4, 1), 4)).not.toThrow();
    expect(second(run(3, 1), 4)).toThrow(/fewer values/);
    expect(second(run(4, 1), 3)).toThrow(/has 4 rows/);
  });
});

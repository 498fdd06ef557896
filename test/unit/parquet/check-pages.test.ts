import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { describe, expect, it } from 'vitest';
import { checkPages } from '../../../src/parquet/check-pages.js';

type Header = Parameters<typeof writePageHeader>[1];

const sound: Header = {
  type: 'DATA_PAGE',
  uncompressed_page_size: 3,
  compressed_page_size: 3,
  data_page_header: {
    num_values: 1,
    encoding: 'PLAIN',
    definition_level_encoding: 'RLE',
    repetition_level_encoding: 'RLE',
  },
};

function pageOf(header: Header): Buffer {
  const writer = new ByteWriter();
  writePageHeader(writer, header);
  return Buffer.concat([Buffer.from(writer.getBytes()), Buffer.alloc(3)]);
}

describe('checkPages', () => {
  it('passes sound pages, one after the other', () => {
    expect(() => checkPages(Buffer.concat([pageOf(sound), pageOf(sound)]), 'a')).not.toThrow();
    expect(() => checkPages(Buffer.alloc(0), 'a')).not.toThrow();
  });

  it('finds sizes and counts below zero, and pages that are cut short', () => {
    const { data_page_header: data } = sound;
    if (!data) throw new RangeError('a data page has a header of its own');
    const negative = pageOf({ ...sound, data_page_header: { ...data, num_values: -1 } });
    expect(() => checkPages(negative, 'a')).toThrow('column a has a damaged page header at byte 0');
    expect(() => checkPages(pageOf({ ...sound, compressed_page_size: -3 }), 'a')).toThrow(/damaged/);
    expect(() => checkPages(pageOf(sound).subarray(0, -1), 'a')).toThrow(/cut short/);
    expect(() => checkPages(Buffer.alloc(9, 0xff), 'a')).toThrow();
  });
});

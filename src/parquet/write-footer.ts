import type { FileMetaData, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';

/** The bytes that start and end a parquet file. */
export const magic = Buffer.from('PAR1');

/** What follows the data of a parquet file: its footer, the footer's length, and the mark. */
export function encodeFooter(metadata: Omit<FileMetaData, 'metadata_length'>): Buffer {
  const writer = new ByteWriter();
  // statistics are copied whole: cut short, they would still be marked as exact
  const schema = metadata.schema.map(withPlainInteger);
  writeMetadata(writer, { ...metadata, schema, metadata_length: 0 }, Number.POSITIVE_INFINITY);
  return Buffer.concat([Buffer.from(writer.getBytes()), magic]);
}

/** Whole numbers by their older name: the library writes the width of the newer one as a type that Polars refuses. */
function withPlainInteger(element: SchemaElement): SchemaElement {
  const { logical_type: logical, ...others } = element;
  if (logical?.type !== 'INTEGER') return element;
  const name = `${logical.isSigned ? 'INT' : 'UINT'}_${logical.bitWidth}`;
  const converted = integerNames.find((known) => known === name);
  return converted === undefined ? others : { ...others, converted_type: converted };
}

const integerNames = [
  'INT_8',
  'INT_16',
  'INT_32',
  'INT_64',
  'UINT_8',
  'UINT_16',
  'UINT_32',
  'UINT_64',
] as const;

import type { FileMetaData } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';

/** The bytes that start and end a parquet file. */
export const magic = Buffer.from('PAR1');

/** What follows the data of a parquet file: its footer, the footer's length, and the mark. */
export function encodeFooter(metadata: Omit<FileMetaData, 'metadata_length'>): Buffer {
  const writer = new ByteWriter();
  // statistics are copied whole: cut short, they would still be marked as exact
  writeMetadata(writer, { ...metadata, metadata_length: 0 }, Number.POSITIVE_INFINITY);
  return Buffer.concat([Buffer.from(writer.getBytes()), magic]);
}

import { readFileSync, writeFileSync } from 'node:fs';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

/**
 * Writes a file again in the codec LZ4, which was given up for LZ4_RAW and which no other writer here knows: blocks behind
 * their lengths, as Hadoop had them. Lists become texts.
 */
export async function writeHadoopLz4(from: string, to: string): Promise<void> {
  const { buffer, byteOffset, byteLength } = readFileSync(from);
  const rows = await parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + byteLength) });
  const names = Object.keys(rows[0] ?? {});
  const columnData = names.map((name) => ({
    name,
    data: rows.map((row) => plainOf(row[name])),
    type: typeOf(name),
  }));
  writeFileSync(
    to,
    new Uint8Array(parquetWriteBuffer({ columnData, codec: 'LZ4', compressors: { LZ4: frame } })),
  );
}

const types: Readonly<Record<string, 'DOUBLE' | 'INT64'>> = {
  negotiated_rate: 'DOUBLE',
  provider_reference_id: 'INT64',
};
const typeOf = (name: string) => types[name] ?? ('STRING' as const);
const plainOf = (value: unknown) => (Array.isArray(value) ? value.join(',') : value);

/** A block that repeats nothing: its length, and the bytes as they are. */
function frame(bytes: Uint8Array): Uint8Array {
  const lengths: number[] = [];
  for (let left = bytes.length - 15; left >= 0; left -= 255) lengths.push(Math.min(left, 255));
  const block = Buffer.concat([Buffer.from([Math.min(bytes.length, 15) << 4, ...lengths]), bytes]);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(bytes.length);
  head.writeUInt32BE(block.length, 4);
  return Buffer.concat([head, block]);
}

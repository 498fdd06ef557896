import { open } from 'node:fs/promises';

/** What ends a parquet file: the length of its footer in four bytes, and the mark. */
const tailLength = 8;
const mark = 'PAR1';

/** The bytes of a file's footer, and the length of the file. Throws where it does not end like a parquet file. */
export async function readFooterBytes(path: string): Promise<{ footer: Buffer; fileBytes: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (length: number, position: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
      if (bytesRead < length) throw new RangeError(`it ends at byte ${position + bytesRead}`);
      return buffer;
    };
    const tail = await read(tailLength, Math.max(size - tailLength, 0));
    if (tail.toString('latin1', 4) !== mark) throw new RangeError(`it does not end with ${mark}`);
    const length = tail.readUInt32LE(0);
    const start = size - tailLength - length;
    if (start < mark.length) throw new RangeError(`a footer of ${length} bytes is longer than the file`);
    return { footer: await read(length, start), fileBytes: size };
  } finally {
    await file.close();
  }
}

/** The bytes of a footer, from the end of a file that has it and what follows it. Throws where that is no end of a parquet file. */
export function footerAtEnd(end: Buffer, fileBytes: number): Buffer {
  const start = end.length - tailLength;
  if (start < 0) throw new RangeError(`it ends at byte ${fileBytes}`);
  if (end.toString('latin1', start + 4) !== mark) throw new RangeError(`it does not end with ${mark}`);
  const length = end.readUInt32LE(start);
  if (length > start || fileBytes < length + tailLength + mark.length)
    throw new RangeError(`a footer of ${length} bytes is longer than the file`);
  return end.subarray(start - length, start);
}

/** Footer bytes with what follows them in a file, as readers of whole files expect them. */
export function withTail(...footer: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat([...footer, Buffer.from(`0000${mark}`)]);
  bytes.writeUInt32LE(bytes.length - tailLength, bytes.length - tailLength);
  return bytes;
}

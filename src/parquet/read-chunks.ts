import type { FileHandle } from 'node:fs/promises';
import type { ColumnChunkFooter } from './footer.js';

/** Bytes between two wanted chunks that are read along: quicker than asking the system once more. */
const gapBytes = 2 ** 16;

/** Where a column chunk is. */
type Place = Pick<ColumnChunkFooter, 'column' | 'start' | 'bytes'>;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Reads column chunks, neighbours at once. Throws where the file ends before a chunk does. */
export async function readChunks(file: FileHandle, chunks: readonly Place[]): Promise<Buffer[]> {
  const spans = spansOf(chunks);
  const read = await Promise.all(spans.map((span) => readSpan(file, span)));
  return chunks.map(({ start, bytes, column }) => {
    const index = spans.findIndex((span) => start >= span.start && start + bytes <= span.end);
    const from = start - (spans[index]?.start ?? 0);
    const chunk = read[index]?.subarray(from, from + bytes);
    if (chunk?.length !== bytes)
      throw new Error(`column ${column} is cut short at byte ${start + (chunk?.length ?? 0)}`);
    return chunk;
  });
}

/** Joins chunks that stand close to each other. */
function spansOf(chunks: readonly Place[]): Span[] {
  const spans: Span[] = [];
  for (const { start, bytes } of [...chunks].sort((one, other) => one.start - other.start)) {
    const last = spans.at(-1);
    const end = start + bytes;
    if (last && start - last.end <= gapBytes)
      spans.splice(-1, 1, { start: last.start, end: Math.max(last.end, end) });
    else spans.push({ start, end });
  }
  return spans;
}

/** The system gives no more than this at a time. */
const mostBytes = 2 ** 30;

async function readSpan(file: FileHandle, { start, end }: Span): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(end - start);
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await file.read(
      buffer,
      done,
      Math.min(buffer.length - done, mostBytes),
      start + done,
    );
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

import { EtlError, messageOf, systemCodeOf } from '../errors.js';

/** What a write to a reader that went away (`| head -1`) fails with. */
const readerIsGone = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

/** Keeps a failing stream from ending the process: results report their own failure, progress has nobody to tell. */
export function surviveClosedStreams(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** Writes a result to stdout. A reader that has seen enough is no failure; a full disk is. */
export function writeResult(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (cause) => {
      if (!cause || readerIsGone.has(systemCodeOf(cause) ?? '')) return resolve();
      const hint = 'the outputs are not affected: check where stdout is redirected to';
      const message = `stdout cannot be written: ${messageOf(cause)}`;
      reject(new EtlError('output', message, { step: 'printing the result', hint, cause }));
    });
  });
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { EtlError, hintFor, messageOf } from '../errors.js';

/** Bytes that are read at a time. */
const blockBytes = 2 ** 20;

/** The sha256 of a whole output. Throws `output` where it cannot be read. */
export async function digestContent(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: blockBytes }), hash);
  } catch (cause) {
    const message = `${path}: cannot be read: ${messageOf(cause)}`;
    throw new EtlError('output', message, { step: 'looking at files', hint: hintFor(cause), cause });
  }
  return hash.digest('hex');
}

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { EtlError, hintFor, messageOf } from '../errors.js';

/** Bytes that are read at a time. */
const blockBytes = 2 ** 20;

/** The sha256 of a whole output. Throws `output` where it cannot be read. */
export async function digestContent(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const hash = createHash('sha256');
      // one block is read while the other is hashed
      let [block, spare] = [Buffer.allocUnsafe(blockBytes), Buffer.allocUnsafe(blockBytes)];
      let { bytesRead } = await file.read(block, 0, blockBytes);
      while (bytesRead > 0) {
        const next = file.read(spare, 0, blockBytes);
        hash.update(block.subarray(0, bytesRead));
        [block, spare] = [spare, block];
        ({ bytesRead } = await next);
      }
      return hash.digest('hex');
    } finally {
      await file.close();
    }
  } catch (cause) {
    const message = `${path}: cannot be read: ${messageOf(cause)}`;
    throw new EtlError('output', message, { step: 'looking at files', hint: hintFor(cause), cause });
  }
}

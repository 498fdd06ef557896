import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EtlError, hintFor, messageOf } from '../errors.js';
import { waitingName } from '../load/merge-table.js';
import { place } from '../load/publish.js';
import { makeRunId } from '../pipeline/run-id.js';

/** Writes a page beside its place and puts it there when it is whole. Throws `output`. */
export async function writePage(path: string, page: string): Promise<void> {
  const waiting = waitingName(path, makeRunId(new Date()));
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(waiting, page);
    await place({ waiting, path });
  } catch (cause) {
    await rm(waiting, { force: true }).catch(() => {});
    if (cause instanceof EtlError) throw cause;
    const message = `${path}: cannot be written: ${messageOf(cause)}`;
    throw new EtlError('output', message, { step: 'reporting', hint: hintFor(cause), cause });
  }
}

import { readdir, readFile } from 'node:fs/promises';
import { EtlError, hintFor, messageOf, systemCodeOf } from '../errors.js';
import { digestContent } from '../parquet/digest-content.js';
import type { Footer } from '../parquet/footer.js';
import type { FileState } from './manifest.js';
import { type OutputReading, readOutputFooter } from './output-footer.js';
import { describeFile } from './snapshot.js';

/** How outputs are looked at, wherever they are. What cannot be told rejects with `output`: nothing would seem to be there. */
export interface OutputFiles {
  /** The names in a folder; none where there is no folder. */
  readonly namesIn: (folder: string) => Promise<readonly string[]>;
  /** A file as it is now; null where there is none. */
  readonly stateOf: (path: string) => Promise<FileState | null>;
  /** A file's footer. Rejects with `data` where it has none. */
  readonly footerOf: (path: string, reading: OutputReading) => Promise<Footer>;
  /** The sha256 of a whole file. */
  readonly digestOf: (path: string) => Promise<string>;
  /** The text of a file; null where there is none. */
  readonly textOf: (path: string) => Promise<string | null>;
}

const step = 'checking outputs';

/** Outputs on disks of this machine, or mounted on it. */
export const localOutputs: OutputFiles = {
  namesIn: async (folder) => {
    try {
      return await readdir(folder);
    } catch (cause) {
      if (isAbsent(cause)) return [];
      const message = `${folder}: cannot be read: ${messageOf(cause)}`;
      throw new EtlError('output', message, { step, hint: hintFor(cause), cause });
    }
  },
  stateOf: async (path) => describeFile(path),
  footerOf: readOutputFooter,
  digestOf: digestContent,
  textOf: async (path) => {
    try {
      return await readFile(path, 'utf8');
    } catch (cause) {
      if (isAbsent(cause)) return null;
      throw new EtlError('output', `${path}: ${messageOf(cause)}`, { step, hint: hintFor(cause), cause });
    }
  },
};

const isAbsent = (cause: unknown) => ['ENOENT', 'ENOTDIR'].includes(systemCodeOf(cause) ?? '');

import { isAddress } from '../config/address.js';
import { digestEnd } from '../parquet/digest-footer.js';
import { parseFooter } from '../parquet/footer.js';
import { absent } from '../parquet/unreadable.js';
import type { InputFiles } from '../pipeline/input-files.js';
import { localFiles } from '../pipeline/local-files.js';
import type { FileState } from '../pipeline/manifest.js';
import type { FileSystems } from './file-systems.js';
import type { SparkFile } from './messages.js';

/** Inputs at addresses, which a cluster is asked for, and beside them those of this machine, for which none is started. */
export function clusterFiles(cluster: () => Promise<Pick<FileSystems, 'list' | 'describe'>>): InputFiles {
  return {
    list: async (folder, deep) =>
      isAddress(folder) ? (await cluster()).list(folder, deep) : localFiles.list(folder, deep),
    stateOf: async (path) => {
      if (!isAddress(path)) return localFiles.stateOf(path);
      const file = await (await cluster()).describe(path);
      return file && stateOfFile(file);
    },
    footerOf: async (path, columns) => {
      if (!isAddress(path)) return localFiles.footerOf(path, columns);
      const file = await (await cluster()).describe(path);
      if (!file) throw absent(path);
      return parseFooter(path, file.bytes, file.end, columns);
    },
  };
}

/** A file as its records have it; the time of an address is told in milliseconds. */
export function stateOfFile({ bytes, modified_ms: milliseconds, end }: NonNullable<SparkFile>): FileState {
  return { bytes, mtime_ns: `${milliseconds}000000`, footer_sha256: digestEnd(end) };
}

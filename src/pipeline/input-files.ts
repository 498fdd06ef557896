import type { Footer } from '../parquet/footer.js';
import type { FileState } from './manifest.js';

/** How a load looks at its inputs, wherever they are: on this machine, or on file systems that only a cluster knows. */
export interface InputFiles {
  /** What is in a folder, by name, with `deep` also what is below, by path from it; null where there is no such folder. */
  readonly list: (folder: string, deep: boolean) => Promise<readonly string[] | null>;
  /** A file as it is now; null where there is none. Rejects with `input` where it cannot be read. */
  readonly stateOf: (path: string) => Promise<FileState | null>;
  /** A file's footer, with what concerns some columns. Rejects with `input` where it is missing or not parquet. */
  readonly footerOf: (path: string, columns: readonly string[]) => Promise<Footer>;
}

import { existsSync } from 'node:fs';
import { storeFolder } from '../../../scripts/install-stores.js';
import { startAbfs } from './abfs.js';
import { startGs } from './gs.js';
import { startHdfs } from './hdfs.js';
import { startS3a } from './s3a.js';

/** A file system of a cluster, or what stands in for one. */
export interface Store extends AsyncDisposable {
  /** Its top, such as `hdfs://localhost:34359`. */
  readonly address: string;
  /** What a session is told of it. */
  readonly conf: Readonly<Record<string, string>>;
}

const disk = async (): Promise<Store> => ({
  ...{ address: 'file://', conf: {} },
  [Symbol.asyncDispose]: async () => {},
});

const starts = { hdfs: startHdfs, s3a: startS3a, gs: startGs, abfs: startAbfs };

export type StoreName = keyof typeof starts | 'file';

const installed = (['hdfs', 's3a', 'gs', 'abfs'] as const).filter(isThere);

/** Those that can be had, and a disk in place of HDFS; of each of the others it is said once that it cannot. */
export const storesThere: readonly StoreName[] = installed.includes('hdfs')
  ? installed
  : ['file', ...installed];

function isThere(name: StoreName): boolean {
  const folder = storeFolder(name);
  if (folder === null) return false;
  if (existsSync(folder)) return true;
  process.stderr.write(
    `skipped: there is no ${name}; \`node scripts/install-stores.js ${name}\` installs it\n`,
  );
  return false;
}

/** Starts a store, with what it keeps on this machine in a folder. */
export function startStore(name: StoreName, scratch: string): Promise<Store> {
  return name === 'file' ? disk() : starts[name](storeFolder(name) ?? '', scratch);
}

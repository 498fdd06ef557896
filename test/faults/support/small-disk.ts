import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, in memory. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves so much room beside what is there. */
  leave(kib: number): void;
  setReadOnly(isReadOnly: boolean): void;
}

/** Runs work with a file system of a few KiB; says false where this process may not mount one. */
export async function withSmallDisk(kib: number, work: (disk: SmallDisk) => Promise<void>): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'etl1-disk-'));
  const mount = (...args: string[]) => execFileSync('mount', [...args, folder], { stdio: 'pipe' });
  try {
    try {
      mount('-t', 'tmpfs', '-o', `size=${kib}k`, 'etl1-faults');
    } catch {
      process.stderr.write('no file system can be mounted here: injected errors take its place\n');
      return false;
    }
    try {
      await work({
        folder,
        leave: (free) => mount('-o', `remount,size=${usedKib(folder) + free}k`),
        setReadOnly: (isReadOnly) => mount('-o', `remount,${isReadOnly ? 'ro' : 'rw'}`),
      });
      return true;
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function usedKib(folder: string): number {
  const { blocks, bfree, bsize } = statfsSync(folder);
  return ((blocks - bfree) * bsize) / 1024;
}

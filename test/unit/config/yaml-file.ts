import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes a file named test.yaml, does some work with its path, and removes it. */
export function withYaml<T>(content: string | Uint8Array, work: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'etl1-yaml-'));
  try {
    const path = join(folder, 'test.yaml');
    writeFileSync(path, content);
    return work(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What work throws; fails where it throws nothing. */
export function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

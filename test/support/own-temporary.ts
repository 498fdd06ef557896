import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** Has what the running test starts put temporary files where no other test does, and gives that folder. */
export function useOwnTemporaryFolder(parent: string): string {
  const folder = join(parent, 'temporary');
  mkdirSync(folder, { recursive: true });
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return folder;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { expectGone, processesBelow } from './processes.js';

const bin = fileURLToPath(new URL('../../../bin/etl1.js', import.meta.url));

/** Runs the command in a folder and kills it once there is a file, or a folder, at `path`; what it had started is gone afterwards. */
export async function killOnceThere(
  path: string,
  args: readonly string[],
  { folder, environment }: { readonly folder: string; readonly environment: NodeJS.ProcessEnv },
): Promise<void> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  while (!existsSync(path)) {
    expect(child.exitCode).toBe(null);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const below = processesBelow(child.pid ?? 0).map(({ pid }) => pid);
  child.kill('SIGKILL');
  await ended;
  await expectGone(below);
}

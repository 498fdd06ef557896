import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { isAlive } from '../../support/is-alive.js';

/** A process, with its command line. */
interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Processes below another one. */
export function processesBelow(pid: number): Process[] {
  const all = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 })
    .split('\n')
    .flatMap((line) => {
      const [, child, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return command === undefined ? [] : [{ pid: Number(child), parent: Number(parent), command }];
    });
  const below: Process[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const children = all.filter(({ parent }) => parents.has(parent));
    below.push(...children);
    parents = new Set(children.map(({ pid: child }) => child));
  }
  return below;
}

/** No process of a load outlives it for long. */
export async function expectGone(pids: readonly number[]): Promise<void> {
  for (let waited = 0; waited < 60 && pids.some(isAlive); waited += 1)
    await new Promise((resolve) => setTimeout(resolve, 500));
  expect(pids.filter(isAlive)).toEqual([]);
}

import { readFileSync } from 'node:fs';

/** Where Linux tells what the container may take: version 2 of its control groups, then version 1. */
const limitFiles = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];

/** Beyond this a limit is none: version 1 says so with a number near 2^63. */
const noLimitMb = 2 ** 40;

/** The memory that the container may take, in MiB; infinite where there is none, or no limit. */
export function containerMemoryMb(readText: (path: string) => string = readIfThere): number {
  for (const path of limitFiles) {
    const text = readText(path).trim();
    // `max` is no number
    const limitMb = /^[0-9]+$/.test(text) ? Number(text) / 2 ** 20 : Number.POSITIVE_INFINITY;
    if (limitMb < noLimitMb) return limitMb;
  }
  return Number.POSITIVE_INFINITY;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

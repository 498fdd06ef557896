import { readFileSync } from 'node:fs';

/** Whether a process is there and no zombie, which nobody but its parent can remove. Linux tells. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

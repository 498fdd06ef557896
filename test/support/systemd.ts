import { spawnSync } from 'node:child_process';

/** Whether systemd's checker of units is there; that it is not is said once. It need not be what has started the machine. */
export const hasSystemd: boolean = findSystemd();

function findSystemd(): boolean {
  if (spawnSync('systemd-analyze', ['--version']).status === 0) return true;
  process.stderr.write('skipped: there is no systemd-analyze\n');
  return false;
}

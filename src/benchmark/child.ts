import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { environmentWithoutSettings } from '../config/environment.js';
import { EtlError } from '../errors.js';
import { programFile } from '../pipeline/program-file.js';

const msBetweenLooks = 20;

/** What a command came to that ran as a process of its own. */
export interface ChildResult {
  readonly stdout: string;
  /** Of the whole process, its start included. */
  readonly seconds: number;
  /** Largest resident set in MiB, as the system kept it; null where it does not tell. */
  readonly peakRssMb: number | null;
}

/** A command that ended with an exit code of its own, after it had said why on stderr. */
export class ChildFailure extends Error {
  readonly exitCode: number;
  readonly stdout: string;

  constructor(exitCode: number, stdout: string) {
    super(`ended with exit code ${exitCode}`);
    this.exitCode = exitCode;
    this.stdout = stdout;
  }
}

/**
 * Runs a command of this program as a process of its own, so that its memory is its alone. Its errors go to our stderr.
 * Throws a ChildFailure where it fails, and the signal's reason, once the process is gone, where that is aborted.
 */
export async function runChild(args: readonly string[], signal: AbortSignal): Promise<ChildResult> {
  signal.throwIfAborted();
  const started = performance.now();
  const child = spawn(process.execPath, [programFile, ...args], {
    env: environmentWithoutSettings(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // all it writes is in a folder that is removed: nothing is left half done
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const parts: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => parts.push(bytes));
  let peakRssMb: number | null = null;
  const timer = setInterval(() => {
    peakRssMb = peakOf(child.pid) ?? peakRssMb;
  }, msBetweenLooks);
  try {
    await once(child, 'close');
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', kill);
  }
  signal.throwIfAborted();
  const stdout = Buffer.concat(parts).toString();
  if (child.exitCode === null) throw killed(args, child.signalCode);
  if (child.exitCode !== 0) throw new ChildFailure(child.exitCode, stdout);
  return { stdout, seconds: (performance.now() - started) / 1000, peakRssMb };
}

/** Linux keeps the high-water mark: the last look before the end counts, however long ago the peak was. */
function peakOf(pid: number | undefined): number | null {
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Number(found[1]) / 1024 : null;
  } catch {
    return null;
  }
}

function killed(args: readonly string[], signal: NodeJS.Signals | null): EtlError {
  return new EtlError('output', `etl1 ${args.join(' ')} was ended by ${signal}`, {
    step: 'benchmarking',
    hint: 'where memory is short the system ends processes: try fewer `--rows`, or a smaller `--memory-limit`',
  });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Faults, faultEnvironment } from './faults.js';

/** What came of a process. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Largest resident set in MiB, as last seen; 0 where there is no /proc. */
  readonly peakMb: number;
}

export interface StartOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly faults?: Faults | undefined;
  /** After which the process is killed, and waiting for its end fails. */
  readonly timeoutSeconds?: number;
  /** What the shell does first, such as `ulimit -n 64`. */
  readonly shell?: string;
}

const bin = fileURLToPath(new URL('../../../bin/etl1.js', import.meta.url));
const msBetweenLooks = 20;

/** A command under way. */
export class Running {
  readonly #child: ChildProcess;
  readonly #started = performance.now();
  readonly #output = { stdout: '', stderr: '' };
  readonly #ended: Promise<Ended>;
  #peakMb = 0;

  constructor(args: readonly string[], options: StartOptions) {
    this.#child = spawnCommand(args, options);
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.setEncoding('utf8').on('data', (text: string) => {
        this.#output[name] += text;
      });
    }
    const timer = setInterval(() => {
      this.#peakMb = Math.max(this.#peakMb, peakOf(this.#child.pid));
    }, msBetweenLooks);
    this.#ended = this.#waitForEnd(timer, args, options.timeoutSeconds ?? 60);
    // whoever waits for the end hears of it
    this.#ended.catch(() => {});
  }

  async #waitForEnd(timer: NodeJS.Timeout, args: readonly string[], timeoutSeconds: number): Promise<Ended> {
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      this.#child.kill('SIGKILL');
    }, timeoutSeconds * 1000);
    await once(this.#child, 'close');
    clearTimeout(limit);
    clearInterval(timer);
    if (isLate)
      throw new Error(`etl1 ${args.join(' ')} hung for ${timeoutSeconds} s; stderr: ${this.#output.stderr}`);
    return {
      exitCode: this.#child.exitCode,
      signal: this.#child.signalCode,
      ...this.#output,
      seconds: (performance.now() - this.#started) / 1000,
      peakMb: this.#peakMb,
    };
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the command could not be started');
    return pid;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get ended(): Promise<Ended> {
    return this.#ended;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Closes the reading end of a stream, as a terminal or a pipe that goes away does. */
  stopReading(stream: 'stdout' | 'stderr'): void {
    this.#child[stream]?.destroy();
  }

  /** Waits until something holds or the process has ended; says whether it did hold. */
  async until(holds: () => boolean): Promise<boolean> {
    while (!holds()) {
      if (this.hasEnded) return holds();
      await sleep(1);
    }
    return true;
  }
}

/** Starts the built command as a process of its own, with a clean environment. */
export function start(args: readonly string[], options: StartOptions): Running {
  return new Running(args, options);
}

/** Runs the built command to its end. */
export function run(args: readonly string[], options: StartOptions): Promise<Ended> {
  return start(args, options).ended;
}

function spawnCommand(args: readonly string[], { cwd, environment = {}, faults, shell }: StartOptions) {
  const hooked = faults === undefined ? {} : faultEnvironment(faults);
  const env = { PATH: process.env['PATH'] ?? '', ...environment, ...hooked };
  const command = [process.execPath, bin, ...args];
  const [file = '', ...rest] =
    shell === undefined ? command : ['sh', '-c', `${shell}; exec "$@"`, 'sh', ...command];
  return spawn(file, rest, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The kernel keeps the high-water mark: the last look before the end counts. */
function peakOf(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

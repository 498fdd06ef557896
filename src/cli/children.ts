import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { programFile } from '../pipeline/program-file.js';
import type { StopOrder } from './signals.js';
import { WholeLines } from './whole-lines.js';

/** How a process ended, and what it had to say to a program. */
export interface ChildEnd {
  readonly stdout: string;
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Processes of this program that work for this one, and stop when it does (obey-parent.ts). */
export class Children {
  readonly #running = new Set<ChildProcess>();

  /** Runs a command of the program with the environment and the flags of Node.js of this one; `say` is given each line of its stderr. */
  async run(args: readonly string[], say: (line: string) => void): Promise<ChildEnd> {
    const child = fork(programFile, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#running.add(child);
    const parts: string[] = [];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => parts.push(text));
    if (child.stderr) relay(child.stderr, say);
    try {
      await once(child, 'close');
    } finally {
      this.#running.delete(child);
    }
    return { stdout: parts.join(''), exitCode: child.exitCode, signal: child.signalCode };
  }

  /** Tells all of them to stop; says whether there are any. */
  passOn(order: StopOrder): boolean {
    // whoever ends meanwhile has stopped already
    for (const child of this.#running) if (child.connected) child.send(order, () => {});
    return this.#running.size > 0;
  }
}

function relay(stream: Readable, say: (line: string) => void): void {
  const lines = new WholeLines();
  stream
    .setEncoding('utf8')
    .on('data', (text: string) => lines.add(text).forEach(say))
    .on('end', () => lines.end().forEach(say));
}

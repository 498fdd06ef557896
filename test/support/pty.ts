import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';

/** What came of a command in a terminal. */
export interface TerminalResult {
  readonly exitCode: number;
  /** All that the terminal was sent, escape codes included. */
  readonly output: string;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly columns?: number;
  /** All that the environment holds besides PATH and TERM. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Keys that are pressed, once, when the output has something. */
  readonly press?: { readonly keys: string; readonly when: RegExp };
  /** After which the command is killed and the test fails. */
  readonly timeoutSeconds?: number;
}

const bin = fileURLToPath(new URL('../../bin/etl1.js', import.meta.url));

/** Runs the built command in a terminal of its own, which is its stdin, stdout and stderr. */
export function runInTerminal(args: readonly string[], options: TerminalOptions): Promise<TerminalResult> {
  const { cwd, columns = 100, environment = {}, press, timeoutSeconds = 60 } = options;
  const env = { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', ...environment };
  const terminal = spawn(process.execPath, [bin, ...args], { cwd, cols: columns, rows: 24, env });
  return new Promise((resolve, reject) => {
    let output = '';
    let isPressed = false;
    const limit = setTimeout(() => {
      terminal.kill('SIGKILL');
      reject(new Error(`etl1 ${args.join(' ')} hung for ${timeoutSeconds} s; it printed: ${output}`));
    }, timeoutSeconds * 1000);
    terminal.onData((text) => {
      output += text;
      if (!press || isPressed || !press.when.test(output)) return;
      isPressed = true;
      terminal.write(press.keys);
    });
    terminal.onExit(({ exitCode }) => {
      clearTimeout(limit);
      resolve({ exitCode, output });
    });
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** What came of one run of the command. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** The working folder. */
  readonly cwd: string;
  /** All that the environment holds besides PATH and the folder for temporary files. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Modules that Node loads before the command. */
  readonly imports?: readonly string[];
  /** Closes stdout after its first bytes, as `| head -1` does. */
  readonly stopReading?: boolean;
  /** The same of stderr. */
  readonly stopReadingErrors?: boolean;
  /** A file to be stdout, instead of a pipe. */
  readonly stdoutTo?: string;
  /** After which the process is killed and the test fails. */
  readonly timeoutSeconds?: number;
}

const bin = fileURLToPath(new URL('../../bin/etl1.js', import.meta.url));

/** Runs the built command as a process of its own, with a clean environment and within bounded time. */
export async function runCommand(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { cwd, environment = {}, imports = [], stdoutTo, timeoutSeconds = 90 } = options;
  const flags = imports.flatMap((module) => ['--import', module]);
  const file = stdoutTo === undefined ? null : openSync(stdoutTo, 'w');
  const child = spawn(process.execPath, [...flags, bin, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', file ?? 'pipe', 'pipe'],
    timeout: timeoutSeconds * 1000,
    killSignal: 'SIGKILL',
  });
  const stdout = collect(child.stdout, options.stopReading);
  const stderr = collect(child.stderr, options.stopReadingErrors);
  await once(child, 'close');
  if (file !== null) closeSync(file);
  const result = { exitCode: child.exitCode, stdout: stdout(), stderr: stderr() };
  if (child.signalCode === null) return result;
  throw new Error(`etl1 ${args.join(' ')} was ended by ${child.signalCode}; stderr: ${result.stderr}`);
}

function collect(stream: Readable | null, stopReading = false): () => string {
  const parts: Buffer[] = [];
  stream?.on('data', (bytes: Buffer) => {
    parts.push(bytes);
    if (stopReading) stream.destroy();
  });
  return () => Buffer.concat(parts).toString();
}

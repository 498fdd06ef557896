import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { EtlError } from '../errors.js';
import { askedOf, type FileQuestion, type FileSystems } from './file-systems.js';
import { messageSchema, rowsSchema, type SparkProgress } from './messages.js';
import { Tail } from './tail.js';
import { Waiting } from './waiting.js';

const step = 'running Spark';

export type SparkRow = Readonly<Record<string, unknown>>;

/** What runs statements, some at a time where they are not waited for, and knows the file systems. */
export interface Statements {
  readonly run: (sql: string) => Promise<void>;
  readonly rows: (sql: string) => Promise<readonly SparkRow[]>;
  readonly files: FileSystems;
  /** Does work that is not to be left half done: a signal that comes meanwhile ends the session afterwards. */
  readonly shielded: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether it is over, so that nothing more can be asked of it. */
  readonly hasEnded: boolean;
  /** Told how far the jobs of a statement are. */
  onProgress: (progress: SparkProgress) => void;
}

export type Session = Statements &
  AsyncDisposable & {
    /** Why it is over; null while it is not. */
    readonly end: unknown;
  };

/** How a session is started. */
export interface SparkSettings {
  readonly submit: string;
  /** Null for what the cluster's own settings say. */
  readonly master: string | null;
  readonly conf: Readonly<Record<string, string>>;
  readonly environment: NodeJS.ProcessEnv;
  /** Told what Spark said last, each minute for which it does nothing but wait for its cluster. */
  readonly onWait: (said: string) => void;
  /** Minutes of that, one after the other, after which a session ends. */
  readonly mostWait: number;
}

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** What is wrong, from what Spark says of it, in brief and in full. */
  readonly explain: (message: string, trace: string) => EtlError;
}

type Question = { readonly sql: string; readonly rows: boolean } | FileQuestion;

/** By way of the folder above, which leads there from `dist/command` as well. */
const driver = fileURLToPath(new URL('../spark/driver.py', import.meta.url));

/** How long a session that was asked to stop may take for it. */
const stopMs = 20_000;

/**
 * A Spark application that runs statements. It ends with this process, however that ends, because it
 * hears of it over a socket; and this side hears of its end likewise.
 */
export class SparkSession implements Session {
  readonly files = askedOf((question, schema, explain) => this.#ask(question, schema, explain));
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #folder: string;
  readonly #output: Tail;
  readonly #waiting: Waiting;
  readonly #pending = new Map<number, Pending>();
  #asked = 0;
  #end: unknown = null;
  #isShielded = false;
  /** What is to be done once nothing is shielded any more. */
  #putOff: () => void = () => {};
  onProgress: (progress: SparkProgress) => void = () => {};

  private constructor(child: ChildProcess, socket: Socket, folder: string, output: Tail, waiting: Waiting) {
    this.#child = child;
    this.#socket = socket;
    this.#folder = folder;
    this.#output = output;
    this.#waiting = waiting;
  }

  /** Submits the driver and waits until it has a session. Throws `config` where there is no Spark to be had, `busy` where that takes too long. */
  static async start(
    settings: SparkSettings,
    stopped: AbortSignal,
  ): Promise<{ session: SparkSession; version: string }> {
    stopped.throwIfAborted();
    const folder = await mkdtemp(join(tmpdir(), 'etl1-spark-'));
    const path = join(folder, 'driver.sock');
    const server = createServer();
    const output = new Tail();
    const patience = new AbortController();
    const signal = AbortSignal.any([stopped, patience.signal]);
    const waiting = new Waiting((minutes) => {
      if (minutes < settings.mostWait) settings.onWait(output.text);
      else patience.abort(waitedTooLong(minutes, output.text));
    });
    let child: ChildProcess | null = null;
    try {
      waiting.begin();
      await listen(server, path);
      child = submit(settings, path, (piece) => output.add(piece));
      const socket = await connection(server, child, output, settings, signal);
      const session = new SparkSession(child, socket, folder, output, waiting);
      const version = await session.#listen(settings, signal);
      waiting.end();
      return { session, version };
    } catch (thrown) {
      waiting[Symbol.dispose]();
      child?.kill('SIGTERM');
      await rm(folder, { recursive: true, force: true });
      throw thrown;
    } finally {
      server.close();
    }
  }

  /** Runs a statement. Throws `output` with what Spark says of it, and as the cause all that it says. */
  async run(sql: string): Promise<void> {
    await this.#ask({ sql, rows: false }, rowsSchema, failed);
  }

  /** Runs a query, and gives its rows. */
  async rows(sql: string): Promise<SparkRow[]> {
    return this.#ask({ sql, rows: true }, rowsSchema, failed);
  }

  async shielded<T>(work: () => Promise<T>): Promise<T> {
    this.#isShielded = true;
    try {
      return await work();
    } finally {
      this.#isShielded = false;
      this.#putOff();
    }
  }

  get end(): unknown {
    return this.#end;
  }

  get hasEnded(): boolean {
    return this.#end !== null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) resolve();
      else this.#child.once('exit', () => resolve());
    });
    if (this.#end === null) this.#socket.write(`${JSON.stringify({ stop: true })}\n`);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(timer);
    this.#waiting[Symbol.dispose]();
    this.#socket.destroy();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #ask<T>(question: Question, schema: z.ZodType<T>, explain: Pending['explain']): Promise<T> {
    if (this.#end !== null) throw this.#end;
    const id = this.#asked;
    this.#asked += 1;
    const answer = await new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, explain });
      this.#socket.write(`${JSON.stringify({ id, ...question })}\n`);
    });
    return schema.parse(answer);
  }

  /** Hears the driver until it is gone; gives the version of Spark once it has a session. */
  #listen(settings: SparkSettings, signal: AbortSignal): Promise<string> {
    let failure = unstarted;
    return new Promise((resolve, reject) => {
      const end = (reason: unknown) => {
        this.#end ??= reason;
        this.#waiting.end();
        reject(this.#end);
        for (const { reject: fail } of this.#pending.values()) fail(this.#end);
        this.#pending.clear();
      };
      const stop = () => {
        if (this.#isShielded) {
          this.#putOff = stop;
          return;
        }
        end(signal.reason);
        // the driver ends with its socket, and its jobs with it
        this.#socket.destroy();
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#child.once('exit', () => {
        signal.removeEventListener('abort', stop);
        end(failure(this.#output.text, settings));
      });
      this.#socket.on('error', () => {});
      createInterface({ input: this.#socket }).on('line', (line) => {
        const message = messageSchema.parse(JSON.parse(line));
        if ('started' in message) {
          failure = gone;
          resolve(message.started.version);
        }
        if ('progress' in message) this.onProgress(message.progress);
        if ('starved' in message) this.#waiting[message.starved ? 'begin' : 'end']();
        if ('id' in message) this.#settle(message);
      });
      if (signal.aborted) stop();
    });
  }

  #settle(
    message: { readonly id: number } & (
      | { readonly error: string; readonly trace: string }
      | { readonly answer: unknown }
    ),
  ): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('error' in message) pending?.reject(pending.explain(message.error, message.trace));
    else pending?.resolve(message.answer);
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

function submit(
  { submit: program, master, conf, environment }: SparkSettings,
  path: string,
  hear: (piece: Buffer) => void,
): ChildProcess {
  const settings = Object.entries(conf).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
  const child = spawn(
    program,
    ['--name', 'etl1', ...(master === null ? [] : ['--master', master]), ...settings, driver, path],
    { stdio: ['ignore', 'pipe', 'pipe'], env: environment, detached: true },
  );
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  return child;
}

/** The driver's connection, or why there is none. */
function connection(
  server: Server,
  child: ChildProcess,
  output: Tail,
  settings: SparkSettings,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    server.once('connection', resolve);
    child.once('error', (cause) => reject(unstarted(cause.message, settings)));
    child.once('exit', () => reject(unstarted(output.text, settings)));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function unstarted(said: string, { master }: SparkSettings): EtlError {
  const where = master === null ? '' : ` with spark_master ${master}`;
  return new EtlError('config', `Spark does not start${where}: ${said || 'it ended without a word'}`, {
    step: 'starting Spark',
    hint: 'run `spark-submit --version`; check spark_master, spark_conf and JAVA_HOME (docs/scaling.md)',
  });
}

function waitedTooLong(minutes: number, said: string): EtlError {
  const time = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return new EtlError(
    'busy',
    `Spark has waited for its cluster for ${time}: ${said || 'it has not said anything'}`,
    {
      step,
      hint: 'check spark_master and the cluster, then run the same command again; spark_wait_minutes says how long is waited',
    },
  );
}

function gone(said: string): EtlError {
  return new EtlError('output', `Spark ended before the load was done: ${said || 'without a word'}`, {
    step,
    hint: 'nothing is published by half: run the same command again, which does what is left',
  });
}

function failed(message: string, trace: string): EtlError {
  return new EtlError('output', `Spark cannot do it: ${message.replaceAll(/\s+/g, ' ').slice(0, 2_000)}`, {
    step,
    hint: 'the outputs are as they were: check the cluster and the paths, then run the same command again',
    cause: new Error(trace),
  });
}

import { type DuckDBConnection, DuckDBInstance, version } from '@duckdb/node-api';
import { z } from 'zod';
import { EtlError, hintFor, isDiskTrouble, messageOf } from '../errors.js';
import { configureDatabase, type DatabaseLimits } from './sql.js';

const counts = z.record(z.string(), z.union([z.bigint(), z.number(), z.boolean()]).transform(Number));

/** The version of the database's library. */
export const databaseVersion = version;

/** What a database is for, and where it spills to: what errors say of it. */
interface Work {
  readonly step: string;
  readonly folder: string;
}

/** A DuckDB in memory, with a limit on it and a folder to spill to. */
export class Database implements Disposable {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  readonly #signal: AbortSignal;
  readonly #work: Work;
  readonly #interrupt = () => this.#connection.interrupt();

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    signal: AbortSignal,
    work: Work,
  ) {
    this.#instance = instance;
    this.#connection = connection;
    this.#signal = signal;
    this.#work = work;
    signal.addEventListener('abort', this.#interrupt);
  }

  /** `signal` interrupts what is run: what it was aborted with is thrown. `step` is what errors call the work. */
  static async open(
    limits: DatabaseLimits,
    signal: AbortSignal = new AbortController().signal,
    step = 'merging',
  ): Promise<Database> {
    const instance = await DuckDBInstance.create(':memory:');
    const database = new Database(instance, await instance.connect(), signal, {
      step,
      folder: limits.temporaryFolder,
    });
    await database.run(...configureDatabase(limits));
    return database;
  }

  /** Runs statements one after the other; gives how many rows the last one wrote. */
  async run(...statements: readonly string[]): Promise<number> {
    let rows = 0;
    for (const statement of statements)
      rows = (await this.#try(() => this.#connection.run(statement))).rowsChanged;
    return rows;
  }

  /** The single row of numbers (or truth values, as 0 and 1) that a query gives. */
  async numbers(query: string): Promise<Record<string, number>> {
    const [row = {}] = await this.rows(query);
    return counts.parse(row);
  }

  /** All rows of a query that gives few of them. */
  async rows(query: string): Promise<Record<string, unknown>[]> {
    const reader = await this.#try(() => this.#connection.runAndReadAll(query));
    return reader.getRowObjectsJS();
  }

  async #try<T>(work: () => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    try {
      return await work();
    } catch (cause) {
      this.#signal.throwIfAborted();
      throw explain(cause, this.#work);
    }
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#interrupt);
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** Tells a full disk and a memory limit from a bug; anything else passes as it is. */
function explain(cause: unknown, { step, folder }: Work): unknown {
  const text = messageOf(cause);
  if (/No space left on device|max_temp_directory_size/i.test(text)) {
    return new EtlError('output', `the disk is full: ${text}`, {
      step,
      hint: `free space where ${folder} is`,
      cause,
    });
  }
  if (isDiskTrouble(cause) || /Cannot open file/i.test(text)) {
    return new EtlError('output', text, { step, hint: hintFor(cause), cause });
  }
  if (/Out of Memory/i.test(text)) {
    const hint = 'run again with a larger `--memory-limit` or fewer `--threads`';
    return new EtlError('output', `the memory limit is too small for ${step}: ${text}`, {
      step,
      hint,
      cause,
    });
  }
  return cause;
}

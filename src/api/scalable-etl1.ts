import type { DataFrame } from 'nodejs-polars';
import type { Config } from '../config/load.js';
import { settingsSchema } from '../config/settings.js';
import { EtlError } from '../errors.js';
import type { Plan } from '../pipeline/plan.js';
import type { Summary, TableSummary } from '../pipeline/summary.js';
import { type PlanOptions, planPipeline, type RunOptions, runPipeline } from './run-pipeline.js';
import { stopOn } from './stop.js';

/**
 * The pipeline of the command `etl1`, for programs. It prints nothing, keeps no log, handles no signal of the process,
 * ends no process and changes no variable; what goes wrong rejects, with an {@link EtlError} where it is not a bug.
 *
 * A process that uses Polars for the first time decides how many threads Polars has, by POLARS_MAX_THREADS: the setting
 * `threads` bounds DuckDB and the chunks that are under way. `memory_limit_mb` is compared with what the whole process takes.
 *
 * @example
 * const etl = new ScalableETL1(await loadConfig({ data_root: '/srv/tic' }));
 * try {
 *   const summary = await etl.runPipeline('aetna');
 *   summary.tables.fact_rate?.inserted; // 2967105
 * } finally {
 *   await etl.close();
 * }
 */
export class ScalableETL1 implements AsyncDisposable {
  /** The settings in force, and where each came from. */
  readonly config: Config;
  readonly #closing = new AbortController();
  readonly #atWork = new Set<Promise<unknown>>();

  /** Takes what `loadConfig` gives. Throws an {@link EtlError} of kind `config` for anything else. */
  constructor(config: Config) {
    const { error } = settingsSchema.safeParse(config?.settings);
    if (error) {
      throw new EtlError('config', `config: expected what loadConfig gives; found ${error.message}`, {
        step: 'reading arguments',
        hint: '`new ScalableETL1(await loadConfig({ … }))`',
        cause: error,
      });
    }
    this.config = config;
  }

  /**
   * Loads the files of a payer into the seven tables, as `etl1 --payer` does, and gives what came of it; `status` is
   * `unchanged` where it was done before. Rows that could not be read are in `failed_chunks`.
   *
   * Rejects with an {@link EtlError}, by kind: `usage` (no name of a payer), `input` (a file is missing or unreadable),
   * `data` (it breaks the contract, or too many rows are rejected), `output` (disk, rights, memory), `busy` (another run
   * loads the same), `interrupted` (the signal, {@link close} or an error of `onProgress`, which is its `cause`). But for
   * `failed_chunks`, outputs are all old or all new (docs/reliability.md), and a run that was interrupted goes on from there.
   */
  runPipeline(payer: string, options: RunOptions = {}): Promise<Summary> {
    return this.#track((closing) => runPipeline({ config: this.config, payer, closing }, options));
  }

  /** Decides what a run would do, from the footers of its files, and writes nothing. Rejects as a run does. */
  planPipeline(payer: string, options: PlanOptions = {}): Promise<Plan> {
    return this.#track((closing) => planPipeline({ config: this.config, payer, closing }, options));
  }

  /**
   * Gives a chunk of rates, in any layout of the contract (docs/data-contract.md, section 1), with what a load makes of
   * each row: as many rows in the same order, its own columns, and
   *
   * - the columns of fact_rate: fact_uid, state, year_month, payer_slug, code_type, code, pg_uid, pos_set_id,
   *   provider_group_id_raw; and normalised in their places billing_class, negotiated_type, negotiation_arrangement,
   *   negotiated_rate (dollars or per cent, a double), expiration_date, reporting_entity_name
   * - the other columns of dim_code, dim_payer and dim_pos_set: code_description, code_name, version, pos_members (list)
   * - reject_reason, null where the row is accepted (section 4); a rejected row has no fact_uid, pg_uid and pos_set_id
   *
   * Blank text is null. Keys are those of section 3. Rejects with an {@link EtlError} of kind `data` where a needed column is
   * missing or of another type.
   */
  processRatesChunk(frame: DataFrame): Promise<DataFrame> {
    return this.#process('rates', frame);
  }

  /**
   * The same for a chunk of providers: payer_slug, version, year_month, provider_group_id_raw, pg_uid, npi (null also for
   * `0`, which means that there is none), tin_type, tin_value, all of them text, and reject_reason.
   */
  processProvidersChunk(frame: DataFrame): Promise<DataFrame> {
    return this.#process('providers', frame);
  }

  /**
   * Upserts one frame into one parquet file, which is made where there is none. Readers see the old file or the new one;
   * others that upsert into the same folder, or publish into the same data root, take turns, in this process or another.
   *
   * `tableName` names one of the seven tables, whose columns and key the frame must have (it may have others) and whose
   * rules hold: several rows of one key become one, blanks of a row that is there are filled, a fact that is there is never
   * touched (docs/data-contract.md, section 5). Under any other name a row is inserted whose `keys` no row has yet, null
   * being a value like any other; of several such rows of the frame the first; and columns are those of the file.
   *
   * A run of the pipeline refuses outputs that something else has changed, also by this: give it `force`.
   *
   * Gives rows inserted, filled, kept and in total, and the file's bytes. Rejects with an {@link EtlError}: `usage` (keys
   * that are not those of the frame or of the table), `data` (columns, types, a row without its key), `input` (the file there
   * is no parquet file), `output`.
   */
  memoryEfficientUpsert(
    frame: DataFrame,
    outputPath: string,
    keys: readonly string[],
    tableName: string,
  ): Promise<TableSummary> {
    return this.#track(async (closing) => {
      checkFrame(frame);
      const { upsertFile } = await import('../pipeline/upsert-file.js');
      const request = { frame, outputPath, keys, tableName };
      return upsertFile(request, this.config.settings, stopOn([closing]));
    });
  }

  /** Stops what is at work, at the next safe point, and waits for that. Whatever is asked for afterwards is refused. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the pipeline was closed'));
    await Promise.allSettled(this.#atWork);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #process(source: 'rates' | 'providers', frame: DataFrame): Promise<DataFrame> {
    return this.#track(async (closing) => {
      checkFrame(frame);
      const { processChunk } = await import('../pipeline/process-chunk.js');
      return processChunk(source, frame, this.config.settings, stopOn([closing]));
    });
  }

  /** Does work that {@link close} waits for. */
  async #track<T>(work: (closing: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.#closing;
    if (signal.aborted) {
      throw new EtlError('usage', 'this pipeline was closed', {
        step: 'reading arguments',
        hint: 'make another one, or close it later',
      });
    }
    const task = work(signal);
    this.#atWork.add(task);
    try {
      return await task;
    } finally {
      this.#atWork.delete(task);
    }
  }
}

/** Refuses what is no frame, which says so of itself; `in` does not see it. */
function checkFrame(frame: unknown): void {
  if (frame instanceof Object && Reflect.get(frame, Symbol.toStringTag) === 'DataFrame') return;
  throw new EtlError('usage', `frame: expected a DataFrame of nodejs-polars; found ${typeof frame}`, {
    step: 'reading arguments',
    hint: '`pl.readParquet(file)` gives one',
  });
}

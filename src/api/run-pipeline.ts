import { type Config, resolvedSettings } from '../config/load.js';
import type { RunEvent } from '../pipeline/events.js';
import { checkPayerName } from '../pipeline/find-inputs.js';
import type { Plan } from '../pipeline/plan.js';
import {
  dropStaging,
  type Preparation,
  type PrepareOptions,
  planLoad,
  prepareLoad,
} from '../pipeline/prepare.js';
import type { Summary } from '../pipeline/summary.js';
import { unchangedSummary } from '../pipeline/unchanged-summary.js';
import { pickEngine } from '../spark/pick-engine.js';
import { stopOn } from './stop.js';

/** Which files are loaded, and whether also what was loaded before. */
export interface PlanOptions {
  /** A file to take instead of those that `rates_file_pattern` finds. */
  readonly ratesFile?: string | undefined;
  /** A file to take instead of those that `providers_file_pattern` finds. */
  readonly providersFile?: string | undefined;
  /** Loads also what was loaded before, and onto outputs that something else has changed. False by default. */
  readonly force?: boolean | undefined;
  /** Stops the work at the next safe point. */
  readonly signal?: AbortSignal | undefined;
}

/** How a load is carried out. */
export interface RunOptions extends PlanOptions {
  /** Whether to go on with what an interrupted run staged. True by default. */
  readonly resume?: boolean | undefined;
  /** Told what happens while it happens, at once. What it throws stops the run. */
  readonly onProgress?: ((event: RunEvent) => void) | undefined;
}

interface Request {
  readonly config: Config;
  readonly payer: string;
  /** Aborted when the pipeline is closed. */
  readonly closing: AbortSignal;
}

/** Loads the files of a payer, unless that was done before. */
export async function runPipeline(request: Request, options: RunOptions): Promise<Summary> {
  const { onProgress = () => {}, resume = true } = options;
  const failing = new AbortController();
  const signal = stopOn([request.closing, failing.signal, options.signal]);
  const observe = (event: RunEvent) => {
    try {
      onProgress(event);
    } catch (thrown) {
      // thrown from here it would count as a failure of the rows at hand
      failing.abort(thrown);
    }
  };
  await using picked = await pickEngine(request.config.settings, signal, observe);
  const { files, outputs } = picked;
  const prepared = await surveyPayer(request, options, { files, outputs, isDryRun: false, signal });
  if (prepared.unchanged) {
    await dropStaging(prepared);
    return unchangedSummary(prepared.unchanged, prepared.location);
  }
  const engine = await picked.engine();
  const plan = await planLoad(prepared);
  const { executePlan } = await import('../pipeline/run.js');
  const how = {
    files,
    signal,
    resumes: resume,
    resolvedSettings: resolvedSettings(request.config),
    observe,
  };
  return await executePlan(plan, how, engine);
}

/** Decides how the files of a payer would be loaded. */
export async function planPipeline(request: Request, options: PlanOptions): Promise<Plan> {
  const signal = stopOn([request.closing, options.signal]);
  await using picked = await pickEngine(request.config.settings, signal, () => {});
  const { files, outputs } = picked;
  return await planLoad(await surveyPayer(request, options, { files, outputs, isDryRun: true, signal }));
}

async function surveyPayer(
  { config, payer }: Request,
  { ratesFile, providersFile, force = false }: PlanOptions,
  how: Omit<PrepareOptions, 'force'>,
): Promise<Preparation> {
  checkPayerName(payer, { name: 'payer', step: 'reading arguments' });
  how.signal.throwIfAborted();
  const named = { rates: ratesFile, providers: providersFile };
  return prepareLoad({ payer, settings: config.settings, named }, { force, ...how });
}

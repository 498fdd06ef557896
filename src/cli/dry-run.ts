import { existsSync } from 'node:fs';
import type { Config } from '../config/load.js';
import { journalFile } from '../pipeline/data-root.js';
import { makeForecast, troubleWith } from '../pipeline/forecast.js';
import type { Plan } from '../pipeline/plan.js';
import { type Preparation, type PrepareOptions, planLoad } from '../pipeline/prepare.js';
import { checkEngine } from '../spark/pick-engine.js';
import { checkLog } from './check-log.js';
import type { Outcome } from './outcome.js';
import { planAsJson, planAsText } from './plan-report.js';
import { printError } from './print-error.js';
import type { RunOptions } from './run-options.js';
import type { Session } from './session.js';

/** A run that is looked at and not begun. */
export interface Looked {
  readonly prepared: Preparation;
  readonly options: RunOptions;
  readonly config: Config;
  readonly session: Session;
  /** How outputs at addresses are looked at. */
  readonly outputs: PrepareOptions['outputs'];
}

/** The plan of a run and what it would meet; ends as the run would, and writes nothing. Throws what keeps it from being planned. */
export async function foretell({ prepared, options, config, session, outputs }: Looked): Promise<Outcome> {
  const { location, unchanged } = prepared;
  // outputs of which some are renamed and others not are as no run left them
  const force = prepared.force || existsSync(journalFile(location.dataRoot));
  const plan = await planLoad({ ...prepared, force });
  const forecast = await makeForecast(plan, options.resume, unchanged !== null);
  // in the order in which a run would meet them
  const obstacle =
    (unchanged ? null : troubleWith(() => checkEngine(config.settings))) ??
    troubleWith(() => checkLog(config.settings.log_file)) ??
    forecast.obstacle;
  // it takes a session to ask
  const placed = unchanged || obstacle ? [] : await toBePlaced(plan, outputs);
  const interrupted = [...forecast.interrupted, ...placed];
  if (obstacle) printError(obstacle, session);
  const sql = config.settings.engine === 'spark' && !unchanged ? await sqlOf(plan) : null;
  const report = { plan, config, forecast: { ...forecast, interrupted, obstacle }, unchanged, sql };
  return {
    exitCode: obstacle?.exitCode ?? 0,
    result: planAsJson(report),
    text: planAsText(report, options.verbose),
    summary: null,
  };
}

/** What a run would first put in its place at an address. */
async function toBePlaced({ root }: Plan, outputs: Looked['outputs']): Promise<string[]> {
  if (!root || root.outputs.length === 0) return [];
  const { filesToPlace } = await import('../spark/placing.js');
  return filesToPlace(await outputs(), root.address);
}

/** The SQL that would be submitted to Spark. */
async function sqlOf(plan: Plan): Promise<string> {
  const { describeScript } = await import('../spark/describe-script.js');
  return describeScript(plan);
}

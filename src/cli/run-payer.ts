import { type Config, resolvedSettings } from '../config/load.js';
import { messageOf } from '../errors.js';
import type { Engine } from '../pipeline/engine.js';
import type { RunEvent } from '../pipeline/events.js';
import type { InputFiles } from '../pipeline/input-files.js';
import type { Plan } from '../pipeline/plan.js';
import { dropStaging, planLoad, prepareLoad } from '../pipeline/prepare.js';
import { makeRunId } from '../pipeline/run-id.js';
import type { Summary } from '../pipeline/summary.js';
import { unchangedSummary } from '../pipeline/unchanged-summary.js';
import type { PickedEngine } from '../spark/pick-engine.js';
import { openRunLog, type RunLog } from './logs.js';
import { notes } from './notes.js';
import { failedOutcome, type Outcome, partialExitCode } from './outcome.js';
import { echoOf, type Presentation, presentationOf } from './presentation.js';
import { showProgress } from './progress.js';
import type { RunOptions } from './run-options.js';
import type { Session } from './session.js';
import { headlines, summaryAsText, unchangedAsText, warningsAsLines } from './summary-report.js';

/** Loads one payer, unless that was done already. Libraries are loaded once it is known that it is to be. */
export async function runPayer(
  payer: string,
  options: RunOptions,
  config: Config,
  picked: PickedEngine,
  session: Session,
): Promise<Outcome> {
  try {
    session.signal.throwIfAborted();
    const { force, dryRun: isDryRun, ratesFile: rates, providersFile: providers } = options;
    const request = { payer, settings: config.settings, named: { rates, providers } };
    const { files, outputs } = picked;
    const { signal } = session;
    const prepared = await prepareLoad(request, { files, outputs, force, isDryRun, signal });
    const { unchanged, problems } = prepared;
    const presentation = presentationOf(options, config.settings);
    const logged = <T>(work: (log: RunLog) => T | Promise<T>) =>
      withLog(payer, config, presentation, session, (log) => {
        for (const problem of problems) log.warn(problem);
        return work(log);
      });
    if (unchanged && !isDryRun) {
      await dropStaging(prepared);
      await logged((log) => log.unchanged(unchanged.run_id));
      await reportIfAsked(unchanged.run_id, options, config, session);
      const summary = unchangedSummary(unchanged, prepared.location);
      return { exitCode: 0, result: summary, text: unchangedAsText(unchanged), summary };
    }
    if (isDryRun) {
      const { foretell } = await import('./dry-run.js');
      return await foretell({ prepared, options, config, session, outputs });
    }
    const engine = await picked.engine();
    const plan = await planLoad(prepared);
    const { resume: resumes } = options;
    const summary = await logged((log) =>
      execute({ plan, engine, files, config, resumes, presentation, signal: session.signal }, log),
    );
    sayResult(summary, options, presentation);
    await reportIfAsked(summary.run_id, options, config, session);
    const exitCode = summary.failed_chunks.length > 0 ? partialExitCode : 0;
    return { exitCode, result: summary, text: summaryAsText(summary), summary };
  } catch (thrown) {
    return failedOutcome(payer, thrown, session);
  }
}

/** Draws the page of a run that published. A load is done without it: what goes wrong is a warning. */
async function reportIfAsked(
  runId: string,
  { report, quiet }: RunOptions,
  { settings }: Config,
  { signal }: Session,
): Promise<void> {
  if (!report) return;
  try {
    const { writeReport } = await import('./run-report.js');
    const path = await writeReport(runId, settings, null, signal);
    if (!quiet) notes.say(`Report: ${path}`, { run_id: runId, report: path });
  } catch (thrown) {
    const again = `\`etl1 report ${runId}\` tries again`;
    notes.warn(`the load is published, but there is no report: ${messageOf(thrown)}; ${again}`, {
      run_id: runId,
    });
  }
}

/** Does work with the log of a run open, which is told why if the work fails. */
async function withLog<T>(
  payer: string,
  { settings }: Config,
  presentation: Presentation,
  session: Session,
  work: (log: RunLog) => T | Promise<T>,
): Promise<T> {
  const log = openRunLog({
    file: settings.log_file,
    level: settings.log_level,
    maxBytes: settings.log_max_mb * 2 ** 20,
    files: settings.log_files,
    runId: makeRunId(new Date()),
    payer,
    echo: await echoOf(presentation, (line) => notes.print(line)),
  });
  session.log = log;
  try {
    return await work(log);
  } catch (thrown) {
    log.failed(thrown);
    throw thrown;
  } finally {
    log.close();
  }
}

/** A load that is to be done now. */
interface Due {
  readonly plan: Plan;
  readonly engine: Engine | undefined;
  readonly files: InputFiles;
  readonly config: Config;
  readonly resumes: boolean;
  readonly presentation: Presentation;
  readonly signal: AbortSignal;
}

async function execute(
  { plan, engine, files, config, resumes, presentation, signal }: Due,
  log: RunLog,
): Promise<Summary> {
  const { executePlan } = await import('../pipeline/run.js');
  using progress = await showProgress(presentation.progress, plan.budget.memoryLimitMb, log.fields);
  const options = {
    id: log.fields.run_id,
    files,
    signal,
    resumes,
    resolvedSettings: resolvedSettings(config),
    observe: (event: RunEvent) => {
      progress.observe(event);
      log.event(event);
    },
  };
  const summary = await executePlan(plan, options, engine);
  log.finished(summary);
  return summary;
}

/** Says on stderr what came of a run, where the summary for a person is not printed. */
function sayResult(
  summary: Summary,
  { quiet, outputFormat, progress }: RunOptions,
  { log }: Presentation,
): void {
  const fields = { run_id: summary.run_id, payer: summary.payer };
  // the log has them too
  if (quiet && !log) for (const warning of warningsAsLines(summary)) notes.warn(warning, fields);
  if (!quiet && progress && outputFormat === 'json')
    for (const line of headlines(summary)) notes.say(line, fields);
}

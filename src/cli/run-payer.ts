import type { Config } from '../config/load.js';
import { findUnchanged } from '../pipeline/find-unchanged.js';
import { locate } from '../pipeline/locate.js';
import type { Plan } from '../pipeline/plan.js';
import { readManifests } from '../pipeline/read-manifests.js';
import { makeRunId } from '../pipeline/run-id.js';
import { type Snapshot, takeSnapshot } from '../pipeline/snapshot.js';
import type { Summary } from '../pipeline/summary.js';
import { openRunLog, type RunLog } from './logs.js';
import { writeNote } from './output.js';
import { planAsJson, planAsText } from './plan-report.js';
import { describeError, exitCodeOf, printError } from './print-error.js';
import { reportProgress } from './progress.js';
import type { RunOptions } from './run-options.js';
import type { Session } from './session.js';
import {
  headlines,
  summaryAsText,
  unchangedAsJson,
  unchangedAsText,
  warningsAsLines,
} from './summary-report.js';

/** What came of one payer, for a program and for a person. */
export interface Outcome {
  readonly exitCode: number;
  readonly result: object;
  readonly text: string;
}

/** Loads one payer, unless that was done already. Libraries are loaded once it is known that it is to be. */
export async function runPayer(
  payer: string,
  options: RunOptions,
  config: Config,
  session: Session,
): Promise<Outcome> {
  try {
    const request = { payer, settings: config.settings, named: namedFiles(options) };
    const location = locate(request);
    const snapshot = takeSnapshot(location, config.settings);
    const problems: string[] = [];
    const manifests = readManifests(location.dataRoot, (problem) => problems.push(problem));
    const unchanged = options.force ? null : findUnchanged(snapshot, manifests);
    const logged = <T>(work: (log: RunLog, runId: string) => T | Promise<T>) =>
      withLog(payer, config, session, (log, runId) => {
        for (const problem of problems) log.warn(problem);
        return work(log, runId);
      });
    if (unchanged && !options.dryRun) {
      await logged((log) => log.unchanged(unchanged.run_id));
      return { exitCode: 0, result: unchangedAsJson(unchanged), text: unchangedAsText(unchanged) };
    }
    const { makePlan } = await import('../pipeline/plan.js');
    const plan = await makePlan(request, location);
    if (options.dryRun) {
      const text = planAsText(plan, config, unchanged);
      return { exitCode: 0, result: planAsJson(plan, config, unchanged), text };
    }
    const summary = await logged((log, runId) => execute(snapshot, plan, options, log, runId));
    for (const line of notesOn(summary, options)) writeNote(line);
    return { exitCode: 0, result: summary, text: summaryAsText(summary) };
  } catch (thrown) {
    printError(thrown, session);
    const result = { status: 'failed', payer, error: describeError(thrown, session.log?.file) };
    return { exitCode: exitCodeOf(thrown), result, text: '' };
  }
}

function namedFiles({ ratesFile, providersFile }: RunOptions) {
  return {
    ...(ratesFile === undefined ? {} : { rates: ratesFile }),
    ...(providersFile === undefined ? {} : { providers: providersFile }),
  };
}

/** Does work with the log of a run open, which is told why if the work fails. */
async function withLog<T>(
  payer: string,
  { settings }: Config,
  session: Session,
  work: (log: RunLog, runId: string) => T | Promise<T>,
): Promise<T> {
  const runId = makeRunId(new Date());
  const log = openRunLog({ file: settings.log_file, level: settings.log_level, runId, payer });
  session.log = log;
  try {
    return await work(log, runId);
  } catch (thrown) {
    log.failed(thrown);
    throw thrown;
  } finally {
    log.close();
  }
}

async function execute(
  snapshot: Snapshot,
  plan: Plan,
  { quiet, progress }: RunOptions,
  log: RunLog,
  runId: string,
): Promise<Summary> {
  const { executePlan } = await import('../pipeline/run.js');
  const { recordRun } = await import('../pipeline/record-run.js');
  const report = quiet || !progress ? () => {} : reportProgress(process.stderr);
  const summary = await executePlan(
    plan,
    (event) => {
      report(event);
      log.event(event);
    },
    runId,
  );
  await recordRun(snapshot, plan, summary);
  log.finished(summary);
  return summary;
}

/** What stderr gets at the end, where the summary for a person is not printed. */
function notesOn(summary: Summary, { quiet, outputFormat, progress }: RunOptions): string[] {
  if (quiet) return warningsAsLines(summary);
  return outputFormat === 'json' && progress ? headlines(summary) : [];
}

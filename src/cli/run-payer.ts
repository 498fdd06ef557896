import { existsSync } from 'node:fs';
import type { Config } from '../config/load.js';
import { settingNames } from '../config/settings.js';
import { journalFile, stagingFolder } from '../pipeline/data-root.js';
import { findUnchanged } from '../pipeline/find-unchanged.js';
import { type Location, locate } from '../pipeline/locate.js';
import type { Manifest } from '../pipeline/manifest.js';
import type { Plan } from '../pipeline/plan.js';
import { readManifests } from '../pipeline/read-manifests.js';
import { makeRunId } from '../pipeline/run-id.js';
import { takeSnapshot } from '../pipeline/snapshot.js';
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

/** What a run ends with that published but for some chunks. */
export const partialExitCode = 3;

/** Loads one payer, unless that was done already. Libraries are loaded once it is known that it is to be. */
export async function runPayer(
  payer: string,
  options: RunOptions,
  config: Config,
  session: Session,
): Promise<Outcome> {
  try {
    session.signal.throwIfAborted();
    const request = { payer, settings: config.settings, named: namedFiles(options) };
    const location = locate(request);
    if (!options.dryRun) await finishInterrupted(location.dataRoot, payer, session.signal);
    const snapshot = takeSnapshot(location, config.settings);
    const problems: string[] = [];
    const manifests = readManifests(location.dataRoot, (problem) => problems.push(problem));
    const before = options.force ? null : findUnchanged(snapshot, manifests);
    const left = before?.summary.failed_chunks ?? [];
    const unchanged = left.length > 0 ? null : before;
    const logged = <T>(work: (log: RunLog, runId: string) => T | Promise<T>) =>
      withLog(payer, config, session, (log, runId) => {
        for (const problem of problems) log.warn(problem);
        return work(log, runId);
      });
    if (unchanged && !options.dryRun) {
      await dropStaging(location);
      await logged((log) => log.unchanged(unchanged.run_id));
      return { exitCode: 0, result: unchangedAsJson(unchanged), text: unchangedAsText(unchanged) };
    }
    const { makePlan } = await import('../pipeline/plan.js');
    const only = left.length > 0 ? left : null;
    const plan = await makePlan(request, location, { snapshot, only, acceptsOutputs: options.force });
    if (options.dryRun) {
      const text = planAsText(plan, config, unchanged);
      return { exitCode: 0, result: planAsJson(plan, config, unchanged), text };
    }
    const summary = await logged((log, runId) => execute(plan, config, options, session.signal, log, runId));
    for (const line of notesOn(summary, options)) writeNote(line);
    const exitCode = summary.failed_chunks.length > 0 ? partialExitCode : 0;
    return { exitCode, result: summary, text: summaryAsText(summary) };
  } catch (thrown) {
    printError(thrown, session);
    const result = { status: 'failed', payer, error: describeError(thrown, session.log?.file) };
    return { exitCode: exitCodeOf(thrown), result, text: '' };
  }
}

/** Removes what a run that died after it had published did not come to remove. */
async function dropStaging(location: Location): Promise<void> {
  if (!existsSync(stagingFolder(location.dataRoot, location))) return;
  const { dropOwnStaging } = await import('../pipeline/sweep.js');
  await dropOwnStaging(location);
}

/** Puts in place what a run that died was about to, whichever payer's it was: else it would be loaded again. */
async function finishInterrupted(dataRoot: string, payer: string, signal: AbortSignal): Promise<void> {
  if (!existsSync(journalFile(dataRoot))) return;
  const { finishOthers } = await import('../pipeline/finish-others.js');
  await finishOthers(dataRoot, payer, signal);
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
  plan: Plan,
  config: Config,
  { quiet, progress, resume }: RunOptions,
  signal: AbortSignal,
  log: RunLog,
  id: string,
): Promise<Summary> {
  const { executePlan } = await import('../pipeline/run.js');
  const report = reportProgress(process.stderr, { quiet: quiet || !progress });
  const summary = await executePlan(plan, {
    id,
    signal,
    resumes: resume,
    resolvedSettings: resolvedSettings(config),
    observe: (event) => {
      report(event);
      log.event(event);
    },
  });
  log.finished(summary);
  return summary;
}

function resolvedSettings({ settings, origins }: Config): Manifest['resolved_settings'] {
  const resolved = settingNames.map((name) => [
    name,
    { value: settings[name], origin: origins.get(name) ?? 'default' },
  ]);
  return Object.fromEntries(resolved);
}

/** What stderr gets at the end, where the summary for a person is not printed. */
function notesOn(summary: Summary, { quiet, outputFormat, progress }: RunOptions): string[] {
  if (quiet) return warningsAsLines(summary);
  return outputFormat === 'json' && progress ? headlines(summary) : [];
}

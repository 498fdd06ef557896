import { coresOf, limitThreads } from '../config/environment.js';
import { type Config, loadConfig } from '../config/load.js';
import type { SettingName } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { payerPattern } from '../pipeline/find-inputs.js';
import type { Plan } from '../pipeline/plan.js';
import type { Summary } from '../pipeline/summary.js';
import { openRunLog } from './logs.js';
import { writeNote, writeResult } from './output.js';
import { planAsJson, planAsText } from './plan-report.js';
import { describeError, exitCodeOf, printError } from './print-error.js';
import { reportProgress } from './progress.js';
import type { RunOptions } from './run-command.js';
import type { Session } from './session.js';
import { flagOf, interpretFlags } from './setting-flags.js';
import { headlines, summaryAsText, warningsAsLines } from './summary-report.js';

/** What came of one payer, for a program and for a person. */
interface Outcome {
  readonly exitCode: number;
  readonly result: object;
  readonly text: string;
}

/** Loads payers one after the other; a failed one does not stop the next. Gives the first exit code that is not 0. */
export async function runPayers(
  options: RunOptions,
  flags: ReadonlyMap<SettingName, string>,
  session: Session,
): Promise<number> {
  const config = await orPrintAsJson(options, () => prepare(options, flags));
  const payers = [...new Set(options.payer)];
  const outcomes: Outcome[] = [];
  for (const payer of payers) {
    session.log = null;
    const outcome = await runPayer(payer, options, config, session);
    outcomes.push(outcome);
    if (options.outputFormat === 'summary' && (!options.quiet || options.dryRun))
      await writeResult(outcome.text);
  }
  if (options.outputFormat === 'json') {
    const [only] = outcomes;
    const results = outcomes.map(({ result }) => result);
    await writeJson(payers.length === 1 && only ? only.result : { payers: results });
  }
  return outcomes.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0;
}

/** Whoever asked for JSON gets an object also where no payer is reached. */
async function orPrintAsJson<T>({ outputFormat }: RunOptions, work: () => T): Promise<T> {
  try {
    return work();
  } catch (thrown) {
    if (outputFormat === 'json') await writeJson({ status: 'failed', error: describeError(thrown) });
    throw thrown;
  }
}

function writeJson(value: object): Promise<void> {
  return writeResult(`${JSON.stringify(value, null, 2)}\n`);
}

function prepare(options: RunOptions, flags: ReadonlyMap<SettingName, string>): Config {
  checkPayers(options);
  const level = options.verbose ? { log_level: 'DEBUG' } : {};
  const given = { ...level, ...interpretFlags(flags) };
  const config = loadConfig({ flags: given, flagNamed: flagOf, file: options.config });
  limitThreads(coresOf(config.settings.threads));
  return config;
}

function checkPayers({ payer: payers, ratesFile, providersFile }: RunOptions): void {
  const step = 'reading the command line';
  if (payers.length === 0) {
    throw new EtlError('usage', 'which payer? expected `--payer <name>`; found none', {
      step,
      hint: '`etl1 --payer aetna`, where aetna is the part of the file names that {payer} stands for',
    });
  }
  for (const payer of payers) {
    if (payerPattern.test(payer)) continue;
    throw new EtlError(
      'usage',
      `--payer: expected letters, digits, ".", "_" and "-"; found ${JSON.stringify(payer)}`,
      { step, hint: 'the payer is the part of the file names that {payer} stands for' },
    );
  }
  if (new Set(payers).size > 1 && (ratesFile !== undefined || providersFile !== undefined)) {
    throw new EtlError(
      'usage',
      `--rates-file and --providers-file are the files of one payer; found ${new Set(payers).size} payers`,
      { step, hint: 'run one payer at a time, or leave the files to the patterns' },
    );
  }
}

async function runPayer(
  payer: string,
  options: RunOptions,
  config: Config,
  session: Session,
): Promise<Outcome> {
  try {
    const { makePlan } = await import('../pipeline/plan.js');
    const named = {
      ...(options.ratesFile === undefined ? {} : { rates: options.ratesFile }),
      ...(options.providersFile === undefined ? {} : { providers: options.providersFile }),
    };
    const plan = await makePlan({ payer, settings: config.settings, named });
    if (options.dryRun)
      return { exitCode: 0, result: planAsJson(plan, config), text: planAsText(plan, config) };
    const summary = await execute(plan, config, options, session);
    for (const line of notesOn(summary, options)) writeNote(line);
    return { exitCode: 0, result: summary, text: summaryAsText(summary) };
  } catch (thrown) {
    printError(thrown, session);
    const result = { status: 'failed', payer, error: describeError(thrown, session.log?.file) };
    return { exitCode: exitCodeOf(thrown), result, text: '' };
  }
}

/** What stderr gets at the end, where the summary for a person is not printed. */
function notesOn(summary: Summary, { quiet, outputFormat, progress }: RunOptions): string[] {
  if (quiet) return warningsAsLines(summary);
  return outputFormat === 'json' && progress ? headlines(summary) : [];
}

async function execute(
  plan: Plan,
  { settings }: Config,
  options: RunOptions,
  session: Session,
): Promise<Summary> {
  const { executePlan, makeRunId } = await import('../pipeline/run.js');
  const runId = makeRunId(new Date());
  const log = openRunLog({ file: settings.log_file, level: settings.log_level, runId, payer: plan.payer });
  session.log = log;
  const progress = options.quiet || !options.progress ? () => {} : reportProgress(process.stderr);
  try {
    const summary = await executePlan(
      plan,
      (event) => {
        progress(event);
        log.event(event);
      },
      runId,
    );
    log.finished(summary);
    return summary;
  } catch (thrown) {
    log.failed(thrown);
    throw thrown;
  } finally {
    log.close();
  }
}

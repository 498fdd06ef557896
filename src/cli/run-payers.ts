import { coresOf, interpret, limitThreads } from '../config/environment.js';
import { type Config, loadConfig } from '../config/load.js';
import type { SettingName } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { payerPattern } from '../pipeline/find-inputs.js';
import type { Plan } from '../pipeline/plan.js';
import type { Summary } from '../pipeline/summary.js';
import { openRunLog } from './logs.js';
import { planAsJson, planAsText } from './plan-report.js';
import { describeError, printError } from './print-error.js';
import { reportProgress } from './progress.js';
import type { RunOptions } from './run-command.js';
import { summaryAsText } from './summary-report.js';

type Outcome = {
  readonly payer: string;
  readonly exitCode: number;
  readonly result: object;
  readonly text: string;
};

/** Loads payers one after the other; a failed one does not stop the next. Gives the first exit code that is not 0. */
export async function runPayers(
  options: RunOptions,
  flags: ReadonlyMap<SettingName, string>,
): Promise<number> {
  for (const payer of options.payer) checkPayer(payer);
  const level = options.verbose && !flags.has('log_level') ? [['log_level', 'DEBUG'] as const] : [];
  const given = [...[...flags].map(([name, text]) => [name, interpret(name, text)] as const), ...level];
  const config = loadConfig({ flags: Object.fromEntries(given), file: options.config });
  limitThreads(coresOf(config.settings.threads));

  const outcomes: Outcome[] = [];
  for (const payer of [...new Set(options.payer)]) outcomes.push(await runPayer(payer, options, config));
  print(outcomes, options);
  return outcomes.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0;
}

function checkPayer(payer: string): void {
  if (payerPattern.test(payer)) return;
  throw new EtlError(
    'usage',
    `--payer: expected letters, digits, ".", "_" and "-"; found ${JSON.stringify(payer)}`,
    {
      step: 'reading the command line',
      hint: 'the payer is the part of the file names that {payer} stands for',
    },
  );
}

async function runPayer(payer: string, options: RunOptions, config: Config): Promise<Outcome> {
  try {
    const { makePlan } = await import('../pipeline/plan.js');
    const named = {
      ...(options.ratesFile === undefined ? {} : { rates: options.ratesFile }),
      ...(options.providersFile === undefined ? {} : { providers: options.providersFile }),
    };
    const plan = await makePlan({ payer, settings: config.settings, named });
    if (options.dryRun)
      return { payer, exitCode: 0, result: planAsJson(plan, config), text: planAsText(plan, config) };
    const summary = await execute(plan, config, options);
    return { payer, exitCode: 0, result: summary, text: summaryAsText(summary) };
  } catch (thrown) {
    printError(thrown, options.verbose);
    const exitCode = thrown instanceof EtlError ? thrown.exitCode : 1;
    const error = { message: describeError(thrown), exit_code: exitCode };
    return { payer, exitCode, result: { status: 'failed', payer, error }, text: '' };
  }
}

async function execute(plan: Plan, { settings }: Config, { quiet }: RunOptions): Promise<Summary> {
  const { executePlan, makeRunId } = await import('../pipeline/run.js');
  const runId = makeRunId(new Date());
  const log = openRunLog({ file: settings.log_file, level: settings.log_level, runId, payer: plan.payer });
  const progress = quiet ? () => {} : reportProgress(process.stderr);
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
    await log.close();
  }
}

function print(outcomes: readonly Outcome[], { outputFormat, quiet }: RunOptions): void {
  if (outputFormat === 'json') {
    const [only] = outcomes;
    const result =
      outcomes.length === 1 && only ? only.result : { payers: outcomes.map((outcome) => outcome.result) };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  if (quiet) return;
  for (const { text } of outcomes) process.stdout.write(text);
}

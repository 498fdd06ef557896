import { coresOf, limitThreads } from '../config/environment.js';
import { type Config, loadConfig } from '../config/load.js';
import type { SettingName } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { payerPattern } from '../pipeline/find-inputs.js';
import { interpretFlags } from './interpret-flags.js';
import { writeResult } from './output.js';
import { describeError, exitCodeOf } from './print-error.js';
import type { RunOptions } from './run-options.js';
import { type Outcome, partialExitCode, runPayer } from './run-payer.js';
import type { Session } from './session.js';
import { flagOf } from './setting-flags.js';

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
    if (session.signal.aborted && outcome.exitCode !== 0) break;
  }
  if (options.outputFormat === 'json') {
    const [only] = outcomes;
    const results = outcomes.map(({ result }) => result);
    await writeJson(payers.length === 1 && only ? only.result : { payers: results });
  }
  const stopped = session.signal.aborted && outcomes.length < payers.length;
  return stopped ? exitCodeOf(session.signal.reason) : worstOf(outcomes);
}

/** A failed payer outweighs one that was published without some chunks. */
function worstOf(outcomes: readonly Outcome[]): number {
  const codes = outcomes.map(({ exitCode }) => exitCode);
  return codes.find((code) => code !== 0 && code !== partialExitCode) ?? Math.max(...codes);
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

import { coresOf, limitThreads } from '../config/environment.js';
import { type Config, loadConfig } from '../config/load.js';
import type { SettingName } from '../config/settings.js';
import { divideBudget } from '../pipeline/divide-budget.js';
import type { InputFiles } from '../pipeline/input-files.js';
import { workOff } from '../pipeline/work-off.js';
import { pickEngine } from '../spark/pick-engine.js';
import type { Children } from './children.js';
import { expectFiles } from './expect-files.js';
import { InTurn } from './in-turn.js';
import { interpretFlags } from './interpret-flags.js';
import { notes } from './notes.js';
import { orPrintAsJson } from './or-print-as-json.js';
import { type Load, worstOf } from './outcome.js';
import { writeResult } from './output.js';
import { checkPayers, payersOf } from './pick-payers.js';
import { exitCodeOf } from './print-error.js';
import { sayNews } from './progress-lines.js';
import { runInChild } from './run-in-child.js';
import type { RunOptions } from './run-options.js';
import { runPayer } from './run-payer.js';
import type { Session } from './session.js';
import { flagOf } from './setting-flags.js';
import { addUp } from './total.js';
import { isTold, writeTotal } from './write-total.js';

/** Loads payers, some at a time; a failed one does not stop the next. Gives the first exit code that is not 0. */
export async function runPayers(
  options: RunOptions,
  flags: ReadonlyMap<SettingName, string>,
  session: Session,
  children: Children,
): Promise<number> {
  const isJson = options.outputFormat === 'json';
  const asked = await orPrintAsJson(isJson, () => readSettings(options, flags));
  // several loads may share an engine: it is told in the log of the one that it works for
  const warn = sayNews((line, fields) =>
    session.log ? session.log.alert(line, fields) : notes.warn(line, fields),
  );
  await using picked = await pickEngine(asked.settings, session.signal, warn);
  const { config, payers, jobs } = await orPrintAsJson(isJson, () => share(options, asked, picked.files));
  const secondsSince = (start: number) => (performance.now() - start) / 1000;
  const start = performance.now();
  // plans are made here, one after the other, also those of runs at a time
  const isAlone = jobs === 1 || options.dryRun;
  // each of the others has an engine of its own
  if (!isAlone) await picked[Symbol.asyncDispose]();
  const load = async (payer: string): Promise<Load> => {
    session.log = null;
    const begin = performance.now();
    const outcome = isAlone
      ? await runPayer(payer, options, config, picked, session)
      : await runInChild(payer, { options, flags, config, children, session });
    return { payer, seconds: secondsSince(begin), outcome };
  };
  const inTurn = new InTurn<Load>();
  const loads: Load[] = [];
  await workOff(
    turnsOf(payers, session.signal),
    async ([turn, payer]) => {
      for (const done of inTurn.add(turn, await load(payer))) {
        loads.push(done);
        if (isTold(options)) await writeResult(done.outcome.text);
      }
    },
    () => (isAlone ? 1 : jobs),
  );
  await writeTotal(loads, addUp(loads, payers.length, secondsSince(start)), options);
  return exitCodeAfter(loads, payers, session.signal);
}

/** Payers with their numbers, until the command is stopped. The first has its turn in any case, to say so. */
async function* turnsOf(payers: readonly string[], signal: AbortSignal): AsyncGenerator<[number, string]> {
  for (const [turn, payer] of payers.entries()) {
    if (signal.aborted && turn > 0) return;
    yield [turn, payer];
  }
}

/** A command that was stopped ends as a single run does that was, whatever came of other payers. */
function exitCodeAfter(loads: readonly Load[], payers: readonly string[], signal: AbortSignal): number {
  const left = payers.slice(loads.length);
  if (left.length > 0) notes.warn(`stopped before ${left.join(', ')}: the same command loads what is left`);
  const stopped = signal.aborted ? exitCodeOf(signal.reason) : null;
  const isCut = left.length > 0 || loads.some(({ outcome }) => outcome.exitCode === stopped);
  return stopped !== null && isCut ? stopped : worstOf(loads);
}

/** What is to be loaded, and how. */
interface Asked {
  /** With the share of memory and threads that each of the runs at a time has. */
  readonly config: Config;
  readonly payers: readonly string[];
  /** How many are loaded at a time. */
  readonly jobs: number;
}

async function share(options: RunOptions, config: Config, files: InputFiles): Promise<Asked> {
  const payers = await payersOf(options, config.settings, files);
  const jobs = Math.min(options.jobs, payers.length);
  return { config: divideBudget(config, jobs), payers, jobs };
}

function readSettings(options: RunOptions, flags: ReadonlyMap<SettingName, string>): Config {
  checkPayers(options);
  const level = options.verbose ? { log_level: 'DEBUG' } : {};
  const given = { ...level, ...interpretFlags(flags) };
  const config = loadConfig({ flags: given, flagNamed: flagOf, file: options.config });
  notes.format = config.settings.log_format;
  if (options.report) expectFiles('report', config.settings);
  limitThreads(coresOf(config.settings.threads));
  return config;
}

import { Command, CommanderError } from 'commander';
import type { EtlError } from '../errors.js';
import { libraryVersions, programVersion } from '../pipeline/program-version.js';
import { addBenchmarkCommand } from './benchmark-command.js';
import { Children } from './children.js';
import { addCompactCommand } from './compact-command.js';
import { addCompareCommand } from './compare-command.js';
import { addCompletionCommand } from './completion-command.js';
import { addConfigCommand } from './config-command.js';
import { addHelp, spellOutHelp } from './help.js';
import { logFormatAsked, logFormatOfEnvironment } from './log-format.js';
import { addMigrateCommand } from './migrate-command.js';
import { notes } from './notes.js';
import { surviveClosedStreams } from './output.js';
import { exitCodeOf, printError } from './print-error.js';
import { addReportCommand } from './report-command.js';
import { addRunCommand } from './run-command.js';
import { addRunsCommand } from './runs-command.js';
import { addSampleCommand } from './sample-command.js';
import type { Session } from './session.js';
import { stopOnSignals } from './signals.js';
import { tuneNode } from './tune-node.js';
import { checkCommandWord, checkNoWords, usageErrorOf } from './usage-error.js';
import { addValidateCommand } from './validate-command.js';

/**
 * Runs one command line and gives the exit code. The one catch of the program. Native libraries are loaded by the
 * commands that need them, so that help and mistakes answer at once.
 */
export async function main(argv: readonly string[]): Promise<number> {
  tuneNode();
  const verbose = argv.includes('--verbose') || argv.includes('-v');
  const stop = new AbortController();
  const session: Session = { verbose, exitCode: 0, log: null, signal: stop.signal };
  notes.format = logFormatAsked(argv);
  surviveClosedStreams();
  // a callback of a native library fails outside of every promise that is awaited
  process.on('uncaughtException', (thrown) => {
    session.log?.failed(thrown);
    printError(thrown, session);
    process.exit(exitCodeOf(thrown));
  });
  const program = makeProgram(session, stop);
  try {
    checkCommandWord(program, argv);
    await program.parseAsync([...spellOutHelp(argv)], { from: 'user' });
    return session.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const error = thrown instanceof CommanderError ? await explain(thrown) : thrown;
    notes.format ??= await logFormatOfEnvironment();
    printError(error, session);
    return exitCodeOf(error);
  }
}

/** The command line: commands, flags, help. Exits never, and leaves errors to its caller. */
export function makeProgram(session: Session, stop: AbortController): Command {
  const program = new Command('etl1')
    .description("Turn a payer's rates and providers files into a clean star schema.")
    .option('--version', 'print the versions of etl1 and its libraries')
    .on('option:version', printVersions)
    .configureOutput({ outputError: () => {} })
    .allowExcessArguments()
    .hook('preAction', (_, command) => checkNoWords(command))
    .exitOverride();
  addHelp(program);
  addRunCommand(program, async (options, settings) => {
    const children = new Children();
    const tell = (message: string) => session.log?.alert(message);
    // a run says by itself what it leaves
    const obey = stopOnSignals(stop, tell, { passOn: (order) => children.passOn(order) });
    if (process.send) (await import('./obey-parent.js')).obeyParent(stop, tell, obey);
    const { runPayers } = await import('./run-payers.js');
    session.exitCode = await runPayers(options, settings, session, children);
  });
  const stoppable = (left: string) =>
    stopOnSignals(stop, () => {}, { left, hint: 'run the same command again' });
  addBenchmarkCommand(program, async (options, settings) => {
    const { runBenchmark } = await import('./run-benchmark.js');
    session.exitCode = await runBenchmark(options, settings);
  });
  addCompareCommand(program, async (roots, options, settings) => {
    stoppable('the comparison is not done');
    const { runCompare } = await import('./run-compare.js');
    session.exitCode = await runCompare(roots, options, settings, stop.signal);
  });
  addValidateCommand(program, async (options, settings) => {
    stoppable('the outputs were not validated');
    const { runValidate } = await import('./run-validate.js');
    session.exitCode = await runValidate(options, settings, session);
  });
  addCompactCommand(program, async (options, settings) => {
    stoppable(whole);
    const { runCompact } = await import('./run-compact.js');
    session.exitCode = await runCompact(options, settings, stop.signal);
  });
  addMigrateCommand(program, async (options, settings) => {
    stoppable(whole);
    const { runMigrate } = await import('./run-migrate.js');
    session.exitCode = await runMigrate(options, settings, stop.signal);
  });
  addRunsCommand(program);
  addReportCommand(program, async (runId, options, settings) => {
    stoppable('there is no new report');
    const { runReport } = await import('./run-report.js');
    session.exitCode = await runReport(runId, options, settings, stop.signal);
  });
  addSampleCommand(program);
  addConfigCommand(program);
  addCompletionCommand(program);
  return program;
}

/** What is said of facts that were to be kept another way. */
const whole = 'the facts are whole, as they were or as they are to be';

/** Says what is installed, by which a report of a bug begins, and ends the command line there. */
function printVersions(): never {
  const { polars, duckdb } = libraryVersions();
  const versions = [
    `etl1 ${programVersion()}`,
    `polars ${polars}`,
    `duckdb ${duckdb}`,
    `node ${process.versions.node}`,
  ];
  process.stdout.write(`${versions.join('\n')}\n`);
  throw new CommanderError(0, 'commander.version', 'printed');
}

async function explain(thrown: CommanderError): Promise<EtlError> {
  const { hintForSetting } = await import('./setting-hint.js');
  return usageErrorOf(thrown, hintForSetting(thrown.message));
}

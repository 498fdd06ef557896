import { Command, CommanderError, Help } from 'commander';
import { programVersion } from '../pipeline/program-version.js';
import { addBenchmarkCommand } from './benchmark-command.js';
import { addConfigCommand } from './config-command.js';
import { surviveClosedStreams } from './output.js';
import { exitCodeOf, printError } from './print-error.js';
import { addRunCommand } from './run-command.js';
import { addRunsCommand } from './runs-command.js';
import { addSampleCommand } from './sample-command.js';
import type { Session } from './session.js';
import { stopOnSignals } from './signals.js';
import { checkCommandWord, checkNoWords, usageErrorOf } from './usage-error.js';

/**
 * Runs one command line and gives the exit code. The one catch of the program. Native libraries are loaded by the
 * commands that need them, so that help and mistakes answer at once.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const verbose = argv.includes('--verbose') || argv.includes('-v');
  const stop = new AbortController();
  const session: Session = { verbose, exitCode: 0, log: null, signal: stop.signal };
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
    await program.parseAsync([...argv], { from: 'user' });
    return session.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const error = thrown instanceof CommanderError ? usageErrorOf(thrown) : thrown;
    printError(error, session);
    return exitCodeOf(error);
  }
}

/** The command line: commands, flags, help. Exits never, and leaves errors to its caller. */
export function makeProgram(session: Session, stop: AbortController): Command {
  const program = new Command('etl1')
    .description(
      "Turn a payer's Transparency in Coverage rates and providers files into a clean star schema.",
    )
    .version(programVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .configureOutput({ outputError: () => {} })
    .allowExcessArguments()
    .hook('preAction', (_, command) => checkNoWords(command))
    .exitOverride();
  addRunCommand(program, async (options, settings) => {
    // other commands have nothing to lose, and end at once
    stopOnSignals(stop);
    const { runPayers } = await import('./run-payers.js');
    session.exitCode = await runPayers(options, settings, session);
  });
  addBenchmarkCommand(program, async (options, settings) => {
    const { runBenchmark } = await import('./run-benchmark.js');
    session.exitCode = await runBenchmark(options, settings);
  });
  addRunsCommand(program);
  addSampleCommand(program);
  addConfigCommand(program);
  return program
    .configureHelp({ visibleOptions: (command) => visibleOptions(command, program) })
    .addHelpText('after', examples);
}

const examples = `
Examples:
  etl1 sample                          write a made-up input pair to try things on
  etl1 --payer aetna --dry-run         check the inputs and show what a run would do
  etl1 --payer aetna --payer uhc       load two payers, one after the other
  etl1 benchmark                       find the chunk size that suits this machine
  etl1 runs                            what ran, and what came of it
  etl1 --payer aetna --quiet           for cron: prints only warnings and errors
`;

/** The flags of the default command work without its name: the help of the program lists them too. */
function visibleOptions(command: Command, program: Command) {
  const own = new Help().visibleOptions(command);
  if (command !== program) return own;
  const run = program.commands.find((candidate) => candidate.name() === 'run');
  return [...(run?.options ?? []), ...own];
}

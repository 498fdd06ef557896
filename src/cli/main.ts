import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EtlError } from '../errors.js';
import { addConfigCommand } from './config-command.js';
import { printError } from './print-error.js';
import { addRunCommand } from './run-command.js';
import { addSampleCommand } from './sample-command.js';

/**
 * Runs one command line and gives the exit code. The only place that prints an error. Native libraries are loaded by
 * the commands that need them, so that help and mistakes answer at once.
 */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = makeProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 64;
    printError(thrown, argv.includes('--verbose') || argv.includes('-v'));
    return thrown instanceof EtlError ? thrown.exitCode : 1;
  }
  return exitCode;
}

function makeProgram(setExitCode: (code: number) => void): Command {
  const program = new Command('etl1')
    .description(
      "Turn a payer's Transparency in Coverage rates and providers files into a clean star schema.",
    )
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('(etl1 --help lists every command and flag)')
    .exitOverride();
  addRunCommand(program, setExitCode);
  addSampleCommand(program);
  addConfigCommand(program);
  return program;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const found = /"version":\s*"([^"]+)"/.exec(text);
  return found?.[1] ?? 'unknown';
}

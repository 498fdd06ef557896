import { Argument, type Command, Option } from 'commander';
import { writeResult } from './output.js';

const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

const installation = `
Put the line of your shell where it starts:
  source <(etl1 completion bash)       in ~/.bashrc
  source <(etl1 completion zsh)        in ~/.zshrc, after compinit
  etl1 completion fish | source        in ~/.config/fish/config.fish
`;

/** `etl1 completion`: a script for a shell, which calls the same command back with `--words` and the words so far. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes etl1 in your shell')
    .addArgument(new Argument('<shell>', 'what the script is for').choices(shells))
    .addOption(new Option('--words', 'complete the words after --').hideHelp())
    .addHelpText('after', installation)
    .action(async (shell: Shell, { words }: { words?: boolean }, command: Command) => {
      if (words) return writeResult(await completeQuietly(shell, program, command.args.slice(1)));
      const { completionScript } = await import('./completion-scripts.js');
      await writeResult(completionScript(shell));
    });
}

/** A shell that completes shows whatever is printed: what goes wrong offers nothing instead. */
async function completeQuietly(shell: Shell, program: Command, words: readonly string[]): Promise<string> {
  try {
    const { offer } = await import('./offer.js');
    return await offer(shell, program, words);
  } catch {
    return '';
  }
}

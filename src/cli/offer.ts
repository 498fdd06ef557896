import type { Command } from 'commander';
import { type Candidate, whatCompletes } from './complete.js';
import type { Shell } from './completion-command.js';

/** What a shell is told that asks how the last word may go on: a candidate a line, or `:files` or `:folders`. */
export async function offer(shell: Shell, program: Command, words: readonly string[]): Promise<string> {
  const whole = shell === 'bash' ? joinSplitWords(words) : words;
  const typed = whole.at(-1) ?? '';
  const wanted = whatCompletes(program, whole);
  if (wanted.kind === 'files' || wanted.kind === 'folders') return `:${wanted.kind}\n`;
  const candidates = wanted.kind === 'words' ? wanted.words : await lookFor(wanted);
  // of `--mode=re` shells complete what follows the sign
  const start = typed.startsWith('-') ? typed.replace(/^[^=]*=/, '') : typed;
  return candidates
    .filter(({ value }) => value.startsWith(start))
    .map((candidate) => `${lineFor(shell, candidate)}\n`)
    .join('');
}

async function lookFor(wanted: Parameters<typeof import('./look-up.js').lookUp>[0]): Promise<Candidate[]> {
  const { lookUp } = await import('./look-up.js');
  return (await lookUp(wanted)).map((value) => ({ value, about: '' }));
}

function lineFor(shell: Shell, { value, about }: Candidate): string {
  if (shell === 'bash' || about === '') return shell === 'zsh' ? value.replaceAll(':', '\\:') : value;
  return shell === 'zsh' ? `${value.replaceAll(':', '\\:')}:${about}` : `${value}\t${about}`;
}

/** bash gives words as they are typed, quotes and all, and cuts them at signs that the program leaves within a word. */
function joinSplitWords(words: readonly string[]): string[] {
  const joined: string[] = [];
  let isOpen = false;
  for (const word of words) {
    const isSign = /^[=:@]+$/.test(word);
    const before = isSign || isOpen ? joined.pop() : undefined;
    joined.push((before ?? '') + word);
    isOpen = isSign;
  }
  return joined.map((word) => word.replaceAll(/\\(.)|["']/gs, '$1'));
}

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { blocksOf, type CodeBlock, project } from './markdown.js';

export interface Example extends CodeBlock {
  /** What the page shows it to print; nothing where it shows nothing. */
  readonly shown: string | undefined;
}

/** The blocks of a page in some languages; a block of text that comes next is what they print. */
export function examplesOf(page: string, languages: readonly string[] = ['sh']): Example[] {
  const blocks = blocksOf(page);
  return blocks.flatMap((block, index) => {
    const next = blocks[index + 1];
    if (!languages.includes(block.language)) return [];
    return [{ ...block, shown: next?.language === 'text' ? next.code : undefined }];
  });
}

/** A folder that looks like a checkout that was installed and built, with no outputs yet. */
export function imitateCheckout(folder: string): void {
  for (const shared of ['node_modules', 'dist', 'bin', 'scripts', 'config']) {
    symlinkSync(join(project, shared), join(folder, shared));
  }
  for (const copied of ['package.json', 'data/input']) {
    mkdirSync(join(folder, 'data'), { recursive: true });
    cpSync(join(project, copied), join(folder, copied), { recursive: true });
  }
}

export interface ShellOptions {
  readonly cwd: string;
  /** Folders that commands are looked for in, before those of the tests. */
  readonly path?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a command prints on both streams, as a terminal shows them; fails if it does. */
export async function runInShell(
  command: string,
  { cwd, path, environment = {} }: ShellOptions,
): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { ...environment, PATH: path === undefined ? PATH : `${path}:${PATH}`, HOME };
  const options = { cwd, env, timeout: 100_000 };
  const { stdout } = await promisify(execFile)('bash', ['-c', `set -e; exec 2>&1; ${command}`], options);
  return stdout;
}

/** Output without what differs from run to run: times, run ids, sizes, memory, cores and folders. */
export function withoutChance(output: string): string {
  return output
    .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, 'RUN')
    .replaceAll(/[\d.]+ seconds/g, 'SECONDS')
    .replaceAll(/[\d,.]+ (?:B|KB|MB|GB)\b/g, 'SIZE')
    .replaceAll(/\d+ threads/g, 'THREADS')
    .replaceAll(/\/\S*?\/data\b/g, 'DATA')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/ $/gm, '');
}

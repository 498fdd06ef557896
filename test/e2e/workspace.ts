import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CommandOptions, type CommandResult, runCommand } from '../support/command.js';

const committedInput = fileURLToPath(new URL('../../data/input', import.meta.url));

/** A working folder of its own to run the command in. */
export interface Workspace {
  readonly folder: string;
  /** Runs the built command here. */
  etl1(args: readonly string[], options?: Omit<CommandOptions, 'cwd'>): Promise<CommandResult>;
  /** Writes a file, and the folders above it. */
  write(path: string, content: string | Uint8Array): void;
  /** Everything below a folder: files with size, time of change and digest, folders with a slash. */
  list(below?: string): Record<string, string>;
}

/** Runs work in a new working folder with the committed sample as its input; the folder is gone afterwards. */
export async function inWorkspace<T>(
  work: (workspace: Workspace) => Promise<T>,
  { sample = true }: { readonly sample?: boolean } = {},
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'etl1-e2e-'));
  try {
    if (sample) cpSync(committedInput, join(folder, 'data/input'), { recursive: true });
    return await work({
      folder,
      etl1: (args, options) => runCommand(args, { cwd: folder, ...options }),
      write(path, content) {
        const full = join(folder, path);
        mkdirSync(dirname(full), { recursive: true });
        writeFileSync(full, content);
      },
      list: (below = '.') => listTree(join(folder, below)),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies the sample's pair to the names of another payer. */
export function copyPayer({ folder }: Workspace, payer: string): void {
  for (const source of ['rates', 'providers']) {
    const name = (of: string) => join(folder, `data/input/202508_${of}_ga_${source}.parquet`);
    cpSync(name('aetna'), name(payer));
  }
}

function listTree(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const described = entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    return entry.isDirectory() ? [`${name}/`, ''] : [name, describeFile(path)];
  });
  return Object.fromEntries(described.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

function describeFile(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${size} bytes of ${mtimeMs}: ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

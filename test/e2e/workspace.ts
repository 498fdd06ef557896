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
import { plainProvidersColumns, plainRatesColumns, writeRows } from '../support/fixture.js';

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

/** Writes a pair with nothing to warn of. */
export async function writeCleanPair(
  { folder }: Pick<Workspace, 'folder'>,
  payer: string,
  period = '202508',
): Promise<void> {
  const input = (source: string) => join(folder, `data/input/${period}_${payer}_ga_${source}.parquet`);
  const common = { reporting_entity_name: payer, last_updated_on: '2025-08-01', version: '1.0.0' };
  const rate = {
    billing_code_type: 'CPT',
    billing_code: '99213',
    negotiated_rate: 100.5,
    provider_reference_id: 7n,
  };
  const member = { provider_group_id: 7n, npi: '2000000001', tin_type: 'ein', tin_value: '000000001' };
  await writeRows(input('rates'), [{ ...common, ...rate }], { columns: plainRatesColumns });
  await writeRows(input('providers'), [{ ...common, ...member }], { columns: plainProvidersColumns });
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

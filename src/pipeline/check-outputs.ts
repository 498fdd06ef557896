import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EtlError, messageOf } from '../errors.js';
import type { Output } from '../load/merge-table.js';
import { readFooter } from '../parquet/footer.js';
import type { ValueKind } from '../sources/sources.js';
import { type ColumnType, tableNamed } from '../tables/tables.js';

const step = 'checking outputs';

/** Checks that a folder is there or can be made, and can be written to. Throws `output`. */
export function checkFolder(folder: string): void {
  const there = nearestThere(folder);
  const hint = 'choose another with `--data-root`, or mend what is there';
  if (!statSync(there).isDirectory()) {
    const message = `${folder}: expected a folder, or a place to make one; found the file ${there}`;
    throw new EtlError('output', message, { step, hint });
  }
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new EtlError('output', `${folder}: cannot be written to: ${messageOf(cause)}`, {
      step,
      hint,
      cause,
    });
  }
}

/** Checks what the outputs that are there look like, so that a file of another make is refused before any work. */
export async function checkOutputs(outputs: readonly Output[]): Promise<void> {
  for (const output of outputs) {
    checkFolder(dirname(output.path));
    if (output.exists) await checkOutput(output);
  }
}

const kinds: Readonly<Record<ColumnType, ValueKind>> = {
  VARCHAR: 'text',
  'VARCHAR[]': 'list',
  DOUBLE: 'float',
};

async function checkOutput({ table: name, path }: Output): Promise<void> {
  const { columns } = tableNamed(name);
  const found = await columnsOf(path, name);
  const expected = columns.map((column) => `${column.name} ${kinds[column.type]}`).join(', ');
  if (found !== expected) throw refusal(path, name, `found the columns ${found}; expected ${expected}`);
}

async function columnsOf(path: string, name: string): Promise<string> {
  try {
    const { columns } = await readFooter(path);
    return [...columns].map(([column, { kind }]) => `${column} ${kind}`).join(', ');
  } catch (cause) {
    throw refusal(path, name, messageOf(cause).replace(`${path}: `, ''), cause);
  }
}

function refusal(path: string, name: string, reason: string, cause?: unknown): EtlError {
  return new EtlError('data', `${path} is in the way: it is not a ${name} of etl1: ${reason}`, {
    step,
    hint: 'move that file away, or choose another `--data-root`',
    cause,
  });
}

function nearestThere(path: string): string {
  let there = path;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  return there;
}

import { dirname } from 'node:path';
import { EtlError, messageOf } from '../errors.js';
import type { Output } from '../load/merge-table.js';
import { readFooter } from '../parquet/footer.js';
import type { ValueKind } from '../sources/sources.js';
import { type ColumnType, tableNamed } from '../tables/tables.js';
import { checkFolder } from './check-folder.js';

const step = 'checking outputs';

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

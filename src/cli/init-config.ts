import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeConfigFile, schemaFileName, standardFile } from '../config/config-file.js';
import { makeJsonSchema } from '../config/json-schema.js';
import { EtlError, messageOf } from '../errors.js';

const optionsSchema = z.object({ force: z.boolean().default(false) });
const step = 'writing a configuration file';

/**
 * Writes a configuration file to start from and, beside it, the schema that its first line names; gives the text to
 * print. Throws `output` where either cannot be written, or is there already and not to be overwritten.
 */
export function initConfig(file: string = standardFile, raw: Readonly<Record<string, unknown>>): string {
  const { force } = optionsSchema.parse(raw);
  const schemaFile = join(dirname(file), schemaFileName);
  const schema = makeJsonSchema();
  if (!force) {
    if (existsSync(file)) throw isThere(file);
    if (existsSync(schemaFile) && !holds(schemaFile, schema)) throw isThere(schemaFile);
  }
  // the file refers to the schema: it comes last
  writeAside(schemaFile, schema);
  writeAside(file, makeConfigFile());
  const named = file === standardFile ? '' : ` --config ${file}`;
  return [
    `${file}: every setting at its default, with a line of why`,
    `${schemaFile}: what editors check and complete it by`,
    `next: change what you need, then \`etl1 config show${named}\` prints what is in force`,
    '',
  ].join('\n');
}

function isThere(path: string): EtlError {
  return new EtlError('output', `${path}: is there already`, {
    step,
    hint: '`--force` overwrites it; `etl1 config init <file>` writes elsewhere',
  });
}

function holds(path: string, text: string): boolean {
  return attempt(path, () => readFileSync(path, 'utf8')) === text;
}

/** Writes a file under another name, then renames it: a reader sees the whole of it or nothing. */
function writeAside(path: string, text: string): void {
  const aside = `${path}.${process.pid}.part`;
  attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    try {
      const file = openSync(aside, 'wx');
      writeFileSync(file, text);
      fsyncSync(file);
      closeSync(file);
      renameSync(aside, path);
    } finally {
      rmSync(aside, { force: true });
    }
  });
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new EtlError('output', `${path}: cannot be written: ${messageOf(cause)}`, {
      step,
      hint: 'check the rights there, or name another file: `etl1 config init <file>`',
      cause,
    });
  }
}

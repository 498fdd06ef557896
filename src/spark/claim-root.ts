import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { EtlError, hintFor, messageOf, systemCodeOf } from '../errors.js';
import { idFile } from '../pipeline/data-root.js';
import type { Plan } from '../pipeline/plan.js';
import type { FileSystems } from './file-systems.js';
import { ownerFile } from './root-paths.js';

const ownerSchema = z.object({ id: z.string(), host: z.string(), data_root: z.string() });

const step = 'opening spark_root';

/**
 * Claims a root for the data root whose locks make loads take turns there. Throws `config` where it is another one's, unless outputs are
 * to be taken as they are.
 */
export async function claimRoot(
  files: FileSystems,
  address: string,
  { dataRoot, acceptsOutputs }: Pick<Plan, 'dataRoot' | 'acceptsOutputs'>,
): Promise<void> {
  const path = ownerFile(address);
  const [own, text] = [await idOf(dataRoot), await files.read(path)];
  const owner = text === null ? null : parse(path, text);
  if (owner?.id === own) return;
  if (owner && !acceptsOutputs) {
    const { host, data_root: other } = owner;
    throw new EtlError(
      'config',
      `${address}: is loaded from the data root ${other} of ${host}; expected no other than ${dataRoot}, whose locks make loads take turns`,
      { step, hint: 'load from there; or, if nobody does any more, take it over by one load with `--force`' },
    );
  }
  await files.put(path, `${JSON.stringify({ id: own, host: hostname(), data_root: dataRoot }, null, 2)}\n`);
}

/** What tells a data root from all others; made when it is first asked for. */
async function idOf(dataRoot: string): Promise<string> {
  const path = idFile(dataRoot);
  try {
    return (await readIf(path)) ?? (await makeId(path));
  } catch (cause) {
    throw new EtlError('output', `${path}: ${messageOf(cause)}`, { step, hint: hintFor(cause), cause });
  }
}

async function readIf(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return null;
    throw cause;
  }
}

/** Of two loads that make one at the same time both get that of the first. */
async function makeId(path: string): Promise<string> {
  const id = randomUUID();
  const aside = `${path}.${id}`;
  await writeFile(aside, `${id}\n`);
  try {
    await link(aside, path);
    return id;
  } catch (cause) {
    if (systemCodeOf(cause) === 'EEXIST') return (await readFile(path, 'utf8')).trim();
    // not every file system has links
    await rename(aside, path);
    return id;
  } finally {
    await rm(aside, { force: true });
  }
}

function parse(path: string, text: string): z.output<typeof ownerSchema> {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EtlError('data', `${path}: not what a run of etl1 writes there: ${messageOf(cause)}`, {
      step,
      hint: 'move that file away, then run the same command again',
      cause,
    });
  }
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { placeIn } from '../config/address.js';
import { EtlError, hintFor, messageOf } from '../errors.js';
import { copyRows } from '../parquet/copy-rows.js';
import { constantsThroughout } from '../pipeline/constants-throughout.js';
import type { PlannedFile } from '../pipeline/plan.js';
import { type SourceName, sources } from '../sources/sources.js';
import type { InputPart } from '../warehouse/input-columns.js';
import type { Work } from './work.js';

/**
 * Copies ranges of rows of a file to where Spark reads them, a file for each. Null where a row group cannot be cut. Throws `output`.
 */
export async function layDown(
  { run, session, scratch }: Work,
  source: SourceName,
  number: number,
  file: PlannedFile,
  ranges: readonly { readonly firstRow: number; readonly rows: number }[],
): Promise<InputPart[] | null> {
  const { root, budget } = run.plan;
  const columns = columnsToCopy(source, file);
  const parts: InputPart[] = [];
  for (const range of ranges) {
    const name = `readable_${source}_${number}_${range.firstRow}.parquet`;
    const path = join(root ? run.staging : scratch, name);
    const wanted = { ...range, columns, mostBytes: budget.windowBytes };
    try {
      if (!(await copyRows(file.footer, wanted, path, run.signal))) return null;
    } catch (cause) {
      run.signal.throwIfAborted();
      const message = `${path}: rows that can be read of ${file.path} cannot be copied: ${messageOf(cause)}`;
      throw new EtlError('output', message, {
        step: 'leaving out rows',
        hint: hintFor(cause),
        cause,
      });
    }
    const place = placeIn(scratch, name);
    if (root) {
      await session.files.send(path, place);
      await rm(path);
    }
    parts.push({ path: place, firstRow: range.firstRow });
  }
  return parts;
}

/** One at least, so that there are rows. */
function columnsToCopy(source: SourceName, { layout, windows }: PlannedFile): string[] {
  const { anchor } = sources[source];
  const constants = constantsThroughout({ windows });
  return [...layout].flatMap(([column, { kind }]) =>
    column === anchor || (kind !== 'null' && !constants.has(column)) ? column : [],
  );
}

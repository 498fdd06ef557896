import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { placeIn } from '../config/address.js';
import { EtlError, hintFor, isDiskTrouble, messageOf } from '../errors.js';
import { copyRows } from '../parquet/copy-rows.js';
import { isAboutInput } from '../parquet/unreadable.js';
import { checkRoom } from '../pipeline/disk-space.js';
import type { Stretch } from '../pipeline/find-unneeded.js';
import type { PlannedFile } from '../pipeline/plan.js';
import { type SourceName, sources } from '../sources/sources.js';
import type { InputPiece } from '../warehouse/input-columns.js';
import { unreadCodecs } from './unread-codecs.js';
import type { Work } from './work.js';

const step = 'leaving out rows';

/** The folder of what is copied of a source. */
const folderOf = (source: SourceName): string => `readable_${source}`;

/** Where it is written: what a cluster reads at an address is sent there. */
const hereOf = ({ run, scratch }: Work, source: SourceName): string =>
  join(run.plan.root ? run.staging : scratch, folderOf(source));

/**
 * Copies ranges of rows of a file to where Spark reads them, a file for each, in codecs that it knows, and with `isCut` encoded anew. Throws
 * `input` or `output`.
 */
export async function copyReadable(
  work: Work,
  source: SourceName,
  number: number,
  file: PlannedFile,
  { ranges, isCut }: { readonly ranges: readonly Stretch[]; readonly isCut: boolean },
): Promise<InputPiece[]> {
  const { run, session, scratch } = work;
  const { root, budget } = run.plan;
  const here = hereOf(work, source);
  await mkdir(here, { recursive: true });
  await checkRoom(here, file);
  const pieces: InputPiece[] = [];
  for (const { firstRow, rows, constants } of ranges) {
    const name = `${number}_${firstRow}.parquet`;
    const path = join(here, name);
    const columns = columnsToCopy(source, file, constants);
    const wanted = { firstRow, rows, columns, mostBytes: budget.windowBytes, isCut, unwanted: unreadCodecs };
    const isCopied = await copyRows(file.footer, wanted, path, run.signal).catch((cause: unknown) => {
      run.signal.throwIfAborted();
      throw cannotCopy(file, path, cause);
    });
    if (!isCopied) throw cannotCut(file);
    const place = placeIn(scratch, `${folderOf(source)}/${name}`);
    if (root) {
      await session.files.send(path, place);
      await rm(path);
    }
    pieces.push({ path: place, firstRow, constants });
  }
  return pieces;
}

/** Removes all that was copied of a source. */
export async function removeCopies(work: Work, source: SourceName): Promise<void> {
  await rm(hereOf(work, source), { recursive: true, force: true });
  // what stays goes with the scratch folder
  if (work.run.plan.root)
    await work.session.files.remove(placeIn(work.scratch, folderOf(source))).catch(() => {});
}

/** One at least, so that there are rows. */
function columnsToCopy(
  source: SourceName,
  { layout }: PlannedFile,
  constants: Stretch['constants'],
): string[] {
  const { anchor } = sources[source];
  return [...layout].flatMap(([column, { kind }]) =>
    column === anchor || (kind !== 'null' && !constants.has(column)) ? column : [],
  );
}

const embeddedLoadsIt = 'the outputs are as they were: load it with `--engine embedded`';

function cannotCut({ path }: PlannedFile): EtlError {
  return new EtlError('output', `${path}: rows cannot be cut from a row group as it is encoded`, {
    step,
    hint: embeddedLoadsIt,
  });
}

function cannotCopy({ path: input, footer }: PlannedFile, path: string, cause: unknown): EtlError {
  const what = `rows that can be read cannot be copied: ${messageOf(cause)}`;
  const hint = isDiskTrouble(cause) ? hintFor(cause) : embeddedLoadsIt;
  if (!isAboutInput(cause, footer.copy ?? input))
    return new EtlError('output', `${path}: ${what}; they are of ${input}`, { step, hint, cause });
  return new EtlError('input', `${input}: ${what}`, {
    step,
    hint: 'check that the file is there, and the rights on it, or fetch it again from where it came',
    cause,
  });
}

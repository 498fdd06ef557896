import { existsSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { DataFrame } from 'nodejs-polars';
import type { Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { Database } from '../load/db.js';
import { waitingName } from '../load/merge-table.js';
import { discard, finishPublishing, place, sizeOf } from '../load/publish.js';
import { stageChunk } from '../load/stage.js';
import { stagedFile } from '../load/staged.js';
import { upsertFrame } from '../load/upsert-frame.js';
import { type Table, tables } from '../tables/tables.js';
import { makeBudget } from './budget.js';
import { checkFolder } from './check-folder.js';
import { journalFile, publishLock } from './data-root.js';
import { Lock, makeHolder } from './lock.js';
import { mergeRules } from './merge-rules.js';
import { readOutputFooter } from './output-footer.js';
import { makeRunId } from './run-id.js';
import type { TableSummary } from './summary.js';
import { withTemporaryFolder } from './temporary-folder.js';

export interface UpsertArguments {
  readonly frame: DataFrame;
  readonly outputPath: string;
  readonly keys: readonly string[];
  readonly tableName: string;
}

/**
 * Upserts one frame into one parquet file, which readers see as it was or as it is to be. Those who upsert into one
 * folder, or publish into one data root, take turns. Throws `usage`, `data` or `output`.
 */
export async function upsertFile(
  { frame, outputPath, keys, tableName }: UpsertArguments,
  settings: Settings,
  signal: AbortSignal,
): Promise<TableSummary> {
  const table = tables.find(({ name }) => name === tableName) ?? null;
  checkKeys(keys, frame, table);
  const path = resolve(outputPath);
  checkFolder(dirname(path));
  const root = rootOf(path, resolve(settings.data_root));
  const id = makeRunId(new Date());
  const { databaseMb, threads, rowGroupRows } = makeBudget(settings, []);
  return withTemporaryFolder({ name: 'upsert', step: 'upserting' }, async (scratch) => {
    const staged = join(scratch, 'staged');
    await stageChunk(staged, { frame: rowsFor(table, frame, keys).lazy() });
    const limits = { memoryMb: databaseMb, threads, temporaryFolder: join(scratch, 'spill') };
    using database = await Database.open(limits, signal);
    const holder = makeHolder(id, tableName, new Date());
    await using _publishing = await Lock.takeInTurn(publishLock(root), holder, signal, () => {});
    await finishPublishing({ path: journalFile(root), root });
    const exists = existsSync(path);
    if (exists) await readOutputFooter(path, { step: 'upserting' });
    try {
      const { waiting, inserted, filled, kept, total } = await upsertFrame(database, {
        ...{ path, exists, table, rowGroupRows, key: keys, suffix: id, scratch },
        frame: stagedFile(staged, 'frame'),
        rules: mergeRules(settings),
      });
      if (waiting) await place({ path, waiting });
      return { inserted, filled, kept, removed: 0, total, bytes: await sizeOf(path), path };
    } catch (thrown) {
      await discard([{ path, waiting: waitingName(path, id) }]);
      throw thrown;
    }
  });
}

/** What is locked: the data root where the file is in it, else the file's own folder. */
function rootOf(path: string, dataRoot: string): string {
  return path.startsWith(dataRoot + sep) ? dataRoot : dirname(path);
}

/** An output takes its own columns of a frame; of rows of any other table the first of each key is taken. */
function rowsFor(table: Table | null, frame: DataFrame, keys: readonly string[]): DataFrame {
  if (!table) return frame.unique([...keys], 'first', true);
  return frame.select(
    ...table.columns.map(({ name }) => name).filter((name) => frame.columns.includes(name)),
  );
}

function checkKeys(keys: readonly string[], frame: DataFrame, table: Table | null): void {
  const refuse = (message: string, hint: string) => {
    throw new EtlError('usage', `keys: ${message}`, { step: 'reading arguments', hint });
  };
  const missing = keys.filter((key) => !frame.columns.includes(key));
  if (keys.length === 0 || missing.length > 0) {
    const found = keys.length === 0 ? 'none' : missing.join(', ');
    refuse(`expected columns of the frame; found ${found}`, `the frame has ${frame.columns.join(', ')}`);
  }
  if (table && [...keys].sort().join() !== [...table.key].sort().join()) {
    refuse(
      `expected ${table.key.join(', ')}, the key of ${table.name}; found ${keys.join(', ')}`,
      'see docs/tables.md',
    );
  }
  const names = new Set(frame.columns.map((name) => name.toLowerCase()));
  if (!table && (names.size < frame.columns.length || names.has(''))) {
    refuse(
      `found columns without a name, or that differ in case alone, in ${frame.columns.join(', ')}`,
      'rename columns of the frame: the database does not tell such names apart',
    );
  }
}

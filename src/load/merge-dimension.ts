import { join } from 'node:path';
import { concatenate } from '../parquet/concatenate.js';
import { isFitToExtend } from '../parquet/extend.js';
import { readFooter } from '../parquet/footer.js';
import { attributesOf, type Table } from '../tables/tables.js';
import type { Database } from './db.js';
import * as sql from './dimension-sql.js';
import {
  counted,
  explainUnwritten,
  type MergedTable,
  type MergeRequest,
  type Output,
  waitingName,
  write,
} from './merge-table.js';

type DimensionRequest = Pick<MergeRequest, 'rules' | 'suffix' | 'scratch' | 'rowGroupRows'>;

/**
 * Upserts the rows that have come in for a dimension or cross-reference, and writes it beside its output if it changes.
 * Where it only gets new rows, those that are there are copied and not decoded.
 */
export async function mergeDimension(
  database: Database,
  table: Table,
  output: Output,
  request: DimensionRequest,
): Promise<MergedTable> {
  const { rules, suffix, scratch, rowGroupRows } = request;
  const waiting = waitingName(output.path, suffix);
  const added = output.exists ? join(scratch, `new-${table.name}.parquet`) : waiting;
  const inserted = await write(database, sql.selectNew(table), added, rowGroupRows);
  await database.run(sql.viewNew(table, added));
  if (!output.exists) return { ...counted(output, 0, inserted), waiting };

  const { existing = 0, incoming = 0 } = await database.numbers(sql.countRows(table));
  const canFill = incoming > inserted && attributesOf(table).length > 0;
  const { filled = 0 } = canFill ? await database.numbers(sql.countFilled(table, rules)) : {};
  if (inserted === 0 && filled === 0) return counted(output, existing, 0);
  if (filled > 0) await write(database, sql.selectFilled(table, rules), waiting, rowGroupRows);
  else if (!(await extend(output, added, waiting, rowGroupRows)))
    await write(database, sql.selectExtended(table), waiting, rowGroupRows);
  return { ...counted(output, existing - filled, inserted), filled, total: existing + inserted, waiting };
}

/** Puts an output and its new rows end to end, unless its row groups are better written again. Throws `output`. */
async function extend(
  output: Output,
  added: string,
  waiting: string,
  rowGroupRows: number,
): Promise<boolean> {
  try {
    const isFit = isFitToExtend(await readFooter(output.path), await readFooter(added), rowGroupRows);
    if (isFit) await concatenate([output.path, added], waiting);
    return isFit;
  } catch (cause) {
    throw explainUnwritten(output, cause);
  }
}

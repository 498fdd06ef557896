import { join } from 'node:path';
import type { Database } from './db.js';
import { joinParts } from './join-parts.js';
import {
  counted,
  explainUnwritten,
  type MergedTable,
  type MergeRequest,
  type Output,
  waitingName,
  write,
} from './merge-table.js';
import * as sql from './sql.js';
import { type WrittenFacts, widenFacts } from './write-facts.js';

/**
 * Makes the fact table of what is there and what was written. What is there is not decoded again: its row groups are
 * copied as they are, before those of the new facts. Throws `output`.
 */
export async function assembleFacts(
  database: Database,
  output: Output,
  request: MergeRequest,
  written: WrittenFacts,
): Promise<MergedTable> {
  try {
    const facts = await assembleWritten(database, output, request, written);
    // the others were counted bucket by bucket
    request.progress.advance(1, facts.kept);
    return facts;
  } catch (cause) {
    throw explainUnwritten(output, cause);
  }
}

async function assembleWritten(
  database: Database,
  output: Output,
  request: MergeRequest,
  written: WrittenFacts,
): Promise<MergedTable> {
  const { existing, inSlices } = written;
  const parts = await widenFacts(database, written, request.rowGroupRows);
  const inserted = parts.reduce((rows, part) => rows + part.rows, 0);
  const waiting = waitingName(output.path, request.suffix);

  if (inSlices > 0 && request.rules.mode === 'replace') {
    const left = { path: join(request.scratch, 'left.parquet'), rows: existing - inSlices };
    if (left.rows > 0) await write(database, sql.selectFactsOutsideSlices, left.path, request.rowGroupRows);
    await joinParts([left, ...parts], waiting);
    return { ...counted(output, left.rows, inserted), removed: inSlices, waiting };
  }
  if (inserted === 0 && output.exists) return counted(output, existing, 0);
  await joinParts([{ path: output.path, rows: existing }, ...parts], waiting);
  return { ...counted(output, existing, inserted), waiting };
}

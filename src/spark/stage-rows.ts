import type { StagedCounts } from '../pipeline/engine.js';
import { addUp } from '../pipeline/staged-batch.js';
import type { SourceName } from '../sources/sources.js';
import { numbersOf, reasonsOf } from './rows.js';
import type { Work } from './work.js';

/** Stages rows that can all be read. */
export async function stageRows(
  { session, script }: Work,
  source: SourceName,
  rows: number,
): Promise<StagedCounts> {
  for (const statement of script.stage(source)) await session.run(statement);
  const { accepted = 0, ...warnings } = numbersOf(await session.rows(script.countStaged(source)));
  let rejects: StagedCounts['rejects'] = {};
  if (accepted < rows) {
    for (const statement of script.keepRejects(source)) await session.run(statement);
    rejects = reasonsOf(await session.rows(script.countRejects(source)));
  }
  return { rejects, warnings: addUp([warnings]), stagedRows: accepted, failures: [], resumedChunks: 0 };
}

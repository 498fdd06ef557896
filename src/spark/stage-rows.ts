import type { StagedCounts } from '../pipeline/engine.js';
import { addUp } from '../pipeline/staged-batch.js';
import type { SourceName } from '../sources/sources.js';
import { lost } from './check-shared.js';
import { numbersOf, reasonsOf } from './rows.js';
import type { Work } from './work.js';

/** Stages rows that can all be read. Throws `output` where they are not all staged or rejected. */
export async function stageRows(
  { session, script, scratch }: Work,
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
  const rejected = Object.values(rejects).reduce((sum, of) => sum + of, 0);
  if (accepted + rejected !== rows)
    throw lost(
      `${scratch}: of ${rows} rows of ${source} ${accepted} are staged and ${rejected} rejected; expected each to be one or the other`,
    );
  return { rejects, warnings: addUp([warnings]), stagedRows: accepted, failures: [], resumedChunks: 0 };
}

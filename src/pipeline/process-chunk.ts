import { join } from 'node:path';
import type { DataFrame } from 'nodejs-polars';
import type { Settings } from '../config/settings.js';
import { selectKeyedProviders, selectKeyedRates } from '../load/chunk-sql.js';
import { Database } from '../load/db.js';
import { copyToParquet } from '../load/sql.js';
import { stageChunk } from '../load/stage.js';
import { stagedFile } from '../load/staged.js';
import { readFooter } from '../parquet/footer.js';
import { pl } from '../polars.js';
import { checkLayout } from '../sources/check.js';
import { type SourceName, sources } from '../sources/sources.js';
import { compileProvidersRows } from '../transform/providers-rows.js';
import { compileRatesRows } from '../transform/rates-rows.js';
import { makeBudget } from './budget.js';
import { mergeRules } from './merge-rules.js';
import { withTemporaryFolder } from './temporary-folder.js';

const processes = {
  rates: { compile: compileRatesRows, select: selectKeyedRates },
  providers: { compile: compileProvidersRows, select: selectKeyedProviders },
};

/** The name under which relations of one chunk are staged. */
const chunk = 'chunk';

/** The number of a row: a staged chunk does not keep their order. */
const row = 'row';

/**
 * Gives a chunk with what a load would make of each row. The chunk takes the way of a file, so that its types are judged
 * as those of a file are, and its keys are made by the database that makes all others. Throws `data` where it breaks the
 * contract.
 */
export async function processChunk(
  source: SourceName,
  frame: DataFrame,
  settings: Settings,
  signal: AbortSignal,
): Promise<DataFrame> {
  const { compile, select } = processes[source];
  const { databaseMb, threads, rowGroupRows } = makeBudget(settings, []);
  return withTemporaryFolder({ name: 'chunk', step: `processing a chunk of ${source}` }, async (folder) => {
    const [read, made] = [join(folder, 'read'), join(folder, 'made')];
    await stageChunk(read, { [chunk]: contractColumns(source, frame).lazy() });
    const payerSlugOverride = settings.payer_slug_override;
    const columns = new Map((await readFooter(stagedFile(read, chunk))).columns);
    columns.delete(row);
    const layout = checkLayout(sources[source], 'frame', columns, payerSlugOverride !== null);
    const transform = compile({ layout, constants: new Map() }, { payerSlugOverride });
    await stageChunk(made, { [chunk]: (await transform(await load(stagedFile(read, chunk)))).lazy() });
    const limits = { memoryMb: databaseMb, threads, temporaryFolder: join(folder, 'spill') };
    using database = await Database.open(limits, signal);
    const keyed = join(folder, 'keyed.parquet');
    const query = select(stagedFile(made, chunk), mergeRules(settings));
    await database.run(copyToParquet(query, keyed, rowGroupRows));
    return frame.withColumns(...(await load(keyed)).getColumns());
  });
}

/** The columns that the contract knows, and the numbers of the rows. */
function contractColumns(source: SourceName, frame: DataFrame): DataFrame {
  const known = sources[source].columns.filter(({ name }) => frame.columns.includes(name));
  return frame.select(...known.map(({ name }) => name)).withRowIndex(row);
}

function load(path: string): Promise<DataFrame> {
  return pl.scanParquet(path, { glob: false, cache: false, rechunk: true }).collect();
}

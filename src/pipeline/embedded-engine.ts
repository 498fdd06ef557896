import { join } from 'node:path';
import { explainUnreadable } from '../load/explain-unreadable.js';
import { mergeStaged } from '../load/merge.js';
import { copyRejects, limitMemory } from '../load/sql.js';
import { type StagedFiles, type StagedName, stagedNames } from '../load/staged.js';
import { findRejects } from '../load/survey.js';
import { datasetOf } from '../tables/partitions.js';
import { databaseMbBeside, factsWithin } from './budget.js';
import { openCheckpoint } from './checkpoint.js';
import { isOfChunk } from './chunk-failure.js';
import type { Engine } from './engine.js';
import { checkInputs } from './snapshot.js';
import { type StagedFilesOfSources, stageAll } from './stage-all.js';
import { identityOf } from './staging-identity.js';
import { StepProgress } from './step-progress.js';

/** Polars reduces chunks, of which those that an interrupted run staged are not reduced again; DuckDB merges them. */
export const embeddedEngine: Engine = {
  async stage(run, isWary) {
    const { plan, staging, observe, resumes, id } = run;
    const { batches, discarded } = await openCheckpoint(staging, identityOf(plan), resumes);
    if (discarded !== null) observe({ type: 'staging-discarded', reason: discarded });
    const { staged, database } = await stageAll(run, batches, isWary).catch(async (thrown: unknown) => {
      // what cannot be read may have been replaced
      if (isOfChunk(thrown)) await checkInputs(plan.snapshot, run.files);
      throw thrown;
    });
    // the merge needs the memory
    await run.memory.release();
    const databaseMb = databaseMbBeside(plan.budget, run.memory.measure());
    await database.run(limitMemory(databaseMb));
    const { rowGroupRows } = plan.budget;
    return {
      sources: staged,
      versions: {},
      copyRejects: async (source, path) => {
        await database.run(copyRejects(staged[source].rejectFiles, path, rowGroupRows));
      },
      findRejects: (source, path) => findRejects(database, source, path),
      merge: async (outputs, dataset) => {
        try {
          return await mergeStaged(database, {
            staged: stagedFiles(staged),
            outputs,
            rules: plan.rules,
            suffix: id,
            scratch: join(staging, 'facts'),
            factsInMemory: factsWithin(databaseMb),
            rowGroupRows,
            warnings: Object.entries({ ...staged.rates.warnings, ...staged.providers.warnings }).flatMap(
              ([reason, rows]) => (rows > 0 ? reason : []),
            ),
            progress: new StepProgress(observe, 'merge', outputs.length),
            partitioning: dataset,
          });
        } catch (cause) {
          const files = outputs.filter(({ path, exists }) => exists && datasetOf(path) === null);
          const paths = [...files.map(({ path }) => path), ...(dataset?.opened ?? [])];
          throw await explainUnreadable(database, paths, { step: 'merging', cause });
        }
      },
      [Symbol.asyncDispose]: async () => database[Symbol.dispose](),
    };
  },
};

function stagedFiles({ rates, providers }: StagedFilesOfSources): StagedFiles {
  const filesOf = (name: StagedName) => [...(rates.files[name] ?? []), ...(providers.files[name] ?? [])];
  return Object.fromEntries(stagedNames.map((name) => [name, filesOf(name)]));
}

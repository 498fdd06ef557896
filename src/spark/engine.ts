import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EtlError } from '../errors.js';
import { Database } from '../load/db.js';
import { findRejects } from '../load/survey.js';
import type { Engine } from '../pipeline/engine.js';
import { localOutputs } from '../pipeline/output-files.js';
import { openCatalog } from './catalog.js';
import { checkReadable } from './check-inputs.js';
import { checkShared } from './check-shared.js';
import { claimRoot } from './claim-root.js';
import { mergeInSpark } from './merge.js';
import { mergeAtRoot } from './merge-at-root.js';
import { mergeIntoTables } from './merge-tables.js';
import { fetchOnlyFile, takeOnlyFile } from './only-file.js';
import { scratchOf, scratchOfSlice } from './root-paths.js';
import { catalogOf, scriptOf } from './script-of.js';
import type { Statements } from './session.js';
import { sessionStatements } from './session-statements.js';
import { stageSource } from './stage-source.js';
import { sweepStaged } from './sweep-root.js';

/** A session to work in, and the version of its Spark. */
export interface OpenSession {
  readonly session: Statements & AsyncDisposable;
  readonly version: string;
}

/**
 * Does the work of a run on Apache Spark, in a session that is opened for it: only counts, and rows that stand for others, come
 * back.
 */
export function sparkEngine(open: (signal: AbortSignal) => Promise<OpenSession>): Engine {
  return {
    async stage(run) {
      const { plan, staging, signal, id } = run;
      const scratch = scratchOf(plan, id);
      checkReadable([...plan.sources.rates.files, ...plan.sources.providers.files]);
      await rm(staging, { recursive: true, force: true });
      await mkdir(staging, { recursive: true });
      if (!plan.root) await mkdir(scratch);
      const script = scriptOf(plan, scratch);
      const { session, version } = await open(signal);
      const end = async () => {
        // what stays is removed by the next run
        if (plan.root) await session.files.remove(scratchOfSlice(plan.root.address, plan)).catch(() => {});
        await session[Symbol.asyncDispose]();
      };
      try {
        for (const statement of sessionStatements(plan)) await session.run(statement);
        if (plan.root) {
          await claimRoot(session.files, plan.root.address, plan);
          await sweepStaged(session.files, plan.root.address, run);
        }
        const catalog = catalogOf(plan);
        // what is in the way is told before anything is read
        if (catalog) await openCatalog(session, catalog);
        for (const statement of script.openInputs()) await session.run(statement);
        const work = { run, session, script, scratch };
        await checkShared(work);
        const sources = {
          rates: await stageSource(work, 'rates'),
          providers: await stageSource(work, 'providers'),
        };
        return {
          sources,
          versions: { spark: version },
          copyRejects: async (source, path) => {
            const folder = script.rejectsFolder(source);
            if (plan.root) await fetchOnlyFile(session.files, folder, path);
            else await takeOnlyFile(folder, path);
          },
          findRejects: async (source, path) => {
            const { databaseMb, threads } = plan.budget;
            const temporaryFolder = join(staging, 'spill');
            using database = await Database.open({ memoryMb: databaseMb, threads, temporaryFolder }, signal);
            return await findRejects(database, source, path);
          },
          merge: async (outputs, dataset) => {
            if (catalog) return mergeIntoTables({ session, script, catalog, run, sources });
            const merge = { session, script, run, sources, id };
            if (plan.root) return mergeAtRoot({ ...merge, root: plan.root });
            if (dataset) return mergeInSpark({ ...merge, outputs, dataset, files: localOutputs });
            throw new EtlError('config', 'fact_layout: found single; expected partitioned', {
              step: 'planning',
              hint: 'engine spark keeps facts in partitions: set fact_layout, or convert them with `etl1 migrate --to partitioned`',
            });
          },
          [Symbol.asyncDispose]: end,
        };
      } catch (thrown) {
        await end();
        throw thrown;
      }
    },
  };
}

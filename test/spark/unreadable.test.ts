import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterFiles } from '../../src/spark/cluster-files.js';
import type { SparkSession } from '../../src/spark/session.js';
import { corruptPage, corruptPages } from '../faults/support/corrupt.js';
import { type MadeInput, makeInput } from '../faults/support/input.js';
import { withFolder } from '../support/load-pair.js';
import { expectAlike, type LoadOptions, load, type Outcome } from './support/both-engines.js';
import { engineIn, spark, startSession } from './support/spark.js';

const groupRows = 60;

describe.skipIf(!spark)('rows that cannot be read, on Spark', () => {
  let session: SparkSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  /** Loads a damaged input with both engines, and expects the same of both; gives what came of it. */
  async function expectSame(
    folder: string,
    input: MadeInput,
    settings: LoadOptions['settings'] = {},
  ): Promise<Outcome> {
    const theirs = await load(join(folder, 'embedded'), input.folder, input, { settings });
    const ours = await load(join(folder, 'spark'), input.folder, input, {
      settings,
      engine: engineIn(session),
    });
    expectAlike(ours, theirs);
    return ours;
  }

  const leftOut = ({ summary }: Outcome) =>
    summary?.failed_chunks.map(({ source, first_row, rows }) => [source, first_row, rows]);

  it('of a row group in the middle are left out, and rejects behind them keep their numbers', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), {
        ...{ payer: 'grouped', seed: 5, rejects: true },
        ...{ rateFiles: 1, rowsPerFile: 6 * groupRows, rowGroupSize: groupRows },
      });
      const file = join(input.folder, input.files.rates[0] ?? '');
      corruptPages(file, 2, 'billing_code');
      corruptPages(file, 4, 'negotiated_rate');
      const found = await expectSame(folder, input);
      expect(leftOut(found)).toEqual([
        ['rates', 2 * groupRows, groupRows],
        ['rates', 4 * groupRows, groupRows],
      ]);
      expect(found.rejects['rates']?.length).toBeGreaterThan(3);
    }));

  it('of providers are left out beside those of rates', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'several', seed: 7 });
      corruptPages(join(input.folder, input.files.rates[1] ?? ''), 0, 'service_codes');
      corruptPages(join(input.folder, input.files.providers[1] ?? ''), 0, 'npi');
      const found = await expectSame(folder, input);
      expect(leftOut(found)).toEqual([
        ['rates', 0, 60],
        ['providers', 0, 60],
      ]);
    }));

  it('of the only row group are left out, and what comes before them is cut from it', () =>
    withFolder(async (folder) => {
      const input = await inSmallPages(folder);
      corruptPage(join(input.folder, input.files.rates[0] ?? ''), 0, 'negotiated_rate', 25);
      const found = await expectSame(folder, input);
      expect(leftOut(found)).toEqual([['rates', 2000, 2000]]);
    }));

  it('end the load where that is asked for, or where no others are left', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'one', seed: 8, rateFiles: 1 });
      corruptPages(join(input.folder, input.files.providers[0] ?? ''), 0, 'npi');
      const stopped = await expectSame(folder, input, { on_chunk_error: 'abort' });
      expect(stopped.error?.exitCode).toBe(66);
      corruptPages(join(input.folder, input.files.rates[0] ?? ''), 0, 'billing_code');
      const nothing = await expectSame(folder, input);
      expect(nothing.error?.message).toMatch(/none of the 60 rows of rates could be read/);
    }));

  it('are left out of files at an address, where only the cluster has room', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'my in'), {
        ...{ payer: 'away', seed: 9, rejects: true },
        ...{ rateFiles: 2, rowsPerFile: 3 * groupRows, rowGroupSize: groupRows },
      });
      corruptPages(join(input.folder, input.files.rates[1] ?? ''), 1, 'billing_code');
      const address = `file://${input.folder}`;
      const files = clusterFiles(async () => session.files);
      const theirs = await load(join(folder, 'embedded'), input.folder, input);
      const lake = join(folder, 'lake');
      mkdirSync(lake);
      for (const root of [{}, { outputs: lake, settings: { spark_root: `file://${lake}` } }]) {
        const dataRoot = join(folder, `spark ${Object.keys(root).length}`);
        const ours = await load(dataRoot, address, input, { ...root, files, engine: engineIn(session) });
        // but for the scheme
        expectAlike(JSON.parse(JSON.stringify(ours).replaceAll(address, input.folder)), theirs);
        expect(ours.summary?.failed_chunks).toMatchObject([{ file: `${address}/${input.files.rates[1]}` }]);
      }
      expect(readdirSync(join(lake, '.etl1', 'staged'))).toEqual([]);
    }));
});

/** An input whose rates are one row group of many pages. */
async function inSmallPages(folder: string): Promise<MadeInput> {
  const input = await makeInput(join(folder, 'in'), {
    ...{ payer: 'paged', seed: 11, rateFiles: 1, rowsPerFile: 4000, rejects: true },
  });
  const file = join(input.folder, input.files.rates[0] ?? '');
  const frame = await pl.scanParquet(file).collect();
  await frame
    .lazy()
    .sinkParquet(file, {
      compression: 'zstd',
      maintainOrder: true,
      dataPagesizeLimit: 1000,
      rowGroupSize: 4000,
    })
    .collect();
  return input;
}

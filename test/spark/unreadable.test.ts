import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EtlError } from '../../src/errors.js';
import { clusterFiles } from '../../src/spark/cluster-files.js';
import type { SparkSession } from '../../src/spark/session.js';
import { inWorkspace } from '../e2e/workspace.js';
import { corruptPage, corruptPages, corruptSum, miscountPage, pagesAt } from '../faults/support/corrupt.js';
import { countTo, seedOf } from '../faults/support/effort.js';
import { type MadeInput, makeInput } from '../faults/support/input.js';
import { mutate } from '../faults/support/mutate.js';
import { randomFrom } from '../faults/support/random.js';
import type { InputRow } from '../model/input-value.js';
import { quoteText, withDatabase } from '../support/fixture-database.js';
import { withFolder } from '../support/load-pair.js';
import {
  expectAlike,
  expectSameOfBoth,
  type LoadOptions,
  load,
  type Outcome,
  windowRows,
} from './support/both-engines.js';
import { writeConfig } from './support/config.js';
import { engineIn, spark, startSession } from './support/spark.js';

const groupRows = 60;
const rounds = 6;
const waysToDamagePages = ['bits of pages', 'bytes were zeroed', 'bytes were set', 'random bytes'];

describe.skipIf(!spark)('rows that cannot be read, on Spark', () => {
  let session: SparkSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  const expectSame = (folder: string, input: MadeInput, settings?: LoadOptions['settings']) =>
    expectSameOfBoth(session, folder, input, settings);

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

  it('hold a text that is no UTF-8', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), {
        ...{ payer: 'latin', seed: 12, codec: 'uncompressed' },
        ...{ rateFiles: 1, rowsPerFile: 3 * groupRows, rowGroupSize: groupRows },
      });
      const file = join(input.folder, input.files.rates[0] ?? '');
      const bytes = readFileSync(file);
      const at = bytes.indexOf('description of ', pagesAt(file, 1, 'description'));
      bytes.writeUInt8(0xe9, at);
      writeFileSync(file, bytes);
      expect(leftOut(await expectSame(folder, input))).toEqual([['rates', groupRows, groupRows]]);
    }));

  it('are none where what is damaged is not needed, because the footer says what it holds', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), {
        ...{ payer: 'constant', seed: 13, rejects: true },
        ...{ rateFiles: 1, rowsPerFile: 3 * groupRows, rowGroupSize: groupRows },
      });
      corruptPages(join(input.folder, input.files.rates[0] ?? ''), 1, 'version');
      const found = await expectSame(folder, input);
      expect([found.searched, leftOut(found)]).toEqual([[], []]);
      expect(found.summary?.processed_rates).toBe(3 * groupRows);
    }));

  it('hold a text that is no UTF-8 in a list of a rejected row', () =>
    withFolder(async (folder) => {
      const rejected = groupRows + 7;
      const input = await makeInput(join(folder, 'in'), {
        ...{ payer: 'latin', seed: 15, codec: 'uncompressed' },
        ...{ rateFiles: 1, rowsPerFile: 3 * groupRows, rowGroupSize: groupRows },
        more: {
          columns: {},
          of: (row) => (row === rejected ? { billing_code: null, service_codes: ['zz9'] } : {}),
        },
      });
      const file = join(input.folder, input.files.rates[0] ?? '');
      const bytes = readFileSync(file);
      bytes.writeUInt8(0xe9, bytes.indexOf('zz9', pagesAt(file, 1, 'service_codes')));
      writeFileSync(file, bytes);
      expect(leftOut(await expectSame(folder, input))).toEqual([['rates', groupRows, groupRows]]);
    }));

  it('are none where a column that is damaged is one text in each window, or nothing is made of it', () =>
    withFolder(async (folder) => {
      const windowOf = (row: number) => Math.floor(row / windowRows);
      const input = await makeInput(join(folder, 'größe [1] #2'), {
        ...{ payer: 'beside', seed: 16 },
        ...{ rateFiles: 1, rowsPerFile: 6 * groupRows, rowGroupSize: groupRows },
        more: {
          columns: { provider_group_id: 'int64' },
          of: (row) => ({
            ...{ billing_class: `class ${windowOf(row)}`, provider_group_id: BigInt(row % 3) },
            reporting_entity_type: `type ${row % 2}`,
            // only rejects show the type
            ...(windowOf(row) === 2 && row % 9 === 0 && { billing_code: null }),
          }),
        },
      });
      const file = join(input.folder, input.files.rates[0] ?? '');
      corruptPages(file, 0, 'reporting_entity_type');
      corruptPages(file, 1, 'provider_group_id');
      corruptPages(file, 2, 'billing_class');
      const found = await expectSame(folder, input);
      expect(leftOut(found)).toEqual([]);
      expect(found.searched).toEqual(['rates']);
      expect(found.rejects['rates']).toHaveLength(13);
    }));

  it('are left out for such a column where a row is looked at as it is', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), {
        ...{ payer: 'beside', seed: 17, rejects: true },
        ...{ rateFiles: 1, rowsPerFile: 6 * groupRows, rowGroupSize: groupRows },
        more: {
          columns: { provider_group_id: 'int64' },
          of: (row) => ({ provider_group_id: BigInt(row % 3), ...(row % 5 === 0 && { billing_code: null }) }),
        },
      });
      corruptPages(join(input.folder, input.files.rates[0] ?? ''), 3, 'provider_group_id');
      expect(leftOut(await expectSame(folder, input))).toEqual([['rates', 3 * groupRows, groupRows]]);
    }));

  it('are left out for a column of which nothing is made, where no row is rejected either', () =>
    withFolder(async (folder) => {
      const input = await inRowsAsTheyAre(folder, (row) => ({ reporting_entity_type: `type ${row % 2}` }));
      corruptPages(join(input.folder, input.files.rates[0] ?? ''), 2, 'reporting_entity_type');
      expect(leftOut(await expectSame(folder, input))).toEqual([['rates', 2 * groupRows, groupRows]]);
    }));

  it('are none where this machine reads pages that Spark does not', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), {
        ...{ payer: 'miscounted', seed: 19, rejects: true },
        ...{ rateFiles: 1, rowsPerFile: 2 * windowRows },
      });
      // as many as are wanted are cut from it
      miscountPage(join(input.folder, input.files.rates[0] ?? ''), 0, 'billing_code');
      const found = await expectSame(folder, input);
      expect([found.searched, leftOut(found)]).toEqual([['rates'], []]);
    }));

  it('are of a page of differences in blocks that there are not', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'differences', seed: 21, rateFiles: 2 });
      const file = join(input.folder, input.files.rates[1] ?? '');
      await inDifferences(file);
      const bytes = readFileSync(file);
      // 2048 differences in 8 parts
      bytes.writeUInt8(0x81, bytes.indexOf(Buffer.from([0x80, 0x10, 8]), pagesAt(file, 0, 'name')));
      writeFileSync(file, bytes);
      expect(leftOut(await expectSame(folder, input))).toEqual([['rates', 0, 60]]);
    }));

  it('have another sum in gzip', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), {
        ...{ payer: 'summed', seed: 20, codec: 'gzip' },
        ...{ rateFiles: 1, rowsPerFile: 3 * groupRows, rowGroupSize: groupRows },
      });
      corruptSum(join(input.folder, input.files.rates[0] ?? ''), 1, 'negotiated_rate');
      expect(leftOut(await expectSame(folder, input))).toEqual([['rates', groupRows, groupRows]]);
    }));

  it.each(['reporting_entity_name', 'reporting_entity_type', 'provider_group_id'])(
    'hold a text that is no UTF-8 and that nothing is made of: %s',
    (column) =>
      withFolder(async (folder) => {
        const input = await inRowsAsTheyAre(folder, (row) => ({ [column]: `text ${row}` }));
        const file = join(input.folder, input.files.rates[0] ?? '');
        const bytes = readFileSync(file);
        bytes.writeUInt8(0xe9, bytes.indexOf('text ', pagesAt(file, 1, column)));
        writeFileSync(file, bytes);
        const found = await expectSame(folder, input, { payer_slug_override: 'someone' });
        expect(leftOut(found)).toEqual([['rates', groupRows, groupRows]]);
      }),
  );

  it('are those that the embedded engine leaves out, wherever bytes are damaged', () =>
    withFolder(async (folder) => {
      const random = randomFrom(seedOf('damage on Spark'));
      const codecs = ['zstd', 'snappy', 'gzip', 'brotli', 'lz4', 'uncompressed'] as const;
      for (const round of countTo(rounds)) {
        const place = join(folder, String(round));
        const input = await makeInput(join(place, 'in'), {
          ...{ payer: 'random', seed: round, rejects: round % 2 === 0 },
          ...{ rateFiles: 1, rowsPerFile: 3 * groupRows, codec: random.pick(codecs) },
          ...(random.below(2) === 0 && { rowGroupSize: groupRows }),
        });
        const [file = ''] = input.files[random.below(4) === 0 ? 'providers' : 'rates'];
        const way = random.pick(waysToDamagePages);
        const good = readFileSync(join(input.folder, file));
        writeFileSync(join(input.folder, file), mutate(way, good, random, good));
        try {
          await expectSame(place, input);
        } catch (cause) {
          throw new Error(`round ${round}, ${way} of ${file}`, { cause });
        }
      }
    }));

  it('are looked for until a signal comes', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'one', seed: 14, rateFiles: 1 });
      corruptPages(join(input.folder, input.files.rates[0] ?? ''), 0, 'billing_code');
      const stop = new AbortController();
      const reason = new EtlError('interrupted', 'stopped', { step: 'running' });
      const stopped = await load(join(folder, 'spark'), input.folder, input, {
        engine: engineIn(session),
        signal: stop.signal,
        observe: () => stop.abort(reason),
      });
      expect(stopped.error).toBe(reason);
      expect(stopped.told).toHaveLength(1);
      const left = readdirSync(join(folder, 'spark', '.staging'), { recursive: true, encoding: 'utf8' });
      expect(left.filter((name) => /looked-at|fetched|readable|excerpt/.test(name))).toEqual([]);
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
      for (const root of [{}, { outputs: async () => lake, settings: { spark_root: `file://${lake}` } }]) {
        const dataRoot = join(folder, `spark ${Object.keys(root).length}`);
        const ours = await load(dataRoot, address, input, { ...root, files, engine: engineIn(session) });
        // but for the scheme
        expectAlike(JSON.parse(JSON.stringify(ours).replaceAll(address, input.folder)), theirs);
        expect(ours.summary?.failed_chunks).toMatchObject([{ file: `${address}/${input.files.rates[1]}` }]);
      }
      expect(readdirSync(join(lake, '.etl1', 'staged'))).toEqual([]);
    }));
});

describe.skipIf(!spark)('etl1 --engine spark', () => {
  it('names rows that it leaves out as the embedded engine does, and ends with 3; a dry run looks at none', () =>
    inWorkspace(async ({ folder, etl1, list }) => {
      const file = join(folder, 'data/input/202508_aetna_ga_rates.parquet');
      corruptPages(file, 1, 'billing_code');
      const load = (...args: string[]) =>
        etl1(['--payer', 'aetna', '--quiet', ...args], {
          environment: {
            ...spark?.environment,
            ETL1_FACT_LAYOUT: 'partitioned',
            ETL1_INPUT_DIR: join(folder, 'data/input'),
          },
          timeoutSeconds: 300,
        });
      const config = writeConfig(folder);
      const before = list('data');
      expect((await load('--config', config, '--dry-run')).exitCode).toBe(0);
      expect(list('data')).toEqual(before);
      const ours = await load('--config', config, '--data-root', 'spark', '--output-format', 'json');
      const theirs = await load('--data-root', 'embedded', '--output-format', 'json');
      // but for where its rejects are
      const plain = (stderr: string) => stderr.replaceAll(/\S+\/rejects\/\S+/g, 'rejects');
      expect([ours.exitCode, theirs.exitCode]).toEqual([3, 3]);
      expect(plain(ours.stderr)).toBe(plain(theirs.stderr));
      const told = (stdout: string) => toldSchema.parse(JSON.parse(stdout));
      expect(told(ours.stdout)).toEqual(told(theirs.stdout));
      expect(told(ours.stdout).failed_chunks).toMatchObject([{ first_row: 5_000, rows: 5_000 }]);
    }));
});

const toldSchema = z.object({
  status: z.string(),
  processed_rates: z.number(),
  balance: z.record(z.string(), z.number()),
  failed_chunks: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
});

/** An input whose rows are not read as codes, because now the one id is null and now the other; none is rejected. */
const inRowsAsTheyAre = (folder: string, rowOf: (row: number) => InputRow): Promise<MadeInput> =>
  makeInput(join(folder, 'in'), {
    ...{ payer: 'plain', seed: 18, codec: 'uncompressed' },
    ...{ rateFiles: 1, rowsPerFile: 3 * groupRows, rowGroupSize: groupRows },
    more: {
      columns: { provider_reference_id: 'text', provider_group_id: 'text' },
      of: (row) => ({
        provider_reference_id: row % 5 === 1 ? null : `${row % 3}`,
        provider_group_id: row % 5 === 1 ? '7' : null,
        ...rowOf(row),
      }),
    },
  });

/** Writes a file anew with numbers, and lengths of texts, as differences. */
async function inDifferences(file: string): Promise<void> {
  const draft = `${file}.draft`;
  const options = 'FORMAT parquet, CODEC uncompressed, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1';
  await withDatabase((connection) =>
    connection.run(
      `COPY (SELECT * FROM read_parquet(${quoteText(file)})) TO ${quoteText(draft)} (${options})`,
    ),
  );
  renameSync(draft, file);
}

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

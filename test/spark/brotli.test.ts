import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterFiles } from '../../src/spark/cluster-files.js';
import type { SparkSession } from '../../src/spark/session.js';
import { inWorkspace } from '../e2e/workspace.js';
import { corruptPages } from '../faults/support/corrupt.js';
import { type InputOptions, type MadeInput, makeInput } from '../faults/support/input.js';
import { withFolder } from '../support/load-pair.js';
import { expectAlike, expectSameOfBoth, load, type Outcome } from './support/both-engines.js';
import { writeConfig } from './support/config.js';
import { engineIn, spark, startSession } from './support/spark.js';

const groupRows = 60;

/** Rates in brotli, in several row groups. */
const allInBrotli = {
  ...{ codec: 'brotli', rejects: true },
  ...{ rateFiles: 2, rowsPerFile: 4 * groupRows, rowGroupSize: groupRows },
} as const satisfies Partial<InputOptions>;

const leftOut = ({ summary }: Outcome) =>
  summary?.failed_chunks.map(({ source, first_row, rows }) => [source, first_row, rows]);

describe.skipIf(!spark)('pages in brotli, on Spark', () => {
  let session: SparkSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  it('are left out where they are damaged, and so is what is damaged beside them', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'torn', seed: 22, ...allInBrotli });
      const [first = '', second = ''] = input.files.rates.map((name) => join(input.folder, name));
      corruptPages(first, 1, 'billing_code');
      corruptPages(second, 3, 'service_codes');
      corruptPages(join(input.folder, input.files.providers[1] ?? ''), 0, 'npi');
      const found = await expectSameOfBoth(session, folder, input);
      expect(leftOut(found)).toEqual([
        ['rates', groupRows, groupRows],
        ['rates', 3 * groupRows, groupRows],
        ['providers', 0, 60],
      ]);
    }));

  it('may be of one column alone', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'mixed', seed: 23, rejects: true });
      const [name = ''] = input.files.rates;
      writeMixed(join(input.folder, name), input, 'billing_code');
      const found = await expectSameOfBoth(session, folder, input);
      expect(found.searched).toEqual(['rates']);
      expect(found.summary?.processed_rates).toBe(3 * 60 + 3 * 60);
    }));

  it('may be of one column that is not read, because the footer says what it holds', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'constant', seed: 26 });
      const [name = ''] = input.files.rates;
      writeMixed(join(input.folder, name), input, 'version');
      expect((await expectSameOfBoth(session, folder, input)).searched).toEqual([]);
    }));

  it('are copied from an address to where only the cluster has room, and Spark is not asked for them first', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'my in'), { payer: 'away', seed: 24, ...allInBrotli });
      const address = `file://${input.folder}`;
      const lake = join(folder, 'lake');
      mkdirSync(lake);
      let staged = 0;
      const theirs = await load(join(folder, 'embedded'), input.folder, input);
      const ours = await load(join(folder, 'spark'), address, input, {
        settings: { spark_root: `file://${lake}` },
        outputs: async () => lake,
        files: clusterFiles(async () => session.files),
        engine: engineIn(session, (sql) => {
          if (/^INSERT .*\/staged_rates'/.test(sql)) staged += 1;
        }),
      });
      // but for the scheme
      expectAlike(JSON.parse(JSON.stringify(ours).replaceAll(address, input.folder)), theirs);
      expect([staged, leftOut(ours)]).toEqual([1, []]);
      expect(ours.rejects['rates']?.length).toBeGreaterThan(3);
      expect(readdirSync(join(lake, '.etl1', 'staged'))).toEqual([]);
    }));
});

describe.skipIf(!spark)('etl1 --engine spark', () => {
  it('tells in a dry run which inputs in brotli it would copy', () =>
    inWorkspace(async ({ folder, etl1, list }) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'packed', seed: 25, ...allInBrotli });
      const [first = ''] = input.files.rates.map((name) => join(input.folder, name));
      const [providers = ''] = input.files.providers.map((name) => join(input.folder, name));
      const before = list('data');
      const dry = await etl1(
        [
          ...['--payer', 'packed', '--config', writeConfig(folder), '--rates-file', first],
          ...['--providers-file', providers, '--output-format', 'json', '--dry-run'],
        ],
        { environment: { ...spark?.environment } },
      );
      expect({ exitCode: dry.exitCode, stderr: dry.stderr }).toEqual({ exitCode: 0, stderr: '' });
      const { sql } = JSON.parse(dry.stdout);
      expect(sql).toMatch(
        /^-- a copy of it is opened in its place: \S+rates0.parquet: column \w+ is .* BROTLI/m,
      );
      expect(sql.match(/^-- a copy/gm)).toHaveLength(1);
      expect(list('data')).toEqual(before);
    }));
});

/** Writes rows of rates three times over, in pages of the second version of which those of one column are in brotli. */
function writeMixed(file: string, { rates }: MadeInput, inBrotli: string): void {
  const rows = rates.slice(0, 60).flatMap((row) => [row, row, row]);
  const columnData = Object.keys(rows[0] ?? {}).map((name) => ({
    name,
    data: rows.map((row) => row[name]),
    ...(name === inBrotli && { codec: 'BROTLI' as const }),
  }));
  const buffer = parquetWriteBuffer({
    columnData,
    codec: 'SNAPPY',
    compressors: { BROTLI: (bytes) => brotliCompressSync(bytes) },
    rowGroupSize: groupRows,
  });
  writeFileSync(file, new Uint8Array(buffer));
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { checkShared } from '../../../src/spark/check-shared.js';
import { scriptOf } from '../../../src/spark/script-of.js';
import type { SparkRow } from '../../../src/spark/session.js';
import { stageRows } from '../../../src/spark/stage-rows.js';
import type { Work } from '../../../src/spark/work.js';
import { makeInput } from '../../faults/support/input.js';
import { withFolder } from '../../support/load-pair.js';
import { makeRun } from '../../support/make-run.js';
import { MemoryFiles } from './memory-files.js';

/** What a session without Spark does with statements and queries. */
interface Faked {
  readonly run?: (sql: string, scratch: string) => void;
  readonly rows?: (sql: string) => SparkRow[];
}

async function inWork(
  { run: told = () => {}, rows = () => [] }: Faked,
  body: (work: Work) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const input = await makeInput(join(folder, 'in'), { payer: 'one', rateFiles: 1, rowsPerFile: 60 });
    const run = await makeRun(folder, input, 60);
    const scratch = run.staging;
    const session = {
      run: async (sql: string) => told(sql, scratch),
      rows: async (sql: string) => rows(sql),
      files: new MemoryFiles(),
      shielded: <T>(work: () => Promise<T>) => work(),
      hasEnded: false,
      onProgress: () => {},
    };
    await body({ run, session, scratch, script: scriptOf(run.plan, scratch) });
  });
}

/** Executors write as many rows as are named, a file each, where this machine sees them. */
const writing =
  (...rows: readonly number[]) =>
  (_: string, scratch: string) => {
    mkdirSync(join(scratch, 'tried'));
    for (const [number, count] of rows.entries()) {
      const id = { name: 'id', data: Array.from({ length: count }, (_, value) => BigInt(value)) };
      const bytes = parquetWriteBuffer({ columnData: [id] });
      writeFileSync(join(scratch, `tried/part-${number}.parquet`), new Uint8Array(bytes));
    }
  };

const told = { kind: 'output', hint: expect.stringContaining('every executor has to see the data root') };

describe('a scratch folder of this machine', () => {
  it('is that of all executors where all that they write is there', () =>
    inWork({ run: writing(12, 20) }, checkShared));

  it.each([
    { seen: [12], all: 12 },
    { seen: [], all: 0 },
  ])('is not where $all rows of 32 are', ({ seen, all }) =>
    inWork({ run: writing(...seen) }, async (work) => {
      const message = `${work.scratch}/tried: of 32 rows that executors wrote there this machine sees ${all}`;
      await expect(checkShared(work)).rejects.toMatchObject({ ...told, message });
    }),
  );

  it('is not asked for where what is staged is at an address', () =>
    inWork({}, (work) => {
      const plan = { ...work.run.plan, root: { address: 'hdfs://lake', outputs: [] } };
      return checkShared({ ...work, run: { ...work.run, plan } });
    }));
});

describe('rows of a source', () => {
  const counting = (accepted: number, rejected: number) => (sql: string) =>
    sql.includes('reject_reason') ? [{ reject_reason: 'code_missing', rows: rejected }] : [{ accepted }];

  it('are staged or rejected', () =>
    inWork({ rows: counting(57, 3) }, async (work) => {
      expect(await stageRows(work, 'rates', 60)).toMatchObject({
        ...{ stagedRows: 57, rejects: { code_missing: 3 } },
      });
    }));

  it('are lost otherwise, which ends the load', () =>
    inWork({ rows: counting(40, 3) }, async (work) => {
      const message = `${work.scratch}: of 60 rows of rates 40 are staged and 3 rejected; expected each to be one or the other`;
      await expect(stageRows(work, 'rates', 60)).rejects.toMatchObject({ ...told, message });
      await expect(stageRows(work, 'rates', 42)).rejects.toMatchObject(told);
    }));
});

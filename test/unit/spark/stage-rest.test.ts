import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Encoding } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { EtlError } from '../../../src/errors.js';
import { MemoryGovernor } from '../../../src/pipeline/memory.js';
import { scriptOf } from '../../../src/spark/script-of.js';
import { stageCopies } from '../../../src/spark/stage-copies.js';
import { stageRest } from '../../../src/spark/stage-rest.js';
import type { Work } from '../../../src/spark/work.js';
import { corruptPage, corruptPages } from '../../faults/support/corrupt.js';
import { type MadeInput, makeInput } from '../../faults/support/input.js';
import type { InputValue } from '../../model/input-value.js';
import { withFolder } from '../../support/load-pair.js';
import { makeRun } from '../../support/make-run.js';
import { MemoryFiles } from './memory-files.js';

const groupRows = 60;
const groups = 6;
const address = 'hdfs://lake/scratch';

const said = (message: string, trace = message) =>
  new EtlError('output', `Spark cannot do it: ${message}`, {
    step: 'running Spark',
    cause: new Error(trace),
  });
const noText = said('[INVALID_UTF8_STRING] Invalid UTF8 byte sequence found in string: \\xE9.');
const unread = (path: string) =>
  said(`[FAILED_READ_FILE.NO_HINT] Encountered error while reading file file://${path}. SQLSTATE: KD001`);

/** What a work is, but for what a test is about. */
interface Faked {
  /** Row groups of the one file of rates that are damaged. */
  readonly damaged?: readonly number[];
  /** How many files of rates there are; what is said of one is of the first. */
  readonly rateFiles?: number;
  /** Writes that file in another way. */
  readonly rewrite?: (path: string, input: MadeInput) => void;
  readonly change?: (work: Work) => Work;
  /** Is told of each statement, and may throw. */
  readonly beforeEach?: (sql: string) => void;
}

/** Works without Spark on what is left of a damaged source after a failure, in a folder of its own. */
async function inWork(
  { damaged = [], rateFiles = 1, rewrite = () => {}, change = (work) => work, beforeEach = () => {} }: Faked,
  body: (stage: (thrown: unknown) => ReturnType<typeof stageRest>, facts: Facts) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const input = await makeInput(join(folder, 'in'), {
      ...{ payer: 'one', rateFiles, rowsPerFile: groups * groupRows, rowGroupSize: groupRows },
    });
    const [path = '', next = ''] = input.files.rates.map((name) => join(input.folder, name));
    rewrite(path, input);
    for (const group of damaged) corruptPages(path, group, 'billing_code');
    const run = await makeRun(folder, input, groupRows);
    const scratch = run.staging;
    const session = {
      run: async (sql: string) => beforeEach(sql),
      rows: async () => [{ accepted: (rateFiles * groups - damaged.length) * groupRows }],
      files: new MemoryFiles(),
      shielded: <T>(work: () => Promise<T>) => work(),
      hasEnded: false,
      onProgress: () => {},
    };
    const work = change({ run, session, scratch, script: scriptOf(run.plan, scratch) });
    const told = () => run.told.map(({ type }) => type);
    await body((thrown) => stageRest(work, 'rates', thrown), { path, next, scratch, told, work });
    expect(readdirSync(scratch)).toEqual([]);
  });
}

interface Facts {
  readonly path: string;
  /** The second file, where there is one. */
  readonly next: string;
  readonly work: Work;
  readonly scratch: string;
  readonly told: () => string[];
}

/** The same at an address. */
const away = (work: Work): Work => {
  const run = { ...work.run, plan: { ...work.run.plan, root: { address, outputs: [] } } };
  return { ...work, run, scratch: address, script: scriptOf(run.plan, address) };
};

describe('what is left of a source that Spark cannot stage', () => {
  it('is not looked for where Spark does not say that it cannot read it', () =>
    inWork({ damaged: [1] }, async (stage, { told }) => {
      for (const thrown of [
        said('a disk is full'),
        new RangeError('a bug'),
        unread('/scratch/staged.parquet'),
      ])
        await expect(stage(thrown)).rejects.toBe(thrown);
      expect(told()).toEqual([]);
    }));

  it('is all but the rows that cannot be read, copied for as long as it is staged', () => {
    const statements: string[] = [];
    let pieces: string[] = [];
    return inWork(
      {
        damaged: [1],
        beforeEach: (sql) => {
          statements.push(sql);
          const [, folder = ''] = /OPTIONS \(path 'file:\/\/(.*?)\/0_0\.parquet'/.exec(sql) ?? [];
          if (existsSync(folder)) pieces = readdirSync(folder).sort();
        },
      },
      async (stage, { path, told }) => {
        const { failures } = await stage(unread(path));
        expect(failures).toMatchObject([{ source: 'rates', file: path, first_row: 60, rows: 60 }]);
        expect(pieces).toEqual(['0_0.parquet', '0_120.parquet']);
        expect(statements.map((sql) => sql.split(' ').slice(0, 2).join(' '))).toEqual([
          ...['CREATE OR', 'CREATE OR', 'CREATE OR', 'INSERT OVERWRITE', 'CREATE OR'],
        ]);
        expect(told()).toEqual(['search-started', 'chunk-retried', 'chunk-failed']);
      },
    );
  });

  it('is nothing to be told of where all can be read, and Spark names no file', () =>
    inWork({}, async (stage, { told }) => {
      await expect(stage(noText)).rejects.toBe(noText);
      expect(told()).toEqual(['search-started']);
    }));

  it('is what the embedded engine ends with where it would', () =>
    inWork(
      {
        damaged: [1],
        change: (work) => ({
          ...work,
          run: { ...work.run, plan: { ...work.run.plan, onChunkError: 'abort' } },
        }),
      },
      async (stage, { path }) => {
        await expect(stage(noText)).rejects.toMatchObject({
          ...{ kind: 'input', message: expect.stringContaining(`${path}: rows 60-`) },
        });
      },
    ));

  it('is told of by the words of Spark where this machine cannot look, or cannot hand over what it copied', async () => {
    const memory = new MemoryGovernor(1, () => 2);
    const tooSmall = (work: Work): Work => ({ ...work, run: { ...work.run, memory } });
    await inWork({ change: tooSmall }, async (stage) => {
      await expect(stage(noText)).rejects.toMatchObject({
        ...{ kind: 'output', step: 'running Spark', cause: { kind: 'output' } },
        message: expect.stringMatching(
          /^Spark cannot do it: \[INVALID_UTF8_STRING\].*the memory limit of 1 MB/,
        ),
        hint: expect.stringContaining('--memory-limit'),
      });
    });
    const full = new EtlError('output', 'hdfs://lake: no room', { step: 'working at spark_root' });
    const files = new MemoryFiles();
    files.send = async () => {
      throw full;
    };
    const unsent = (work: Work): Work => away({ ...work, session: { ...work.session, files } });
    await inWork({ damaged: [1], change: unsent }, async (stage) => {
      await expect(stage(noText)).rejects.toMatchObject({
        ...{
          kind: 'output',
          cause: full,
          message: expect.stringMatching(/INVALID_UTF8.*hdfs:\/\/lake: no room$/),
        },
      });
    });
  });

  it('is told of with what loads it where it cannot be cut from a row group', () =>
    inWork({ rewrite: writeUncuttable }, async (stage, { path }) => {
      await expect(stage(unread(path))).rejects.toMatchObject({
        ...{ kind: 'output', exitCode: 73, step: 'running Spark' },
        message: expect.stringMatching(
          /FAILED_READ_FILE.*; nor can this machine copy what can be read: \S+: rows cannot be cut/,
        ),
        hint: expect.stringContaining('--engine embedded'),
      });
    }));

  it('is copied of another file as well that Spark names then, and this machine can read', () => {
    let nextOf = '';
    let staged = 0;
    const opened: string[] = [];
    return inWork(
      {
        damaged: [1],
        rateFiles: 2,
        beforeEach: (sql) => {
          opened.push(
            ...Array.from(sql.matchAll(/readable_rates\/(\w+)\.parquet'/g), ([, name = '']) => name),
          );
          if (!sql.startsWith('INSERT')) return;
          staged += 1;
          if (staged === 1) throw unread(nextOf);
        },
      },
      async (stage, { path, next, told }) => {
        nextOf = next;
        const { failures } = await stage(unread(path));
        expect(failures).toMatchObject([{ source: 'rates', file: path, first_row: 60, rows: 60 }]);
        expect(opened).toEqual(['0_0', '0_120', '1_0']);
        expect(told()).toEqual(['search-started', 'chunk-retried', 'chunk-failed']);
      },
    );
  });

  it('is not told of as damage where an input was replaced meanwhile', () =>
    inWork({}, async (_, { path, work }) => {
      writeFileSync(path, 'no parquet any more');
      await expect(stageCopies(work, 'rates', unread(path))).rejects.toMatchObject({
        ...{ kind: 'data', message: expect.stringContaining(`${path}: has been changed while it was read`) },
      });
    }));

  it('is told of by the input where Spark cannot read a copy either', () => {
    let staged = 0;
    let scratchOf = '';
    return inWork(
      {
        damaged: [1],
        beforeEach: (sql) => {
          if (!sql.startsWith('INSERT')) return;
          staged += 1;
          throw unread(join(scratchOf, 'readable_rates/0_120.parquet'));
        },
      },
      async (stage, { path, scratch }) => {
        scratchOf = scratch;
        await expect(stage(noText)).rejects.toMatchObject({
          ...{ kind: 'output', step: 'reading rates', cause: { step: 'running Spark' } },
          message: expect.stringMatching(
            new RegExp(`^${path}: Spark cannot read what the embedded engine can: `),
          ),
          hint: expect.stringContaining('--engine embedded'),
        });
        expect(staged).toBe(1);
      },
    );
  });
});

/**
 * Writes rates into two row groups with numbers in an encoding that is not cut. In the second a page is damaged of a column that need not be
 * read there, so that rows before and behind are copied without it, and others with it.
 */
function writeUncuttable(path: string, { rates }: MadeInput): void {
  const half = rates.length / 2;
  const rows = rates.map((row, number) => ({ ...row, version: number < half ? 'first' : 'second' }));
  const encodings = { provider_reference_id: 'DELTA_BINARY_PACKED', version: 'PLAIN' } as const;
  const encodingOf = new Map<string, Encoding>(Object.entries(encodings));
  const columnData = Object.keys(rows[0] ?? {}).map((name) => {
    const encoding = encodingOf.get(name);
    const data = rows.map((row) => new Map<string, InputValue>(Object.entries(row)).get(name));
    return { name, data, ...(encoding && { encoding }) };
  });
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: half, pageSize: 100 })));
  corruptPage(path, 1, 'version', 8);
}

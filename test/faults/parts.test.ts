import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteText } from '../support/fixture-database.js';
import { datasetIn, partsThere, queryRows } from '../support/partitioned.js';
import { corruptPages } from './support/corrupt.js';
import { isLong, timeFor } from './support/effort.js';
import { type MadeInput, makeInput } from './support/input.js';
import { type Content, contentOf, faultsSeenIn, listOf } from './support/outputs.js';
import {
  bytesOf,
  expectExit,
  expectedOf,
  expectFinished,
  expectMessage,
  inScene,
  keep,
  makeFolder,
  runUntilDone,
  type Scene,
} from './support/scene.js';

const shared = makeFolder();
let alpha: MadeInput;
let beta: MadeInput;
let gamma: MadeInput;
/** What is there once all three are loaded. */
let all: Content;

beforeAll(async () => {
  const dates = ['2025-08-01', '2025-09-01'];
  alpha = await makeInput(join(shared.path, 'alpha'), { payer: 'alpha', seed: 61, rateFiles: 2, dates });
  beta = await makeInput(join(shared.path, 'beta'), { payer: 'beta', seed: 62, rateFiles: 2 });
  gamma = await makeInput(join(shared.path, 'gamma'), { payer: 'gamma', seed: 63, rateFiles: 2 });
  all = await expectedOf(alpha, beta, gamma);
});
afterAll(() => shared.remove());

/** Runs work with alpha and gamma loaded in partitions; a part is one of alpha's. */
function afterLoads(work: (scene: Scene, part: string) => Promise<void>): Promise<void> {
  const load = async (scene: Scene) => {
    for (const payer of ['alpha', 'gamma']) await runUntilDone(scene, payer);
    const dataset = datasetIn(scene.dataRoot);
    const part = partsThere(dataset).find((path) => path.includes('alpha'));
    await work(scene, join(dataset, part ?? ''));
  };
  return inScene([alpha, beta, gamma], load, { layout: 'partitioned' });
}

/** Writes a query over the rows of a part, without those that folders tell. */
async function writeFrom(part: string, path: string, select: string): Promise<void> {
  const source = `read_parquet(${quoteText(part)}, hive_partitioning = false)`;
  const rows = join(dirname(part), '.rows');
  await queryRows(`COPY (SELECT ${select} FROM ${source}) TO ${quoteText(rows)} (FORMAT parquet)`);
  writeFileSync(path, readFileSync(rows));
  rmSync(rows);
}

interface Change {
  readonly name: string;
  /** What is said of it without `--force`. */
  readonly says: RegExp;
  readonly change: (part: string) => unknown;
}

/** What `--force` takes as it is. */
const readable: readonly Change[] = [
  { name: 'deleted', says: /\.parquet: is gone/, change: (part) => rmSync(part) },
  {
    name: 'replaced by another',
    says: /\.parquet: was changed by something else/,
    change: (part) => writeFrom(part, part, '* REPLACE (negotiated_rate + 1 AS negotiated_rate)'),
  },
  {
    name: 'added',
    says: /mine\.parquet: is not in the list of parts/,
    change: (part) =>
      writeFrom(part, join(dirname(part), 'mine.parquet'), '* REPLACE (md5(fact_uid) AS fact_uid)'),
  },
];

/** What nobody can read. */
const damaged: readonly Change[] = [
  {
    name: 'cut short',
    says: /\.parquet: was changed by something else/,
    change: (part) => truncateSync(part, Math.floor(statSync(part).size / 2)),
  },
  {
    name: 'overwritten with garbage',
    says: /\.parquet: was changed by something else/,
    change: (part) => writeFileSync(part, 'garbage'.repeat(100)),
  },
  {
    name: 'emptied',
    says: /\.parquet: was changed by something else/,
    change: (part) => writeFileSync(part, ''),
  },
  {
    name: 'damaged within a page',
    says: /\.parquet: was changed by something else/,
    change: (part) => {
      corruptPages(part, 0, 'fact_uid');
      // whoever changes a file changes its time
      writeFileSync(part, readFileSync(part));
    },
  },
];

/** Expects that commands end with exit code 65 and a message, and change nothing. */
async function expectRefused(scene: Scene, says: RegExp, ...commands: readonly (readonly string[])[]) {
  const before = bytesOf(scene);
  for (const words of commands) {
    const ended = expectExit(await scene.command(words).ended, 65);
    expectMessage(ended, says, /try: /);
    expect(bytesOf(scene)).toEqual(before);
  }
}

const load = (payer: string, ...flags: string[]) => ['--payer', payer, ...flags];

/** What nobody does on top of a part that is not as it was left. */
const others = isLong() ? [['compact'], ['migrate', '--to', 'single']] : [];

describe('a part that something else', () => {
  it.each(isLong() ? readable : readable.slice(2))(
    '$name is refused to who loads into its partition, and taken with --force',
    async ({ says, change }) => {
      await afterLoads(async (scene, part) => {
        await change(part);
        await expectRefused(scene, says, load('alpha'), ...others);
        // other partitions are no worse for it
        expectExit(await scene.run('beta'), 0);
        expectExit(await scene.run('alpha', { args: ['--force'] }), 0);
        const [byList, byFolders] = [
          await contentOf(scene.dataRoot),
          await contentOf(scene.dataRoot, 'folders'),
        ];
        expect(byList).toEqual(byFolders);
        const keys = (content: Content) =>
          new Set(content.fact_rate?.map((line) => line.slice(0, line.indexOf(','))));
        expect([...keys(all)].filter((key) => !keys(byList).has(key))).toEqual([]);
        expect(await faultsSeenIn(scene.dataRoot)).toEqual([]);
      });
    },
    timeFor(8),
  );

  it.each(isLong() ? damaged : damaged.slice(0, 1))(
    '$name is refused with --force too, until it is moved away or put back',
    async ({ says, change }) => {
      await afterLoads(async (scene, part) => {
        const restore = keep(scene);
        await change(part);
        await expectRefused(scene, says, load('alpha'), ...others);
        await expectRefused(scene, new RegExp(`${part}.*\\n.*move that file away`), load('alpha', '--force'));
        rmSync(part);
        expectExit(await scene.run('alpha', { args: ['--force'] }), 0);
        expectExit(await scene.run('beta'), 0);
        await expectFinished(scene, all);

        restore();
        expectExit(await scene.run('beta'), 0);
        await expectFinished(scene, all);
      });
    },
    timeFor(10),
  );
});

describe('the list of parts', () => {
  const changes: readonly Change[] = [
    {
      name: 'is gone',
      says: /_manifest\.json: is gone, though there are 3 partitions/,
      change: (list) => rmSync(list),
    },
    {
      name: 'was cut short',
      says: /_manifest\.json/,
      change: (list) => truncateSync(list, Math.floor(statSync(list).size / 2)),
    },
    { name: 'is empty', says: /_manifest\.json/, change: (list) => writeFileSync(list, '') },
    {
      name: 'lacks a part',
      says: /_manifest\.json: was changed by something else/,
      change: (list) => writeFileSync(list, readFileSync(list, 'utf8').replace(/^ {4}\{.*alpha.*\},\n/m, '')),
    },
  ];

  it.each(isLong() ? changes : changes.slice(0, 1))(
    'that $name is refused to all, and made anew with --force',
    async ({ says, change }) => {
      await afterLoads(async (scene) => {
        const list = listOf(scene.dataRoot);
        await change(list);
        await expectRefused(scene, says, load('alpha'), load('beta'));
        const forced = await scene.run('alpha', { args: ['--force'] });
        if (forced.exitCode !== 0) {
          // what is no list is not guessed at
          expectMessage(expectExit(forced, 65), `${list} is in the way`, /remove it and run with `--force`/);
          rmSync(list);
          expectExit(await scene.run('alpha', { args: ['--force'] }), 0);
        }
        expectExit(await scene.run('beta'), 0);
        await expectFinished(scene, all);
      });
    },
    timeFor(8),
  );
});

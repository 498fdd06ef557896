import {
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../model/load.js';
import { settingsFor } from '../model/settings.js';
import type { TableName } from '../model/tables.js';
import { quoteText, withDatabase } from '../support/fixture-database.js';
import { pathOf } from '../support/load-pair.js';
import { isLong, layoutsFor, timeFor } from './support/effort.js';
import type { Act, Call } from './support/faults.js';
import { type MadeInput, makeInput, putInput } from './support/input.js';
import { type Content, contentOf, contentOfModel, runsIn } from './support/outputs.js';
import { run } from './support/process.js';
import {
  below,
  bytesOf,
  expectExit,
  expectedOf,
  expectFinished,
  expectMessage,
  inScene,
  makeFolder,
  modelOf,
  runUntilDone,
  type Scene,
  summaryOf,
} from './support/scene.js';

const shared = makeFolder();
let alpha: MadeInput;
/** Another delivery of alpha's files. */
let anew: MadeInput;
let beta: MadeInput;
let nothing: Content;

beforeAll(async () => {
  alpha = await makeInput(join(shared.path, 'alpha'), { payer: 'alpha', seed: 31, rowGroupSize: 60 });
  anew = await makeInput(join(shared.path, 'anew'), { payer: 'alpha', seed: 32, rowsPerFile: 70 });
  beta = await makeInput(join(shared.path, 'beta'), { payer: 'beta', seed: 33 });
  nothing = await contentOf(join(shared.path, 'nothing'));
});
afterAll(() => shared.remove());

describe('an input that changes while a run reads it', () => {
  const afterFirstStage: Call = { op: ['rename'], matching: '/\\.staging/', phase: 'after' };
  // every file of rates has been read by then, and those of providers have not
  const afterRates: Call = { ...afterFirstStage, except: '\\.json$', nth: 4 };

  interface Change {
    readonly name: string;
    readonly source: 'rates' | 'providers';
    readonly part: number;
    readonly at: Call;
    readonly act: (path: string, by: string) => Act;
  }
  const changes: readonly Change[] = [
    {
      name: 'a file of rates, by another one',
      source: 'rates',
      part: 3,
      at: afterFirstStage,
      act: (path, by) => ({ kind: 'replace', path, by }),
    },
    {
      name: 'a file of rates that was read already, by one with its times',
      source: 'rates',
      part: 0,
      at: afterRates,
      act: (path, by) => ({ kind: 'replace', path, by, keepTimes: true }),
    },
    {
      name: 'a file of providers, by another one',
      source: 'providers',
      part: 1,
      at: afterFirstStage,
      act: (path, by) => ({ kind: 'replace', path, by }),
    },
    {
      name: 'a file of rates, in place',
      source: 'rates',
      part: 1,
      at: afterRates,
      act: (path, by) => ({ kind: 'overwrite', path, by }),
    },
    {
      name: 'a file that is taken away',
      source: 'rates',
      part: 3,
      at: afterFirstStage,
      act: (path) => ({ kind: 'remove', path }),
    },
  ];

  it.each(isLong() ? changes : changes.slice(0, 3))(
    'is detected, and nothing is published: $name',
    async ({ source, part, at, act }) => {
      await inScene([alpha, beta], async (scene) => {
        await runUntilDone(scene, 'beta');
        const old = bytesOf(scene);
        const name = alpha.files[source][part] ?? '';
        const faults = [
          { at, act: act(join(scene.inputFolder, name), join(anew.folder, anew.files[source][part] ?? '')) },
        ];
        const ended = await scene.run('alpha', { faults: below(scene, { faults }) });
        expectExit(ended, 65, ...(existsSync(join(scene.inputFolder, name)) ? [] : [66]));
        expectMessage(ended, name);
        expect(bytesOf(scene)).toEqual(old);
        expect(runsIn(scene.dataRoot)).toHaveLength(1);
        putInput(anew, scene.inputFolder);
        await runUntilDone(scene, 'alpha');
        await expectFinished(scene, await expectedOf(beta, anew));
      });
    },
    timeFor(4),
  );

  it(
    'or between a run that was killed and the next discards what was staged',
    async () => {
      await inScene([alpha], async (scene) => {
        const faults = [{ at: { ...afterFirstStage, nth: 3 }, act: { kind: 'kill' } as const }];
        expectExit(
          { ...(await scene.run('alpha', { faults: below(scene, { faults }) })), signal: null },
          null,
        );
        putInput(anew, scene.inputFolder);
        const ended = expectExit(await scene.run('alpha'), 0);
        expect(summaryOf(ended).resumed_chunks ?? 0).toBe(0);
        expect(ended.stderr).toMatch(/stag/i);
        await expectFinished(scene, await expectedOf(anew));
      });
    },
    timeFor(3),
  );
});

/** Writes a query over an output in its place. */
async function rewrite(scene: Scene, name: TableName, query: (source: string) => string): Promise<void> {
  const path = pathOf(scene.dataRoot, name);
  await withDatabase(async (connection) => {
    await connection.run(`CREATE TABLE rows AS ${query(`read_parquet(${quoteText(path)})`)}`);
    await connection.run(`COPY rows TO ${quoteText(path)} (FORMAT parquet, CODEC 'zstd')`);
  });
}

interface Tampering {
  readonly name: string;
  readonly table: TableName;
  /** Whether `--force` may take the file as it is. */
  readonly isReadable: boolean;
  readonly tamper: (scene: Scene, path: string) => unknown;
}

const tamperings: readonly Tampering[] = [
  {
    name: 'a fact was deleted',
    table: 'fact_rate',
    isReadable: true,
    tamper: (scene) => rewrite(scene, 'fact_rate', (source) => `FROM ${source} OFFSET 1`),
  },
  {
    name: 'garbage lies in the place of a dimension',
    table: 'dim_code',
    isReadable: false,
    tamper: (_, path) => writeFileSync(path, 'garbage'.repeat(100)),
  },
  {
    name: 'a dimension is gone',
    table: 'dim_provider_group',
    isReadable: true,
    tamper: (_, path) => rmSync(path),
  },
  {
    name: 'the facts were cut short',
    table: 'fact_rate',
    isReadable: false,
    tamper: (_, path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  },
  {
    name: 'a file of another make lies in the place of a reference',
    table: 'xref_pg_npi',
    isReadable: false,
    tamper: (scene) => rewrite(scene, 'xref_pg_npi', () => `SELECT 'a' AS b`),
  },
  {
    name: 'a group was deleted',
    table: 'dim_provider_group',
    isReadable: true,
    tamper: (scene) => rewrite(scene, 'dim_provider_group', (source) => `FROM ${source} OFFSET 3`),
  },
  {
    name: 'a rate was changed',
    table: 'fact_rate',
    isReadable: true,
    tamper: (scene) =>
      rewrite(
        scene,
        'fact_rate',
        (source) => `SELECT * REPLACE (negotiated_rate + 0 AS negotiated_rate) FROM ${source}`,
      ),
  },
  {
    name: 'an empty file lies in the place of a reference',
    table: 'xref_pg_tin',
    isReadable: false,
    tamper: (_, path) => writeFileSync(path, ''),
  },
];

/** Parts of facts, which concern only who loads into their partition, are in `parts.test.ts`. */
const ofTables = tamperings.filter(({ table }) => table !== 'fact_rate');
const tampered = [
  ...(isLong() ? tamperings : tamperings.slice(0, 3)).map((one) => ({ ...one, layout: 'single' as const })),
  ...(isLong() ? ofTables : ofTables.slice(1, 2)).map((one) => ({ ...one, layout: 'partitioned' as const })),
];

describe('outputs that were changed by hand', () => {
  it.each(tampered)(
    'are refused, whoever runs next, with the way out, facts $layout: $name',
    async ({ layout, table, isReadable, tamper }) => {
      const load = async (scene: Scene) => {
        await runUntilDone(scene, 'alpha');
        const path = pathOf(scene.dataRoot, table);
        await tamper(scene, path);
        const tampered = bytesOf(scene);
        for (const payer of ['alpha', 'beta']) {
          const ended = expectExit(await scene.run(payer), 65);
          expectMessage(ended, path, isReadable ? /--force/ : /try: /);
          expect(bytesOf(scene)).toEqual(tampered);
        }
        expect(runsIn(scene.dataRoot)).toHaveLength(1);
        if (!isReadable) {
          const forced = expectExit(await scene.run('alpha', { args: ['--force'] }), 65);
          expectMessage(forced, path, /try: /);
          expect(bytesOf(scene)).toEqual(tampered);
          rmSync(path);
        }
        // what the payer's own files tell is put back by loading them again
        expectExit(await scene.run('alpha', { args: ['--force'] }), 0);
        expectExit(await scene.run('beta'), 0);
        await expectFinished(scene, await expectedOf(alpha, beta));
      };
      await inScene([alpha, beta], load, { layout });
    },
    timeFor(7),
  );

  it(
    'by one byte within a page are refused, and a backup put in their place is not',
    async () => {
      await inScene([alpha, beta], async (scene) => {
        await runUntilDone(scene, 'alpha');
        const path = pathOf(scene.dataRoot, 'fact_rate');
        const good = readFileSync(path);
        const bad = Buffer.from(good);
        // behind the mark of the file, far from its footer
        bad.writeUInt8(bad.readUInt8(100) ^ 1, 100);
        writeFileSync(path, bad);
        for (const payer of ['alpha', 'beta']) {
          const ended = expectExit(await scene.run(payer), 65);
          expectMessage(ended, path, /other bytes/, /--force/);
          expect(readFileSync(path).equals(bad)).toBe(true);
        }
        writeFileSync(path, good);
        expectExit(await scene.run('beta'), 0);
        await expectFinished(scene, await expectedOf(alpha, beta));
      });
    },
    timeFor(5),
  );

  it.each(layoutsFor({ quick: 'partitioned' }))(
    'by taking them all away are a new beginning, which a run says nothing against, facts %s',
    async (layout) => {
      const load = async (scene: Scene) => {
        await runUntilDone(scene, 'alpha');
        for (const folder of ['dims', 'xrefs', 'gold'])
          rmSync(join(scene.dataRoot, folder), { recursive: true });
        expect(await contentOf(scene.dataRoot)).toEqual(nothing);
        expectExit(await scene.run('alpha'), 0);
        await expectFinished(scene, await expectedOf(alpha));
      };
      await inScene([alpha], load, { layout });
    },
    timeFor(3),
  );
});

describe('a clock that is set back', () => {
  it.each(layoutsFor({ quick: 'partitioned' }))(
    'makes no load look done that another one undid, and history lists every run, facts %s',
    async (layout) => {
      const load = async (scene: Scene) => {
        const day = 24 * 60 * 60 * 1_000;
        const replace = (days: number) =>
          scene.run('alpha', {
            args: ['--mode', 'replace'],
            faults: below(scene, { clockMs: -days * day }),
          });
        const settings = settingsFor('GA', { mode: 'replace' });
        expectExit(await replace(0), 0);
        const keep = [...alpha.files.rates, ...alpha.files.providers].map((name) => {
          const { atime, mtime } = statSync(join(scene.inputFolder, name));
          copyFileSync(join(scene.inputFolder, name), join(scene.folder, name));
          return { name, atime, mtime };
        });
        const first = modelOf([alpha], { mode: 'replace' });

        putInput(anew, scene.inputFolder);
        expectExit(await replace(40), 0);
        const second = loadModel(first, anew, settings).tables;
        expect(await contentOf(scene.dataRoot)).toEqual(await contentOfModel(second));
        expect(summaryOf(expectExit(await replace(41), 0)).status).toBe('unchanged');

        // the files of the first load, with the times that they had
        for (const { name, atime, mtime } of keep) {
          copyFileSync(join(scene.folder, name), join(scene.inputFolder, name));
          utimesSync(join(scene.inputFolder, name), atime, mtime);
        }
        expect(summaryOf(expectExit(await replace(80), 0)).status).toBe('published');
        const third = loadModel(second, alpha, settings).tables;
        await expectFinished(scene, await contentOfModel(third));

        const runs = runsIn(scene.dataRoot).map((name) => name.replace('.json', ''));
        expect(runs).toHaveLength(3);
        const environment = { ETL1_DATA_ROOT: scene.dataRoot };
        const listed = expectExit(await run(['runs'], { cwd: scene.folder, environment }), 0);
        for (const id of runs) expect(listed.stdout).toContain(id);
        const shown = expectExit(await run(['runs', runs[0] ?? ''], { cwd: scene.folder, environment }), 0);
        expect(shown.stdout).toContain(runs[0]);
      };
      await inScene([alpha], load, { layout });
    },
    timeFor(7),
  );
});

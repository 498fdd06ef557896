import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corruptPages } from './support/corrupt.js';
import { layoutsFor, timeFor } from './support/effort.js';
import { type MadeInput, makeInput } from './support/input.js';
import { type Content, contentOf, contentOfModel, faultsSeenIn, runsIn } from './support/outputs.js';
import type { Ended } from './support/process.js';
import {
  bytesOf,
  expectExit,
  expectedOf,
  expectFinished,
  expectMessage,
  inScene,
  makeFolder,
  manifestsOf,
  modelOf,
  runUntilDone,
  type Scene,
  summaryOf,
} from './support/scene.js';

const shared = makeFolder();
/** One file of four row groups, each a chunk; and four files. */
let grouped: MadeInput;
let plain: MadeInput;
let several: MadeInput;
let nothing: Content;

const groupRows = 60;

beforeAll(async () => {
  const oneFile = { rateFiles: 1, rowsPerFile: 4 * groupRows, rowGroupSize: groupRows };
  grouped = await makeInput(join(shared.path, 'grouped'), { payer: 'grouped', seed: 5, ...oneFile });
  plain = await makeInput(join(shared.path, 'plain'), { payer: 'plain', seed: 6, rejects: true, ...oneFile });
  several = await makeInput(join(shared.path, 'several'), { payer: 'several', seed: 7 });
  nothing = await contentOf(join(shared.path, 'nothing'));
});
afterAll(() => shared.remove());

const environment = { ETL1_CHUNK_SIZE: String(groupRows) };

/** What the contract makes of an input without some of its rates. */
function expectedWithout(input: MadeInput, first: number, rows: number): Promise<Content> {
  const rates = input.rates.filter((_, row) => row < first || row >= first + rows);
  return contentOfModel(modelOf([{ ...input, rates }]));
}

/** Which rows of which files a run left out; neighbours are one. */
function leftOut(ended: Ended): { file: string; firstRow: number; rows: number }[] {
  const failed = (summaryOf(ended).failed_chunks ?? []).map((chunk) => ({
    file: basename(chunk.file),
    firstRow: chunk.first_row,
    rows: chunk.rows,
  }));
  const merged: { file: string; firstRow: number; rows: number }[] = [];
  for (const chunk of failed.sort((one, other) => one.firstRow - other.firstRow)) {
    const last = merged.at(-1);
    if (last?.file === chunk.file && last.firstRow + last.rows === chunk.firstRow) last.rows += chunk.rows;
    else merged.push(chunk);
  }
  return merged;
}

/** The chunks of rates that a run worked on, as its progress names them. */
function triedRates({ stderr }: Ended): { first: number; end: number }[] {
  const lines = stderr.matchAll(/^(?:Processing rates chunk \S+ \(|Trying rates )rows ([\d,]+)-([\d,]+)/gm);
  const numberOf = (text = '') => Number(text.replaceAll(',', ''));
  return [...lines].map(([, first, end]) => ({ first: numberOf(first), end: numberOf(end) }));
}

/** Expects that a run has published all but some rows, and says which. */
function expectSkipped(ended: Ended, scene: Scene, file: string, firstRow: number, rows: number): void {
  expectExit(ended, 3);
  expectMessage(ended, file, new RegExp(firstRow.toLocaleString('en-US')));
  const summary = summaryOf(ended);
  expect(summary.status).toBe('published');
  expect(leftOut(ended)).toEqual([{ file, firstRow, rows }]);
  for (const { source, reason } of summary.failed_chunks ?? []) {
    expect(source).toBe('rates');
    expect(reason).not.toBe('');
  }
  const manifest = manifestsOf(scene).find(({ run_id: run }) => run === summary.run_id);
  expect(JSON.stringify(manifest)).toContain(JSON.stringify(summary.failed_chunks));
}

describe('a chunk that cannot be read', () => {
  it.each(['codes', 'rows'])(
    'is left out and named, tried again by the same command, and loaded once it can be, staged as %s',
    async (way) => {
      const input = way === 'codes' ? grouped : plain;
      const [file = ''] = input.files.rates;
      await inScene([input], async (scene) => {
        const mend = corruptPages(join(scene.inputFolder, file), 2, 'billing_code');
        const without = await expectedWithout(input, 2 * groupRows, groupRows);

        const first = await scene.run(input.payer, { environment });
        expectSkipped(first, scene, file, 2 * groupRows, groupRows);
        expect(await contentOf(scene.dataRoot)).toEqual(without);
        expect(await faultsSeenIn(scene.dataRoot)).toEqual([]);

        const again = await scene.run(input.payer, { environment });
        expectSkipped(again, scene, file, 2 * groupRows, groupRows);
        expect(triedRates(again)).not.toEqual([]);
        for (const { first: from, end } of triedRates(again)) {
          expect(from).toBeGreaterThanOrEqual(2 * groupRows);
          expect(end).toBeLessThanOrEqual(3 * groupRows);
        }
        expect(await contentOf(scene.dataRoot)).toEqual(without);

        mend();
        const mended = await scene.run(input.payer, { environment });
        expectExit(mended, 0);
        for (const { first: from } of triedRates(mended)) expect(from).toBeGreaterThanOrEqual(2 * groupRows);
        await expectFinished(scene, await expectedOf(input));
        const unchanged = expectExit(await scene.run(input.payer, { environment }), 0);
        expect(summaryOf(unchanged).status).toBe('unchanged');
      });
    },
    timeFor(6),
  );

  it(
    'is loaded from a file that was written anew',
    async () => {
      const [file = ''] = grouped.files.rates;
      await inScene([grouped], async (scene) => {
        const mend = corruptPages(join(scene.inputFolder, file), 0, 'negotiated_rate');
        const first = await scene.run(grouped.payer, { environment });
        expectSkipped(first, scene, file, 0, groupRows);
        expect(await contentOf(scene.dataRoot)).toEqual(await expectedWithout(grouped, 0, groupRows));
        mend({ keepTimes: false });
        expectExit(await scene.run(grouped.payer, { environment }), 0);
        await expectFinished(scene, await expectedOf(grouped));
      });
    },
    timeFor(4),
  );

  it(
    'takes no other file along',
    async () => {
      const file = several.files.rates[1] ?? '';
      await inScene([several], async (scene) => {
        const mend = corruptPages(join(scene.inputFolder, file), 0, 'service_codes');
        const first = await scene.run(several.payer);
        expectSkipped(first, scene, file, 0, groupRows);
        expect(await contentOf(scene.dataRoot)).toEqual(await expectedWithout(several, groupRows, groupRows));
        mend();
        expectExit(await scene.run(several.payer), 0);
        await expectFinished(scene, await expectedOf(several));
      });
    },
    timeFor(4),
  );

  it(
    'of providers leaves the facts complete',
    async () => {
      const file = several.files.providers[1] ?? '';
      await inScene([several], async (scene) => {
        const mend = corruptPages(join(scene.inputFolder, file), 0, 'npi');
        const first = expectExit(await scene.run(several.payer), 3);
        expect(summaryOf(first).failed_chunks).toMatchObject([
          { source: 'providers', first_row: 0, rows: 60 },
        ]);
        const half = { ...several, providers: several.providers.slice(0, 60) };
        expect(await contentOf(scene.dataRoot)).toEqual(await expectedOf(half));
        mend();
        expectExit(await scene.run(several.payer), 0);
        await expectFinished(scene, await expectedOf(several));
      });
    },
    timeFor(4),
  );

  it.each(layoutsFor({ quick: 'partitioned' }))(
    'loses no fact to a replacing load that is finished later, facts %s',
    async (layout) => {
      const [file = ''] = grouped.files.rates;
      const args = ['--mode', 'replace'];
      const load = async (scene: Scene) => {
        await runUntilDone(scene, several.payer);
        const mend = corruptPages(join(scene.inputFolder, file), 1, 'billing_code');
        const rates = grouped.rates.filter((_, row) => row < groupRows || row >= 2 * groupRows);
        const without = await expectedOf(several, { ...grouped, rates });
        for (let time = 0; time < 2; time += 1) {
          expectSkipped(
            await scene.run(grouped.payer, { args, environment }),
            scene,
            file,
            groupRows,
            groupRows,
          );
          expect(await contentOf(scene.dataRoot)).toEqual(without);
        }
        mend();
        expectExit(await scene.run(grouped.payer, { args, environment }), 0);
        await expectFinished(scene, await expectedOf(several, grouped));
      };
      await inScene([grouped, several], load, { layout });
    },
    timeFor(6),
  );

  it(
    'stops the run before it publishes, where that is asked for',
    async () => {
      const [file = ''] = grouped.files.rates;
      await inScene([grouped, several], async (scene) => {
        await runUntilDone(scene, several.payer);
        const before = bytesOf(scene);
        const mend = corruptPages(join(scene.inputFolder, file), 2, 'billing_code');
        const abort = { ...environment, ETL1_ON_CHUNK_ERROR: 'abort' };
        const ended = expectExit(await scene.run(grouped.payer, { environment: abort }), 65, 66);
        expectMessage(ended, file);
        expect(bytesOf(scene)).toEqual(before);
        expect(runsIn(scene.dataRoot)).toHaveLength(1);
        mend();
        expectExit(await scene.run(grouped.payer, { environment: abort }), 0);
        await expectFinished(scene, await expectedOf(several, grouped));
      });
    },
    timeFor(5),
  );

  it(
    'publishes nothing where nothing of the rates can be read',
    async () => {
      const [file = ''] = grouped.files.rates;
      await inScene([grouped], async (scene) => {
        for (const group of [0, 1, 2, 3]) corruptPages(join(scene.inputFolder, file), group, 'billing_code');
        const ended = expectExit(await scene.run(grouped.payer, { environment }), 66);
        expectMessage(ended, file);
        expect(await contentOf(scene.dataRoot)).toEqual(nothing);
        expect(runsIn(scene.dataRoot)).toEqual([]);
      });
    },
    timeFor(2),
  );
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputRow } from '../model/input-value.js';
import type { Layout } from '../support/fixture.js';
import { countTo, inTurns, roundsOf, seedOf, timeFor } from './support/effort.js';
import { writeHadoopLz4 } from './support/hadoop-lz4.js';
import { type MadeInput, makeInput, putInput } from './support/input.js';
import { flipInFooter, mutate, mutationNames } from './support/mutate.js';
import { type Content, contentOf, faultsSeenIn } from './support/outputs.js';
import type { Ended } from './support/process.js';
import { randomFrom } from './support/random.js';
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
/** The same payer's input in several codecs and layouts. */
let goods: readonly MadeInput[];
/** The same rows in each codec that a footer is damaged in. */
let flipped: ReadonlyMap<string, MadeInput>;
let beta: MadeInput;
let before: Content;

beforeAll(async () => {
  const codecs = ['zstd', 'snappy', 'gzip', 'brotli', 'lz4', 'uncompressed'] as const;
  goods = await Promise.all(
    codecs.map((codec, index) =>
      makeInput(join(shared.path, codec), {
        payer: 'alpha',
        seed: 40 + index,
        rateFiles: 1,
        rowsPerFile: 48,
        codec,
        rejects: index % 2 === 0,
        ...(index % 3 === 0 ? {} : { rowGroupSize: 16 }),
      }),
    ),
  );
  flipped = await makeFlipped();
  beta = await makeInput(join(shared.path, 'beta'), { payer: 'beta', seed: 46, rateFiles: 1 });
  before = await expectedOf(beta);
});
afterAll(() => shared.remove());

const byWriters = ['snappy', 'zstd', 'lz4'] as const;
const hadoopLz4 = 'LZ4 as Hadoop has it';
const flippedCodecs = [...byWriters, hadoopLz4];

async function makeFlipped(): Promise<ReadonlyMap<string, MadeInput>> {
  const options = { payer: 'alpha', seed: 47, rateFiles: 1, rowsPerFile: 48 };
  const make = (codec: Layout['codec'], more = {}) =>
    makeInput(join(shared.path, `flipped-${codec}`), { ...options, codec, ...more });
  const made = new Map<string, MadeInput>();
  for (const codec of byWriters) made.set(codec, await make(codec, { rowGroupSize: 16 }));
  const plain = await make('uncompressed');
  for (const name of plain.files.rates)
    await writeHadoopLz4(join(plain.folder, name), join(plain.folder, name));
  return made.set(hadoopLz4, { ...plain, rates: plain.rates.map(withTextCodes) });
}

/** A row whose list of service codes is one text. */
function withTextCodes(row: InputRow): InputRow {
  const codes = row['service_codes'];
  return { ...row, service_codes: Array.isArray(codes) ? codes.join(',') : (codes ?? null) };
}

/** MiB that a run on some kilobytes may take, however absurd the numbers in them are. */
const mostMb = 900;
const mostSeconds = 45;

/** Damages a file of alpha's input; tells which and how. */
function damage(scene: Scene, seed: number, round: number): { input: MadeInput; what: string } {
  const random = randomFrom(seed + round);
  const input = random.pick(goods);
  putInput(input, scene.inputFolder);
  const source = random.below(4) === 0 ? 'providers' : 'rates';
  const name = random.pick(input.files[source]);
  // each way has its turn
  const way = mutationNames[round % mutationNames.length] ?? '';
  const file = join(scene.inputFolder, name);
  const stranger = random.pick(goods);
  const others = [...stranger.files.rates, ...stranger.files.providers];
  const other = readFileSync(join(stranger.folder, random.pick(others)));
  writeFileSync(file, mutate(way, readFileSync(file), random, other));
  return { input, what: `${way} of ${name}` };
}

/** Rows of beta are there as they were, whatever else was loaded. */
async function expectBetaKept(scene: Scene): Promise<void> {
  expect(await faultsSeenIn(scene.dataRoot)).toEqual([]);
  const facts = new Set((await contentOf(scene.dataRoot)).fact_rate);
  expect((before.fact_rate ?? []).filter((line) => !facts.has(line))).toEqual([]);
}

describe('a damaged parquet file', () => {
  const rounds = roundsOf({ quick: 36, long: 510 });
  it(
    `in ${rounds} ways is refused with a message, or its readable part is loaded; nothing else changes`,
    async () => {
      const seed = seedOf('damaged parquet');
      await inScene([beta], (one) =>
        inScene([beta], async (other) => {
          const places = await Promise.all(
            [one, other].map(async (scene) => {
              await runUntilDone(scene, 'beta');
              return { scene, restore: keep(scene), old: bytesOf(scene) };
            }),
          );
          await inTurns(countTo(rounds), places.length, async (round, lane) => {
            const place = places[lane];
            if (!place) throw new RangeError(`no scene ${lane}`);
            const { scene, restore, old } = place;
            const { input, what } = damage(scene, seed, round);
            const args = ['--memory-limit', '512'];
            let ended: Ended | undefined;
            try {
              ended = await scene.run('alpha', { args, timeoutSeconds: mostSeconds });
              expectExit(ended, 0, 3, 65, 66, 73);
              expect(ended.peakMb).toBeLessThan(mostMb);
              if (ended.exitCode !== 0) expectMessage(ended);
              if (ended.exitCode === 0 || ended.exitCode === 3) await expectBetaKept(scene);
              else expect(bytesOf(scene)).toEqual(old);
            } catch (thrown) {
              restore();
              const end = `${ended?.signal ?? ended?.exitCode}: ${ended?.stderr}`;
              throw new Error(`${what}: ${end}`, { cause: thrown });
            }
            if (ended?.exitCode === 0 || ended?.exitCode === 3) return restore();
            if (round % 12 !== 0) return;
            putInput(input, scene.inputFolder);
            await runUntilDone(scene, 'alpha', { args });
            await expectFinished(scene, await expectedOf(beta, input));
            restore();
          });
        }),
      );
    },
    timeFor(rounds * 2),
  );
});

describe('a footer of which one bit is wrong', () => {
  const rounds = roundsOf({ quick: 6, long: 60 });
  it.each(flippedCodecs)(
    `in ${rounds} places, in %s, is refused, or what it says is loaded as if it were right`,
    async (codec) => {
      const seed = seedOf(`footers, ${codec}`);
      const input = flipped.get(codec);
      if (!input) throw new RangeError(codec);
      const after = await expectedOf(input);
      await inTurns(countTo(rounds), 2, (round) =>
        inScene([input], async (scene) => {
          const [name = ''] = input.files.rates;
          const file = join(scene.inputFolder, name);
          const good = readFileSync(file);
          // the first is to show that the file can be read at all
          const { bytes, what } =
            round === 0 ? { bytes: good, what: 'nothing' } : flipInFooter(good, randomFrom(seed + round));
          writeFileSync(file, bytes);
          const ended = await scene.run('alpha', { timeoutSeconds: mostSeconds });
          const told = () => `${what}: ${ended.signal ?? ended.exitCode}: ${ended.stderr}`;
          expect(round === 0 ? [0] : [0, 3, 65, 66], told()).toContain(ended.exitCode);
          if (ended.exitCode === 0) expect(await contentOf(scene.dataRoot), told()).toEqual(after);
          else expectMessage(ended);
        }),
      );
    },
    timeFor(rounds),
  );
});

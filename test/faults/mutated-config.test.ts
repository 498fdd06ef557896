import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, normalize, parse } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { countTo, inTurns, roundsOf, seedOf, timeFor } from './support/effort.js';
import { type MadeInput, makeInput } from './support/input.js';
import { mutateYaml, yamlMutationNames } from './support/mutate-yaml.js';
import type { Content } from './support/outputs.js';
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
let alpha: MadeInput;
let content: Content;

beforeAll(async () => {
  alpha = await makeInput(join(shared.path, 'alpha'), {
    payer: 'alpha',
    seed: 50,
    rateFiles: 1,
    rowsPerFile: 30,
  });
  content = await expectedOf(alpha);
});
afterAll(() => shared.remove());

const mostSeconds = 20;
const mostMb = 900;

/** Everything that lies outside of where a run may write. */
function outsideOf({ folder }: Scene, yaml: Buffer): string[] {
  const allowed = ['data', 'input', 'config', 'logs', ...logFilesOf(yaml)];
  return readdirSync(folder).filter((name) => !allowed.includes(name));
}

/** Where a configuration wants its log files, as names in the folder that runs start in. */
function logFilesOf(yaml: Buffer): string[] {
  try {
    const { log_file: file } = z.object({ log_file: z.string() }).parse(load(yaml.toString('utf8')));
    const { dir, name, ext } = parse(normalize(file));
    return dir === '' ? [file, `${name}.error${ext}`, `${name}.perf${ext}`] : dir.split('/').slice(0, 1);
  } catch {
    return [];
  }
}

describe('a configuration that went wrong', () => {
  const rounds = roundsOf({ quick: 30, long: 220 });
  it(
    `in ${rounds} ways is refused with a message, or serves; nothing else changes`,
    async () => {
      const seed = seedOf('configurations that went wrong');
      await inScene([alpha], (one) =>
        inScene([alpha], async (other) => {
          const places = await Promise.all(
            [one, other].map(async (scene) => {
              await runUntilDone(scene, 'alpha');
              mkdirSync(join(scene.folder, 'config'));
              return { scene, restore: keep(scene), old: bytesOf(scene) };
            }),
          );
          await inTurns(countTo(rounds), places.length, async (round, lane) => {
            const place = places[lane];
            if (!place) throw new RangeError(`no scene ${lane}`);
            const { scene, restore, old } = place;
            const random = randomFrom(seed + round);
            const way = yamlMutationNames[round % yamlMutationNames.length] ?? '';
            const yaml = mutateYaml(way, random);
            writeFileSync(join(scene.folder, 'config/etl1.yaml'), yaml);
            let ended: Ended | undefined;
            try {
              ended = await scene.run('alpha', { timeoutSeconds: mostSeconds });
              expectExit(ended, 0, 64, 65, 66, 73, 78);
              expect(ended.peakMb).toBeLessThan(mostMb);
              expect(outsideOf(scene, yaml)).toEqual([]);
              if (ended.exitCode !== 0) {
                expectMessage(ended, /try: /);
                expect(ended.stderr.length).toBeLessThan(20_000);
                expect(bytesOf(scene)).toEqual(old);
              }
            } catch (thrown) {
              const shown = `${way}: ${JSON.stringify(yaml.toString('latin1').slice(0, 500))}`;
              const said = ended?.stderr.slice(0, 1_000);
              throw new Error(`${shown}: ${ended?.signal ?? ended?.exitCode}: ${said}`, { cause: thrown });
            } finally {
              if (ended?.exitCode === 0) restore();
            }
          });
          for (const { scene, restore } of places) {
            restore();
            await runUntilDone(scene, 'alpha', { args: ['--force'] });
            await expectFinished(scene, content);
          }
        }),
      );
    },
    timeFor(rounds * 2),
  );
});

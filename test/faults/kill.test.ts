import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FactLayout, factLayouts } from '../../src/tables/partitions.js';
import { countTo, inTurns, isLong, layoutsFor, roundsOf, seedOf, timeFor } from './support/effort.js';
import type { Call, Fault } from './support/faults.js';
import { type MadeInput, makeInput } from './support/input.js';
import { type Content, contentOf, faultsSeenIn, runsIn } from './support/outputs.js';
import type { Ended } from './support/process.js';
import { randomFrom } from './support/random.js';
import {
  below,
  callsIn,
  expectExit,
  expectedOf,
  expectFinished,
  expectOldOrNew,
  inScene,
  keep,
  makeFolder,
  runUntilDone,
  type Scene,
} from './support/scene.js';

const shared = makeFolder();
let alpha: MadeInput;
let beta: MadeInput;
/** What the outputs hold with nothing in them, with alpha, with beta, and with both. */
let contents: { nothing: Content; alpha: Content; beta: Content; both: Content };

beforeAll(async () => {
  // one is staged as codes, the other row by row
  const dates = ['2025-08-01', '2025-09-01', null];
  alpha = await makeInput(join(shared.path, 'alpha'), { payer: 'alpha', seed: 1, rowGroupSize: 60, dates });
  beta = await makeInput(join(shared.path, 'beta'), { payer: 'beta', seed: 2, rejects: true });
  contents = {
    nothing: await contentOf(join(shared.path, 'nothing')),
    alpha: await expectedOf(alpha),
    beta: await expectedOf(beta),
    both: await expectedOf(alpha, beta),
  };
});
afterAll(() => shared.remove());

/** Two data roots with both inputs, one of them with beta loaded; gives what brings either back as it is now. */
async function inBothScenes(
  layout: FactLayout,
  work: (places: readonly Place[]) => Promise<void>,
): Promise<void> {
  const inputs = [alpha, beta];
  const inEmpty = async (empty: Scene, filled: Scene) => {
    await runUntilDone(filled, 'beta');
    await work([
      { scene: empty, restore: keep(empty), before: contents.nothing, after: contents.alpha },
      { scene: filled, restore: keep(filled), before: contents.beta, after: contents.both },
    ]);
  };
  await inScene(inputs, (empty) => inScene(inputs, (filled) => inEmpty(empty, filled), { layout }), {
    layout,
  });
}

interface Place {
  readonly scene: Scene;
  readonly restore: () => void;
  /** The content before alpha is loaded, and after. */
  readonly before: Content;
  readonly after: Content;
}

/** Runs alpha and makes sure that it was killed, or had ended before that. */
async function runToBeKilled(scene: Scene, faults: readonly Fault[]): Promise<Ended> {
  const ended = await scene.run('alpha', { faults: below(scene, { faults }) });
  return ended.signal === 'SIGKILL' ? ended : expectExit(ended, 0);
}

/** Finishes the work: by the same command, at times after another payer had its turn. */
async function finish({ scene, before, after }: Place, otherFirst: boolean): Promise<void> {
  if (otherFirst) {
    await runUntilDone(scene, 'beta');
    expect(await faultsSeenIn(scene.dataRoot)).toEqual([]);
  }
  await runUntilDone(scene, 'alpha');
  await expectFinished(scene, otherFirst && before === contents.nothing ? contents.both : after);
  expect(runsIn(scene.dataRoot).length).toBeGreaterThan(0);
}

/** The renames of an undisturbed run by name, in their order. */
async function recordRenames({ scene, restore }: Place): Promise<string[]> {
  const log = join(scene.folder, 'calls');
  expectExit(await scene.run('alpha', { faults: below(scene, { log }) }), 0);
  const renames = callsIn(log).filter(({ op }) => op === 'rename');
  restore();
  return renames.map(({ path }) => path.slice(scene.dataRoot.length + 1).replace(/\d{8}T\d{6}Z-\w+/g, '*'));
}

/** Kills alpha at a step and finishes its work. */
async function killAt(place: Place, at: Fault['at'], otherFirst: boolean): Promise<void> {
  place.restore();
  await runToBeKilled(place.scene, [{ at, act: { kind: 'kill' } }]);
  await expectOldOrNew(place.scene, place.before, place.after);
  await finish(place, otherFirst);
}

describe.each(factLayouts)('a run that is killed, facts %s,', (layout) => {
  it('records the steps that the others kill it at, in the order of publishing', async () => {
    await inBothScenes(layout, async ([place]) => {
      if (!place) throw new RangeError('no scene');
      const renames = await recordRenames(place);
      const published = renames.filter(
        (path) => !path.startsWith('.staging/') && !path.startsWith('rejects/'),
      );
      const outputs = published.filter((path) => !/(?:^|\/)\./.test(path));
      const part = (month: string) =>
        `gold/fact_rate/state=GA/payer_slug=alpha-health/year_month=${month}/part-*-0.parquet`;
      const facts = {
        single: ['gold/fact_rate.parquet'],
        partitioned: [
          ...['2025-08', '2025-09', '__HIVE_DEFAULT_PARTITION__'].map(part),
          'gold/fact_rate/_manifest.json',
        ],
      };
      expect(outputs).toEqual([
        'dims/dim_code.parquet',
        'dims/dim_payer.parquet',
        'dims/dim_provider_group.parquet',
        'dims/dim_pos_set.parquet',
        'xrefs/xref_pg_member_npi.parquet',
        'xrefs/xref_pg_member_tin.parquet',
        ...facts[layout],
        'runs/*.json',
      ]);
      // each stage gets its name by a rename
      expect(renames.filter((path) => path.startsWith('.staging/')).length).toBeGreaterThanOrEqual(6);
    });
  });

  const kills = roundsOf({ quick: 3, long: 100 });
  it(
    `at ${kills} random moments ends with what an undisturbed one leaves`,
    async () => {
      const seed = seedOf(`killed at random moments, ${layout}`);
      await inBothScenes(layout, async (places) => {
        const durations = await Promise.all(
          places.map(async ({ scene, restore }) => {
            const { seconds } = expectExit(await scene.run('alpha'), 0);
            restore();
            return seconds * 1000;
          }),
        );
        let killed = 0;
        await inTurns(countTo(2 * kills), places.length, async (round, lane) => {
          if (killed >= kills) return;
          const place = places[lane];
          if (!place) throw new RangeError(`no scene ${lane}`);
          const random = randomFrom(seed + round);
          place.restore();
          // a run that goes on from where the one before was killed is killed as well, up to three times
          for (let resumed = 0; resumed <= round % 4; resumed += 1) {
            const running = place.scene.start('alpha');
            // nothing happens in the first tenth but the start of Node
            await sleep((0.1 + random.fraction() * 0.95) * (durations[lane] ?? 0));
            running.kill('SIGKILL');
            const ended = await running.ended;
            await expectOldOrNew(place.scene, place.before, place.after);
            if (ended.signal !== 'SIGKILL') {
              expectExit(ended, 0);
              // the machine was busier when it was measured: the next kill is to come sooner
              if (resumed === 0) durations[lane] = ended.seconds * 1000;
              break;
            }
            killed += 1;
          }
          await finish(place, random.below(4) === 0);
        });
        expect(killed).toBeGreaterThanOrEqual(kills);
      });
    },
    timeFor(kills * 4),
  );

  it(
    'at each named step ends with what an undisturbed one leaves, whoever runs next',
    async () => {
      await inBothScenes(layout, async (places) => {
        const [first] = places;
        if (!first) throw new RangeError('no scene');
        const renames = await recordRenames(first);
        const { length } = renames;
        const steps = [
          ...renames.map((name, index) => ({ name, phase: 'before' as const, nth: index + 1 })),
          ...renames.slice(-1).map((name) => ({ name, phase: 'after' as const, nth: length })),
        ];
        const isPublishing = ({ name }: { name: string }) => !name.startsWith('.staging/');
        // few in every run of the tests: before every eighth rename of an output, and after the last of all
        const chosen = isLong()
          ? steps
          : steps.filter(
              (step, index) =>
                step.phase === 'after' || (isPublishing(step) && index % 8 === (layout === 'single' ? 0 : 4)),
            );
        await inTurns(chosen, places.length, async ({ phase, nth }, lane) => {
          const place = places[lane];
          if (!place) throw new RangeError(`no scene ${lane}`);
          await killAt(place, { op: ['rename'], phase, nth }, nth % 3 === 0);
        });
      });
    },
    timeFor(isLong() ? 130 : 40),
  );
});

describe.each(layoutsFor({ quick: 'partitioned' }))('a run that is killed, facts %s,', (layout) => {
  /** Steps that are no renames. */
  const others: readonly Call[] = [
    { op: ['write', 'open', 'rename'], matching: '\\.publishing\\.json', nth: 1 },
    { op: ['rename', 'write'], matching: '\\.publishing\\.json', phase: 'after', nth: 1 },
    { op: ['remove'], matching: '\\.publishing\\.json$' },
    { op: ['remove'], matching: '\\.publishing\\.json$', phase: 'after' },
    { op: ['write', 'open'], matching: '/runs/' },
    { op: ['sync'], matching: '/\\.fact_rate\\.' },
    { op: ['remove'], matching: '/\\.staging/[^/]+$' },
    { op: ['mkdir'], matching: '/\\.staging/' },
  ];

  it(
    'before and after its journal, manifest and sweeping ends with what an undisturbed one leaves',
    async () => {
      await inBothScenes(layout, async (places) => {
        const chosen = isLong() ? others : others.slice(1, 3);
        await inTurns(chosen, places.length, async (at, lane) => {
          const place = places[lane];
          if (!place) throw new RangeError(`no scene ${lane}`);
          await killAt(place, at, at.phase === 'after');
        });
      });
    },
    timeFor(30),
  );

  const merges = roundsOf({ quick: 2, long: 8 });
  it(
    'in the middle of the merge ends with what an undisturbed one leaves',
    async () => {
      const seed = seedOf(`killed in the middle of the merge, ${layout}`);
      await inBothScenes(layout, async (places) => {
        await inTurns(countTo(merges), places.length, async (round, lane) => {
          const place = places[lane];
          if (!place) throw new RangeError(`no scene ${lane}`);
          const random = randomFrom(seed + round);
          const folder = random.pick(['dims', 'xrefs', 'gold']);
          const at = {
            appears: '^\\.(?:dim|xref|fact)_',
            folder: join(place.scene.dataRoot, folder),
            laterMs: random.below(15),
          };
          await killAt(place, at, random.below(3) === 0);
        });
      });
    },
    timeFor(merges * 3),
  );

  it(
    'while it finishes what another left half published loses neither',
    async () => {
      await inBothScenes(layout, async (places) => {
        const [empty] = places;
        if (!empty) throw new RangeError('no scene');
        const nths = isLong() ? [1, 2, 3, 4, 5, 6, 7, 8] : [2];
        await inTurns(nths, 1, async (nth) => {
          empty.restore();
          const atFacts = { op: ['rename'], matching: '/xref_pg_member_npi\\.parquet$' } as const;
          await runToBeKilled(empty.scene, [{ at: atFacts, act: { kind: 'kill' } }]);
          const faults = below(empty.scene, {
            faults: [
              { at: { op: ['rename'], except: '/\\.staging/', nth, phase: 'after' }, act: { kind: 'kill' } },
            ],
          });
          await empty.scene.run('beta', { faults });
          expect(await faultsSeenIn(empty.scene.dataRoot)).toEqual([]);
          await runUntilDone(empty.scene, 'beta');
          expect(await faultsSeenIn(empty.scene.dataRoot)).toEqual([]);
          await runUntilDone(empty.scene, 'alpha');
          await expectFinished(empty.scene, contents.both);
        });
      });
    },
    timeFor(40),
  );
});

import { join } from 'node:path';
import type { FactLayout } from '../../../src/tables/partitions.js';
import { loadModel } from '../../model/load.js';
import { settingsFor } from '../../model/settings.js';
import { type MadeInput, makeInput, putInput } from './input.js';
import { type Content, contentOfModel } from './outputs.js';
import type { Ended, Running } from './process.js';
import { inScene, keep, modelOf, type RunOptions, runUntilDone, type Scene } from './scene.js';

/** Work that puts other files of facts in the place of those that are there. */
export interface Rewriting {
  readonly name: string;
  /** How facts are kept before. */
  readonly layout: FactLayout;
  readonly words: readonly string[];
}

export const rewritings: readonly Rewriting[] = [
  { name: 'compact', layout: 'partitioned', words: ['compact'] },
  { name: 'migrate to single', layout: 'partitioned', words: ['migrate', '--to', 'single'] },
  { name: 'migrate to partitioned', layout: 'single', words: ['migrate', '--to', 'partitioned'] },
  { name: 'replace', layout: 'partitioned', words: ['--payer', 'alpha', '--mode', 'replace'] },
];

/** A data root in which some work is to be done. */
export interface Place {
  readonly scene: Scene;
  /** Brings the data root back as it was before. */
  readonly restore: () => void;
  readonly before: Content;
  readonly after: Content;
  readonly begin: (options?: RunOptions) => Running;
  readonly run: (options?: RunOptions) => Promise<Ended>;
}

/** Deliveries of a payer for three months, one of them not told, and another payer. */
export interface Deliveries {
  readonly first: MadeInput;
  readonly second: MadeInput;
  /** What replaces both. */
  readonly third: MadeInput;
  readonly beta: MadeInput;
}

export async function makeDeliveries(folder: string): Promise<Deliveries> {
  const dates = ['2025-08-01', '2025-09-01', null];
  const make = (name: string, seed: number) =>
    makeInput(join(folder, name), { payer: 'alpha', seed, dates, rateFiles: 2 });
  return {
    first: await make('first', 51),
    second: await make('second', 52),
    third: await make('third', 53),
    beta: await makeInput(join(folder, 'beta'), { payer: 'beta', seed: 54, rateFiles: 2 }),
  };
}

/** Runs work in a data root whose partitions have several parts each but one, or the same facts in one file. */
export function inPlace(
  { layout, words, name }: Rewriting,
  { first, second, third, beta }: Deliveries,
  work: (place: Place) => Promise<void>,
  { dataRoot }: { readonly dataRoot?: string } = {},
): Promise<void> {
  const load = async (scene: Scene) => {
    await runUntilDone(scene, 'alpha');
    putInput(second, scene.inputFolder);
    await runUntilDone(scene, 'alpha');
    await runUntilDone(scene, 'beta');
    putInput(third, scene.inputFolder);
    const model = modelOf([first, second, beta]);
    const before = await contentOfModel(model);
    const replaced = loadModel(model, third, settingsFor('GA', { mode: 'replace' })).tables;
    const begin = (options?: RunOptions) => scene.command(words, options);
    const run = (options?: RunOptions) => begin(options).ended;
    await work({
      scene,
      restore: keep(scene),
      before,
      after: name === 'replace' ? await contentOfModel(replaced) : before,
      begin,
      run,
    });
  };
  return inScene([first, beta], load, { layout, ...(dataRoot === undefined ? {} : { dataRoot }) });
}

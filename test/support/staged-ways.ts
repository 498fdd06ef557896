import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Observer } from '../../src/pipeline/events.js';

/** How rates were reduced: as codes of their texts, or row by row. */
export type Way = 'codes' | 'rows';

/** Watches a run and tells from its staged files how rates were reduced, window by window; one may have both ways. */
export class WayWatcher {
  readonly #staging: string;
  readonly ways: Way[] = [];

  constructor(dataRoot: string) {
    this.#staging = join(dataRoot, '.staging');
  }

  readonly observe: Observer = (event) => {
    // staged files are there until the run ends
    if (event.type === 'step-finished' && event.step === 'merge') this.ways.push(...this.#waysOfChunks());
  };

  #waysOfChunks(): Way[] {
    // one load at a time, into a folder of its own
    const [slice = ''] = readdirSync(this.#staging);
    const rates = join(this.#staging, slice, 'rates');
    const chunks = readdirSync(rates)
      .filter((name) => /^\d+$/.test(name))
      .sort();
    return chunks.flatMap((chunk) => {
      const files = readdirSync(join(rates, chunk));
      const ways = { codes: 'coded_fact.parquet', rows: 'fact.parquet' } as const;
      return (['codes', 'rows'] as const).filter((way) => files.includes(ways[way]));
    });
  }
}

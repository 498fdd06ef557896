import type { Observer, StepName } from './events.js';
import type { Run } from './run.js';

/** Counts the parts of a step, and tells how far it is. */
export class StepProgress {
  readonly #observe: Observer;
  readonly #step: StepName;
  #of: number;
  #done: number;
  #rows = 0;

  /** `done` is what an earlier run did. */
  constructor(observe: Observer, step: StepName, of: number, done = 0) {
    this.#observe = observe;
    this.#step = step;
    this.#of = of;
    this.#done = done;
    this.#tell();
  }

  /** Rows that were gone through. */
  get rows(): number {
    return this.#rows;
  }

  /** Says how many parts there are, where that is known only later. */
  expect(parts: number): void {
    this.#of = parts;
    this.#tell();
  }

  /** Says that parts are done, and how many rows they had. */
  advance(parts: number, rows: number): void {
    this.#done += parts;
    this.#rows += rows;
    this.#tell();
  }

  #tell(): void {
    this.#observe({
      type: 'progressed',
      step: this.#step,
      done: this.#done,
      of: this.#of,
      rows: this.#rows,
    });
  }
}

/** Says that a step is over, and what came of it. */
export function finishStep(
  { observe, steps, memory }: Pick<Run, 'observe' | 'steps' | 'memory'>,
  step: StepName,
  rowsIn: number,
  rowsOut: number,
): void {
  observe({ type: 'step-finished', step, rowsIn, rowsOut, seconds: steps[step], rssMb: memory.measure() });
}

import cliProgress, { type GenericBar, type MultiBar } from 'cli-progress';
import type { RunEvent, StepName } from '../pipeline/events.js';
import { type BarState, layOutBar } from './bar-line.js';
import type { LiveBar } from './notes.js';

const redrawsPerSecond = 10;
const longestBar = 40;

export interface BarOptions {
  /** What the memory that is taken is shown of. */
  readonly limitMb: number;
  readonly measureRss?: () => number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
}

/** A bar for each step of a run, one after the other, on the last line of a terminal. */
export class ProgressBar implements LiveBar {
  readonly #stream: NodeJS.WritableStream;
  readonly #options: Required<BarOptions>;
  #step: StepName | null = null;
  #bars: MultiBar | null = null;
  #bar: GenericBar | null = null;

  constructor(
    stream: NodeJS.WritableStream,
    { limitMb, measureRss = residentMb, now = () => performance.now() }: BarOptions,
  ) {
    this.#stream = stream;
    this.#options = { limitMb, measureRss, now };
  }

  observe(event: RunEvent): void {
    if (event.type === 'progressed' && event.of > 0) {
      if (this.#step !== event.step) this.#start(event);
      this.#bar?.setTotal(event.of);
      this.#bar?.update(event.done, { rows: event.rows });
    }
    if (event.type === 'step-finished' && this.#step === event.step) {
      this.#bar?.update(this.#bar.getTotal());
      this.stop();
    }
  }

  printAbove(text: string): void {
    if (!this.#bars) {
      this.#stream.write(text);
      return;
    }
    this.#bars.log(text);
    this.#bars.update();
  }

  stop(): void {
    this.#bars?.stop();
    this.#bars = null;
    this.#bar = null;
    this.#step = null;
  }

  #start({ step, done, of, rows }: Extract<RunEvent, { type: 'progressed' }>): void {
    this.stop();
    const { limitMb, measureRss, now } = this.#options;
    const started = now();
    this.#step = step;
    this.#bars = new cliProgress.MultiBar({
      stream: this.#stream,
      fps: redrawsPerSecond,
      barsize: longestBar,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      // lines that are printed above take its place
      forceRedraw: true,
      // cut by us, so that no mode of the terminal is changed: a process that is killed could not change it back
      linewrap: true,
      format: (options, { value, total, maxWidth }, payload: { rows: number }) => {
        const state: BarState = {
          ...{ step, done: value, of: total, doneBefore: done, rows: payload.rows, limitMb },
          seconds: (now() - started) / 1000,
          rssMb: measureRss(),
        };
        return layOutBar(state, maxWidth, (share, barsize) =>
          cliProgress.Format.BarFormat(share, { ...options, barsize }),
        );
      },
    });
    this.#bar = this.#bars.create(of, done, { rows });
    this.#bars.update();
  }
}

function residentMb(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

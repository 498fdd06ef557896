import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressBar } from '../../../src/cli/progress-bar.js';
import type { RunEvent, StepName } from '../../../src/pipeline/events.js';
import { screenOf } from '../../support/screen.js';

/** A terminal that keeps what it is sent. */
class FakeTerminal extends Writable {
  readonly isTTY = true;
  columns = 100;
  sent = '';
  override write(text: string): boolean {
    this.sent += text;
    return true;
  }
}

const progressed = (step: StepName, done: number, of = 1_000): RunEvent => ({
  type: 'progressed',
  step,
  done,
  of,
  rows: done,
});
const finished = (step: StepName): RunEvent => ({
  type: 'step-finished',
  step,
  rowsIn: 1_000,
  rowsOut: 1_000,
  seconds: 1,
  rssMb: 1,
});

let terminal: FakeTerminal;
let bar: ProgressBar;
let rssMb: number;

/** What the terminal shows; after it time is the real one. */
function screen(): Promise<string[]> {
  vi.useRealTimers();
  return screenOf(terminal.sent, terminal.columns);
}

beforeEach(() => {
  vi.useFakeTimers();
  terminal = new FakeTerminal();
  rssMb = 100;
  bar = new ProgressBar(terminal, { limitMb: 512, measureRss: () => rssMb, now: () => Date.now() });
});
afterEach(() => {
  bar.stop();
  vi.useRealTimers();
});

describe('a progress bar', () => {
  it('is drawn as a step begins, and again as time goes by', async () => {
    bar.observe(progressed('rates', 0));
    expect(terminal.sent).toMatch(/rates {5}░+ {3}0% +0\/1.0K rows +0 rows\/s {2}100\/512 MB {2}-:-- left/);
    bar.observe(progressed('rates', 500));
    rssMb = 200;
    vi.advanceTimersByTime(1_000);
    expect(await screen()).toEqual([
      'rates     ██████████████░░░░░░░░░░░░░░  50%    500/1.0K rows    500 rows/s  200/512 MB  0:01 left',
    ]);
  });

  it('is drawn at most ten times a second, whatever happens', () => {
    bar.observe(progressed('rates', 0));
    const before = terminal.sent.split('rates').length;
    for (let done = 1; done <= 1_000; done += 1) {
      bar.observe(progressed('rates', done, 2_000));
      vi.advanceTimersByTime(1);
    }
    expect(terminal.sent.split('rates').length - before).toBeLessThanOrEqual(11);
  });

  it('is one for each step, and stays where it ended', async () => {
    for (const step of ['rates', 'merge'] as const) {
      bar.observe(progressed(step, 0));
      vi.advanceTimersByTime(2_000);
      bar.observe(finished(step));
    }
    const [rates, merge, ...others] = await screen();
    expect(rates).toMatch(/^rates .*█ 100% .* 1.0K\/1.0K rows .* in 0:02$/);
    expect(merge).toMatch(/^merge .*█ 100% .* in 0:02$/);
    expect(others).toEqual([]);
  });

  it('has lines printed above it, as a whole', async () => {
    bar.printAbove('before\n');
    bar.observe(progressed('rates', 0));
    bar.printAbove('one\n');
    bar.printAbove(`${'long '.repeat(30)}\n`);
    bar.printAbove('two\nlines\n');
    bar.stop();
    bar.printAbove('after\n');
    const [before, one, long, more, two, lines, drawn, after] = await screen();
    expect([before, one, two, lines, after]).toEqual(['before', 'one', 'two', 'lines', 'after']);
    expect(`${long} ${more}`.replaceAll(/ +/g, ' ').trim()).toBe('long '.repeat(30).trim());
    expect(drawn).toMatch(/^rates +░+ +0% .* left$/);
  });

  it('leaves no timer behind, nor modes that have to be reset', () => {
    bar.observe(progressed('rates', 0));
    bar.stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(terminal.sent.endsWith('\n')).toBe(true);
    expect(terminal.sent).not.toContain('\u{1b}[?');
    expect(terminal.sent).not.toContain('\u{1b}7');
  });

  it('gets shorter as the terminal does', async () => {
    bar.observe(progressed('rates', 500));
    bar.stop();
    terminal.columns = 30;
    const before = terminal.sent.length;
    bar.observe(progressed('merge', 500));
    terminal.columns = 20;
    vi.advanceTimersByTime(200);
    const after = terminal.sent.slice(before);
    expect(after).toMatch(/merge +█+░+ +50%/);
    expect(after).toMatch(/merge +50%/);
  });

  it('has nothing to show of a step without parts', () => {
    bar.observe(progressed('providers', 0, 0));
    bar.observe(finished('providers'));
    expect(terminal.sent).toBe('');
  });
});

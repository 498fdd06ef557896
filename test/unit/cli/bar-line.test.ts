import { describe, expect, it } from 'vitest';
import { type BarState, duration, layOutBar, secondsLeft, short } from '../../../src/cli/bar-line.js';

const state: BarState = {
  step: 'rates',
  done: 3_000_000,
  of: 13_456_820,
  doneBefore: 1_000_000,
  rows: 2_000_000,
  seconds: 8,
  rssMb: 561.4,
  limitMb: 8192,
};

const draw = (share: number, width: number) => '#'.repeat(Math.round(share * width)).padEnd(width, '.');
const layOut = (columns: number, changes: Partial<BarState> = {}) =>
  layOutBar({ ...state, ...changes }, columns, draw);

describe('layOutBar', () => {
  it('shows percent, rows, rows per second, memory of its limit, and the time left', () => {
    expect(layOut(120)).toBe(
      'rates     #######.......................  22%   3.0M/13.5M rows   250K rows/s   561/8192 MB  0:42 left',
    );
  });

  it('has room for all of it in 80 columns, in every step', () => {
    for (const step of ['rates', 'providers', 'merge', 'publish'] as const)
      expect(layOut(80, { step })).toMatch(/^\w+ +#+\.+ {2}22% .* rows .* rows\/s .* MB {2}0:42 left$/);
  });

  it('has rows of a source only of how many', () => {
    expect(layOut(120, { step: 'merge', done: 4, of: 8, doneBefore: 0 })).toContain('  50%   2.0M rows   ');
  });

  it('leaves out one thing after the other where it is narrow, and never fills a line', () => {
    for (let columns = 0; columns < 150; columns += 1)
      expect(layOut(columns).length).toBeLessThanOrEqual(Math.max(0, columns - 3));
    expect(layOut(70)).toMatch(/ rows\/s {2}0:42 left$/);
    expect(layOut(55)).toMatch(/ rows {2}0:42 left$/);
    expect(layOut(40)).toMatch(/^rates +#+\.+ {2}22% {3}3.0M\/13.5M rows$/);
    expect(layOut(25)).toMatch(/^rates +#+\.+ {2}22%$/);
    expect(layOut(17)).toBe('rates      22%');
  });

  it('says how long a step took that is over, and nothing of the time where nothing is known', () => {
    expect(layOut(120, { done: state.of })).toMatch(/##### 100% .* in 0:08$/);
    expect(layOut(120, { done: state.doneBefore, rows: 0, seconds: 0 })).toMatch(/ 0 rows\/s .* -:-- left$/);
  });
});

describe('secondsLeft', () => {
  it('goes by what was done in this run', () => {
    expect(secondsLeft({ ...state, done: 20, of: 60, doneBefore: 10, seconds: 5 })).toBe(20);
    expect(secondsLeft({ ...state, done: 10, doneBefore: 10 })).toBe(null);
  });
});

describe('short', () => {
  it.each([
    [0, '0'],
    [12.4, '12'],
    [999, '999'],
    [999.6, '1.0K'],
    [1_234, '1.2K'],
    [99_940, '99.9K'],
    [99_960, '100K'],
    [999_499, '999K'],
    [999_600, '1.0M'],
    [13_456_820, '13.5M'],
    [1.2e9, '1.2B'],
  ])('of %d is %s', (number, text) => {
    expect(short(number)).toBe(text);
  });
});

describe('duration', () => {
  it.each([
    [0, '0:00'],
    [0.1, '0:01'],
    [59.2, '1:00'],
    [754, '12:34'],
    [3_725.5, '1:02:06'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

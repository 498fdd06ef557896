import { describe, expect, it } from 'vitest';
import { sayNews, sayProgress } from '../../../src/cli/progress-lines.js';
import type { Observer, RunEvent } from '../../../src/pipeline/events.js';
import type { SourceName } from '../../../src/sources/sources.js';

function heard(listen: (say: (line: string) => void) => Observer, events: readonly RunEvent[]): string[] {
  const lines: string[] = [];
  const observe = listen((line) => lines.push(line));
  for (const event of events) observe(event);
  return lines;
}

function chunks(count: number, first = 1, source: SourceName = 'rates'): RunEvent[] {
  return Array.from({ length: count - first + 1 }, (_, index) => ({
    type: 'chunk-started',
    source,
    chunk: first + index,
    chunks: count,
    firstRow: (first + index - 1) * 10,
    rows: 10,
  }));
}

const numbersOf = (lines: readonly string[]) => lines.map((line) => Number(/chunk (\d+)/.exec(line)?.[1]));
const retried: RunEvent = {
  type: 'chunk-retried',
  source: 'rates',
  file: 'a.parquet',
  firstRow: 0,
  rows: 10,
  reason: 'damaged',
};

describe('sayProgress', () => {
  it('says the lines of the manual', () => {
    const rates: RunEvent = {
      ...{ type: 'chunk-started', source: 'rates' },
      ...{ chunk: 1, chunks: 20, firstRow: 0, rows: 50_000 },
    };
    const ended = { type: 'step-finished', rowsIn: 3, rowsOut: 2, seconds: 1.26, rssMb: 1 } as const;
    const events: RunEvent[] = [
      { type: 'started', runId: 'x' },
      { type: 'progressed', step: 'rates', done: 0, of: 9, rows: 0 },
      rates,
      {
        type: 'chunk-finished',
        source: 'rates',
        chunk: 1,
        firstRow: 0,
        rowsIn: 50_000,
        rowsOut: 9,
        seconds: 1,
        rssMb: 1,
      },
      { ...ended, step: 'rates' },
      { ...ended, step: 'merge' },
    ];
    expect(heard(sayProgress, events)).toEqual([
      'Processing rates chunk 1/20 (rows 0-50,000)',
      'Finished merge in 1.3 seconds',
    ]);
  });

  it('tells of every chunk of a few, and of one in twenty of the way of many', () => {
    expect(numbersOf(heard(sayProgress, chunks(20)))).toEqual(chunks(20).map((_, index) => index + 1));
    expect(numbersOf(heard(sayProgress, chunks(1_000)))).toEqual([
      1,
      ...Array.from({ length: 20 }, (_, index) => (index + 1) * 50),
    ]);
    expect(heard(sayProgress, chunks(2_691)).length).toBeLessThanOrEqual(22);
  });

  it('tells of the first chunk that is worked on, wherever a run goes on, and of the last', () => {
    const told = numbersOf(heard(sayProgress, chunks(1_007, 333)));
    expect([told.at(0), told.at(-1)]).toEqual([333, 1_007]);
  });

  it('counts each source for itself, and tells of all that is out of the ordinary', () => {
    expect(heard(sayProgress, [...chunks(1), ...chunks(1, 1, 'providers'), retried])).toEqual([
      'Processing rates chunk 1/1 (rows 0-10)',
      'Processing providers chunk 1/1 (rows 0-10)',
      'Trying rates rows 0-10 again in smaller pieces: damaged',
    ]);
  });
});

describe('sayNews', () => {
  it('leaves out what a bar shows', () => {
    const search: RunEvent = { type: 'search-started', source: 'rates', reason: 'at length' };
    const waiting: RunEvent = { type: 'waiting', holder: 'by run x' };
    const starved: RunEvent = { type: 'engine-waiting', reason: 'no resources' };
    expect(heard(sayNews, [...chunks(3), search, retried, waiting, starved])).toEqual([
      'Going through rates on this machine: what can be read is copied for Spark',
      'Trying rates rows 0-10 again in smaller pieces: damaged',
      'Waiting to publish: outputs are being written by run x',
      'Spark is waiting for its cluster: no resources',
    ]);
  });
});

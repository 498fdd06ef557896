import { describe, expect, it } from 'vitest';
import { ChunkRecorder, chunkRecordSchema } from '../../../src/pipeline/chunk-record.js';
import type { SourceName } from '../../../src/sources/sources.js';

function finish(recorder: ChunkRecorder, source: SourceName, chunk: number, seconds = 1): void {
  const rows = { chunk, firstRow: (chunk - 1) * 10, rowsIn: 10, rowsOut: 5 };
  recorder.observe({ type: 'chunk-finished', source, ...rows, seconds, rssMb: 100.4 + chunk });
}

describe('ChunkRecorder', () => {
  it('keeps each of a few chunks', () => {
    const recorder = new ChunkRecorder();
    finish(recorder, 'rates', 1, 0.12345);
    finish(recorder, 'providers', 1);
    const { chunks, points, slowest } = recorder.record();
    expect(chunks).toBe(2);
    expect(points.map(({ ended, ...point }) => point)).toEqual([
      { source: 'rates', chunks: 1, rows: 10, seconds: 0.123, rss_mb: 101 },
      { source: 'providers', chunks: 1, rows: 10, seconds: 1, rss_mb: 101 },
    ]);
    expect(slowest[0]).toEqual({
      ...{ source: 'providers', chunk: 1, first_row: 0, rows: 10, seconds: 1, rss_mb: 101 },
    });
  });

  it('keeps a bounded record of many, in which none is lost', () => {
    const recorder = new ChunkRecorder();
    for (let chunk = 1; chunk <= 20_000; chunk += 1) finish(recorder, 'rates', chunk, chunk === 777 ? 9 : 1);
    for (let chunk = 1; chunk <= 3; chunk += 1) finish(recorder, 'providers', chunk);
    const record = recorder.record();
    expect(chunkRecordSchema.parse(record)).toEqual(record);
    expect(record.points.length).toBeLessThanOrEqual(121);
    expect(record.points.length).toBeGreaterThan(50);
    const sum = (source: SourceName, key: 'chunks' | 'rows') =>
      record.points
        .filter((point) => point.source === source)
        .reduce((total, point) => total + point[key], 0);
    expect([sum('rates', 'chunks'), sum('rates', 'rows')]).toEqual([20_000, 200_000]);
    expect([sum('providers', 'chunks'), sum('providers', 'rows')]).toEqual([3, 30]);
    expect(record.points.at(-1)).toMatchObject({ source: 'providers' });
    expect(record.slowest).toHaveLength(5);
    expect(record.slowest[0]).toMatchObject({ chunk: 777, first_row: 7760, seconds: 9 });
    expect(Math.max(...record.points.map(({ rss_mb }) => rss_mb))).toBe(20_100);
  });

  it('has nothing to tell of a run without chunks', () => {
    expect(new ChunkRecorder().record()).toEqual({ chunks: 0, points: [], slowest: [] });
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Waiting } from '../../../src/spark/waiting.js';

describe('waiting for a cluster', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is told each minute, from the first one on whenever it begins again', () => {
    const told: number[] = [];
    const waiting = new Waiting((minutes) => told.push(minutes));
    vi.advanceTimersByTime(120_000);
    expect(told).toEqual([]);
    waiting.begin();
    vi.advanceTimersByTime(150_000);
    waiting.begin();
    vi.advanceTimersByTime(30_000);
    expect(told).toEqual([1, 2, 3]);
    waiting.end();
    vi.advanceTimersByTime(300_000);
    waiting.begin();
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([1, 2, 3, 1]);
    waiting[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
  });
});

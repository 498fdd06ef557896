import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Waiting } from '../../../src/spark/waiting.js';

describe('waiting for a cluster', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is told each minute until a session has begun, and then while nothing does its work', () => {
    const tell = vi.fn();
    const waiting = new Waiting(tell);
    vi.advanceTimersByTime(150_000);
    expect(tell).toHaveBeenCalledTimes(2);
    waiting.begin();
    vi.advanceTimersByTime(300_000);
    expect(tell).toHaveBeenCalledTimes(2);
    waiting.hear('WARN TaskSchedulerImpl: Initial job has not accepted any resources; check your cluster UI');
    vi.advanceTimersByTime(300_000);
    expect(tell).toHaveBeenCalledTimes(3);
    waiting[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
  });
});

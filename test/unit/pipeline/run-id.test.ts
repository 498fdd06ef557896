import { describe, expect, it } from 'vitest';
import { makeRunId } from '../../../src/pipeline/run-id.js';

describe('makeRunId', () => {
  it('sorts by time and is not given twice', () => {
    const ids = ['2025-08-01T09:59:59.9Z', '2025-08-01T10:00:00Z', '2025-12-01T00:00:00Z'].map((time) =>
      makeRunId(new Date(time)),
    );
    expect(ids.toSorted()).toEqual(ids);
    expect(ids[0]).toMatch(/^20250801T095959Z-[0-9a-f]{6}$/);
    expect(makeRunId(new Date(0))).not.toBe(makeRunId(new Date(0)));
  });
});

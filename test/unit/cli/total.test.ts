import { describe, expect, it } from 'vitest';
import { type Load, partialExitCode, worstOf } from '../../../src/cli/outcome.js';
import { addUp, fateOf, totalSchema, workOf } from '../../../src/cli/total.js';
import { totalAsText } from '../../../src/cli/total-report.js';
import type { Summary } from '../../../src/pipeline/summary.js';
import { summary } from './summary.js';

function loadOf(payer: string, exitCode: number, seconds: number, its: Summary | null): Load {
  return { payer, seconds, outcome: { exitCode, result: {}, text: '', summary: its } };
}

const loaded = loadOf('aetna', 0, 46.1, summary);
const unchanged = loadOf('cigna', 0, 0.26, { ...summary, status: 'unchanged' });
const failed = loadOf('nobody', 66, 0.04, null);
const partial = loadOf('uhc', partialExitCode, 12, { ...summary, processed_rates: 7 });

describe('addUp', () => {
  it('counts every payer once, and only what was read and inserted this time', () => {
    const total = addUp([loaded, unchanged, failed, partial], 6, 50);
    expect(totalSchema.strict().parse(total)).toEqual({
      ...{ payers: 6, loaded: 1, partial: 1, unchanged: 1, failed: 1, not_begun: 2 },
      ...{ processed_rates: 1_000_007, processed_providers: 100_000, facts_inserted: 2_000, seconds: 50 },
    });
  });

  it('adds nothing up to nothing', () => {
    expect(addUp([], 2, 1)).toMatchObject({ payers: 2, failed: 0, not_begun: 2, facts_inserted: 0 });
  });

  it('tells fates and work of each', () => {
    expect([loaded, unchanged, failed, partial].map(fateOf)).toEqual([
      ...['loaded', 'unchanged', 'failed', 'partial'],
    ]);
    expect(workOf(unchanged)).toEqual({ rates: 0, providers: 0, facts: 0 });
  });
});

describe('totalAsText', () => {
  it('has a line for each payer and one for all', () => {
    const loads = [loaded, unchanged, failed];
    expect(totalAsText(loads, addUp(loads, 3, 46.4))).toBe(`
3 payers: 1 loaded, 1 with nothing to do, 1 failed
  payer         outcome  inserted  rows read  seconds
  aetna          loaded     1,000  1,050,000     46.1
  cigna   nothing to do         0          0      0.3
  nobody         failed         0          0      0.0
  total                     1,000  1,050,000     46.4
`);
  });

  it('says how many had no turn, and which are not whole', () => {
    expect(totalAsText([partial], addUp([partial], 3, 12))).toMatch(
      /^\n3 payers: 1 loaded but for rows that could not be read, 2 not begun\n.*\n {2}uhc +partial +1,000 /,
    );
  });
});

describe('worstOf', () => {
  it.each([
    [[loaded, unchanged], 0],
    [[loaded, partial], partialExitCode],
    [[partial, failed, loadOf('x', 73, 1, null)], 66],
  ])('case %#', (loads, exitCode) => expect(worstOf(loads)).toBe(exitCode));
});

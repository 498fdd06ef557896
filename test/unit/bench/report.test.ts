import { describe, expect, it } from 'vitest';
import { renderFigures, renderReport } from '../../../bench/report.js';
import { published, scaleTo } from '../../../bench/scale.js';
import { scenarios } from '../../../bench/scenarios.js';

const machine = {
  date: '2025-08-01',
  cores: 2,
  cpu: 'Some CPU',
  memoryGb: 16,
  load: 0.1,
  system: 'Linux 6.1',
  software: ['etl1 0.1.0', 'Node.js 20.19.0'],
};

const turn = (seconds: number, peakRssMb = 500) => ({ seconds, cpuSeconds: seconds * 1.5, peakRssMb });

const measures = {
  'first-load': {
    etl1: [turn(9, 600), turn(10, 650), turn(12, 610)],
    'tuned peer': [turn(10), turn(10), turn(10)],
    'naive peer': [turn(30), turn(40), turn(40)],
  },
  'chunk-sizes': {
    '25,000': [turn(15)],
    '50,000': [turn(10)],
    '100,000': [{ failed: 'exit code 73: full' }],
  },
  unchanged: { again: [turn(0.6), turn(0.4), turn(0.7)] },
};

const notes = 'Because | of this.\n';
const page = renderReport({ scale: published, machine, measures, notes });

/** The cells of the row of targets that begins with these. */
function rowOf(text: string, ...beginning: readonly string[]): string[] {
  const row = text.split('\n').find((line) => line.startsWith(`| ${beginning.join(' | ')} |`));
  return row?.slice(2, -2).split(' | ') ?? [];
}

describe('renderReport', () => {
  it('compares in pairs of one turn and says by how much a target is missed', () => {
    expect(rowOf(page, 'first load, clustered by code, in 20,000-row groups')).toEqual([
      'first load, clustered by code, in 20,000-row groups',
      '≤ 1.00 × tuned peer (dream: 0.80 ×)',
      '1.00 ×',
      '0.90 × – 1.20 ×, 3 turns',
      'met',
    ]);
    expect(rowOf(page, 'the same').slice(1)).toEqual([
      '≤ 0.25 × naive peer',
      '0.30 ×',
      '0.25 × – 0.30 ×, 3 turns',
      'missed by 20.0 %',
    ]);
  });

  it('takes the largest peak, and the median of seconds', () => {
    expect(rowOf(page, 'peak memory of that run').slice(2, 3)).toEqual(['650 MB']);
    expect(rowOf(page, 'unchanged inputs and settings').slice(2)).toEqual([
      '0.60 s',
      '0.40 s – 0.70 s, 3 turns',
      'missed by 20.0 %',
    ]);
  });

  it('finds the best among what did not fail, and shows what did', () => {
    expect(rowOf(page, '`chunk_size` 25,000').slice(2)).toEqual([
      '1.50 ×',
      '1.50 × – 1.50 ×, 1 turn',
      'missed by 20.0 %',
    ]);
    expect(rowOf(page, '`chunk_size` 50,000').at(-1)).toBe('met');
    expect(rowOf(page, '`chunk_size` 100,000').at(-1)).toBe('failed: exit code 73: full');
  });

  it('has a row for every figure and contestant, measured or not', () => {
    const figures = scenarios.flatMap((scenario) => scenario.figures);
    const nothing = renderReport({ scale: published, machine, measures: {}, notes });
    for (const { name } of figures) expect(rowOf(nothing, name).at(-1)).toBe('not measured');
    for (const { id, contestants } of scenarios)
      for (const name of Object.keys(contestants)) expect(rowOf(nothing, id, name)[2]).toBe('0');
  });

  it('says for which part of the time the busiest thread was at work', () => {
    const turns = [0.5, 0.7, 0.6].map((busiestShare) => ({ ...turn(5), busiestShare }));
    const onCores = { 'more-cores': { 'etl1, 3 cores': turns } };
    const cores = renderReport({ scale: published, machine, measures: onCores, notes });
    expect(rowOf(cores, 'the busiest thread on 3 cores').slice(1)).toEqual([
      '≤ 0.80 of the time',
      '0.60 of the time',
      '0.50 of the time – 0.70 of the time, 3 turns',
      'met',
    ]);
  });

  it('keeps the notes and describes job and machine', () => {
    expect(page).toContain('## Where a target is missed\n\nBecause | of this.\n\n## Measures');
    expect(page).toContain('13,456,820 rates that come to 2,950,000 facts');
    expect(page).toContain('- 2 cores (Some CPU), 16.0 GiB of memory\n- etl1 0.1.0, Node.js 20.19.0\n');
    expect(page).not.toContain('not the published scale');
    const small = renderReport({ scale: scaleTo(1_000), machine, measures, notes });
    expect(small).toContain('**not the published scale**');
  });

  it('leaves open what the system does not tell', () => {
    const untold = [{ seconds: 1, cpuSeconds: null, peakRssMb: null }];
    const text = renderReport({
      scale: published,
      machine,
      measures: { 'first-load': { etl1: untold } },
      notes,
    });
    expect(rowOf(text, 'peak memory of that run').at(-1)).toBe('not measured');
    expect(rowOf(text, 'first-load', 'etl1')).toEqual([
      'first-load',
      'etl1',
      '1',
      '1.00',
      '1.00 – 1.00',
      '',
      '',
    ]);
  });
});

describe('renderFigures', () => {
  it('has a line per figure', () => {
    const lines = renderFigures({ measures }).split('\n');
    expect(lines).toContain('the same: 0.30 × (≤ 0.25 × naive peer): missed by 20.0 %');
    expect(lines).toContain('`etl1 --help`: – (≤ 0.15 s): not measured');
  });
});

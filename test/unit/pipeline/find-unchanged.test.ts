import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import type { Settings } from '../../../src/config/settings.js';
import { findUnchanged } from '../../../src/pipeline/find-unchanged.js';
import type { FileState, InputState, Manifest } from '../../../src/pipeline/manifest.js';
import { pickContentSettings } from '../../../src/pipeline/manifest.js';
import type { Snapshot } from '../../../src/pipeline/snapshot.js';

const { settings: defaults } = loadConfig({
  environment: { settings: new Map(), configFile: undefined, noColor: true },
  file: '/dev/null',
});

/** The states of two outputs; a number stands for a file as some run wrote it. */
type States = readonly [dims: number | null, facts: number | null];

interface Past {
  readonly payer?: string;
  readonly settings?: Partial<Settings>;
  readonly found: States;
  readonly left: readonly [dims: number, facts: number];
  readonly folder?: string;
  readonly changes?: Partial<Manifest>;
}

const fileState = (version: number): FileState => ({
  bytes: 100,
  mtime_ns: String(version),
  footer_sha256: String(version),
});

function inputOf(payer: string): InputState {
  return { path: `/in/${payer}.parquet`, bytes: 1, mtime_ns: '1', footer_sha256: 'a' };
}

function outputsOf<State>(folder: string, [dims, facts]: readonly [State, State]) {
  return {
    dim_code: { path: `${folder}/dims.parquet`, state: dims },
    fact_rate: { path: `${folder}/facts.parquet`, state: facts },
  };
}

function load(payer: string, now: States, settings: Partial<Settings> = {}, folder = '/out'): Snapshot {
  const outputs = Object.entries(outputsOf(folder, now)).map(([table, { path, state }]) => [
    table,
    { path, found: state === null ? null : fileState(state) },
  ]);
  return {
    payer,
    state: 'GA',
    period: '202508',
    program_version: '1.0.0',
    settings: pickContentSettings({ ...defaults, ...settings }),
    inputs: { rates: [inputOf(payer)], providers: [] },
    outputs: Object.fromEntries(outputs),
  };
}

function ranBefore({ payer = 'a', settings, found, left, folder = '/out', changes }: Past): Manifest {
  const { outputs, inputs, ...rest } = load(payer, found, settings, folder);
  const lefts = outputsOf(folder, left);
  const tables = (['dim_code', 'fact_rate'] as const).map((table) => [
    table,
    { ...outputs[table], left: fileState(lefts[table].state), rows: 1 },
  ]);
  return {
    format: 1,
    run_id: `${payer} ${left.join(' ')}`,
    versions: {},
    host: 'here',
    started_at: '2025-08-01T00:00:00Z',
    finished_at: '2025-08-01T00:00:00Z',
    resolved_settings: {},
    ...rest,
    inputs: { rates: inputs.rates.map((input) => ({ ...input, rows: 1 })), providers: [] },
    outputs: Object.fromEntries(tables),
    summary: {
      status: 'published',
      run_id: '',
      payer,
      state: 'GA',
      period: '202508',
      data_root: '/out',
      processed_rates: 1,
      processed_providers: 0,
      tables: {},
      balance: { read: 1, rejected: 0, duplicates: 0, already_there: 0, inserted: 1 },
      groups: null,
      rejects: { rates: {}, providers: {} },
      reject_examples: { rates: {}, providers: {} },
      rejects_folder: null,
      warnings: {},
      warning_examples: {},
      failed_chunks: [],
      resumed_chunks: 0,
      steps: { rates: 1, providers: 1, merge: 1, publish: 0 },
      seconds: 1,
      peak_rss_mb: 1,
    },
    ...changes,
  };
}

const first: Past = { found: [null, null], left: [1, 1] };
const replace = { mode: 'replace' } as const;
const update = { dimension_conflict: 'update' } as const;

interface Case {
  readonly name: string;
  /** From the oldest on. */
  readonly past: readonly Past[];
  readonly now: States;
  readonly settings?: Partial<Settings>;
  /** Facts that were written another way, the last first. */
  readonly rewritten?: readonly { readonly from: number; readonly left: number }[];
  /** The run that did it, counted from the oldest; none where the load is to be done. */
  readonly doneBy?: number;
}

const cases: readonly Case[] = [
  { name: 'nothing ran before', past: [], now: [null, null] },
  { name: 'it ran, and nothing since', past: [first], now: [1, 1], doneBy: 0 },
  { name: 'an output is gone', past: [first], now: [1, null] },
  { name: 'an output was rewritten', past: [first], now: [1, 9] },
  {
    name: 'it ran twice',
    past: [first, { found: [1, 1], left: [1, 1] }],
    now: [1, 1],
    doneBy: 1,
  },
  {
    name: 'another payer was added since',
    past: [first, { payer: 'b', found: [1, 1], left: [1, 2] }],
    now: [1, 2],
    doneBy: 0,
  },
  {
    name: 'several were added since',
    past: [
      first,
      { payer: 'b', found: [1, 1], left: [2, 2] },
      { payer: 'c', found: [2, 2], left: [2, 2] },
      { payer: 'd', found: [2, 2], left: [2, 3] },
    ],
    now: [2, 3],
    doneBy: 0,
  },
  {
    name: 'outputs were restored to what it left, before another payer was added',
    past: [first, { payer: 'b', found: [1, 1], left: [1, 2] }],
    now: [1, 1],
  },
  {
    name: 'one output was restored',
    past: [first, { payer: 'b', found: [1, 1], left: [2, 2] }],
    now: [1, 2],
  },
  {
    name: 'something else wrote between two runs',
    past: [first, { payer: 'b', found: [1, 8], left: [1, 9] }],
    now: [1, 9],
  },
  {
    name: 'something removed the outputs between two runs',
    past: [first, { payer: 'b', found: [null, null], left: [2, 2] }],
    now: [2, 2],
  },
  {
    name: 'a run at the same time overwrote what it wrote',
    past: [
      { found: [0, 0], left: [1, 1] },
      { payer: 'b', found: [0, 0], left: [2, 2] },
    ],
    now: [2, 2],
  },
  {
    name: 'another payer replaced since',
    past: [first, { payer: 'b', settings: replace, found: [1, 1], left: [1, 2] }],
    now: [1, 2],
  },
  {
    name: 'a run that replaces changed nothing since',
    past: [first, { payer: 'b', settings: replace, found: [1, 1], left: [1, 1] }],
    now: [1, 1],
    doneBy: 0,
  },
  {
    name: 'another payer updated dimensions since',
    past: [first, { payer: 'b', settings: update, found: [1, 1], left: [2, 1] }],
    now: [2, 1],
  },
  {
    name: 'it replaced, and nothing ran since',
    past: [{ ...first, settings: replace }],
    now: [1, 1],
    settings: replace,
    doneBy: 0,
  },
  {
    name: 'it replaced, and another payer was added since',
    past: [
      { ...first, settings: replace },
      { payer: 'b', found: [1, 1], left: [1, 2] },
    ],
    now: [1, 2],
    settings: replace,
  },
  {
    name: 'it updated dimensions, and another payer filled blanks since',
    past: [
      { ...first, settings: update },
      { payer: 'b', found: [1, 1], left: [2, 2] },
    ],
    now: [2, 2],
    settings: update,
    doneBy: 0,
  },
  {
    name: 'a run wrote elsewhere since',
    past: [first, { payer: 'b', folder: '/elsewhere', found: [null, null], left: [5, 5] }],
    now: [1, 1],
    doneBy: 0,
  },
  {
    name: 'it wrote elsewhere',
    past: [{ ...first, folder: '/elsewhere' }],
    now: [1, 1],
  },
  {
    name: 'facts were joined since, twice',
    past: [first],
    now: [1, 3],
    rewritten: [
      { from: 2, left: 3 },
      { from: 1, left: 2 },
    ],
    doneBy: 0,
  },
  {
    name: 'facts were joined before another payer was added',
    past: [first, { payer: 'b', found: [1, 2], left: [1, 3] }],
    now: [1, 3],
    rewritten: [{ from: 1, left: 2 }],
    doneBy: 0,
  },
  {
    name: 'facts were changed by something else before they were joined',
    past: [first],
    now: [1, 3],
    rewritten: [{ from: 2, left: 3 }],
  },
  { name: 'the mode is another', past: [first], now: [1, 1], settings: replace },
  { name: 'the slug is another', past: [first], now: [1, 1], settings: { payer_slug_override: 'x' } },
  { name: 'more may be rejected', past: [first], now: [1, 1], settings: { max_reject_ratio: 0.5 } },
  { name: 'providers are optional now', past: [first], now: [1, 1], settings: { providers: 'optional' } },
  { name: 'an empty set is another', past: [first], now: [1, 1], settings: { empty_pos_set: 'none' } },
  { name: 'groups are another', past: [first], now: [1, 1], settings: { provider_group_scope: 'month' } },
  { name: 'dimensions are updated now', past: [first], now: [1, 1], settings: update },
  { name: 'chunks are smaller', past: [first], now: [1, 1], settings: { chunk_size: 7 }, doneBy: 0 },
  {
    name: 'there is less memory',
    past: [first],
    now: [1, 1],
    settings: { memory_limit_mb: 256, threads: 1 },
    doneBy: 0,
  },
  { name: 'the program was another', past: [{ ...first, changes: { program_version: '0' } }], now: [1, 1] },
  { name: 'the period was another', past: [{ ...first, changes: { period: '202507' } }], now: [1, 1] },
  { name: 'the state was another', past: [{ ...first, changes: { state: 'TX' } }], now: [1, 1] },
  ...(['path', 'bytes', 'mtime_ns', 'footer_sha256'] as const).map((what): Case => {
    const input = { ...inputOf('a'), rows: 1, [what]: what === 'bytes' ? 2 : 'other' };
    const changes = { inputs: { rates: [input], providers: [] } };
    return { name: `the ${what} of an input was another`, past: [{ ...first, changes }], now: [1, 1] };
  }),
  {
    name: 'there was a providers file',
    past: [
      {
        ...first,
        changes: {
          inputs: {
            rates: [{ ...inputOf('a'), rows: 1 }],
            providers: [{ ...inputOf('a'), rows: 1 }],
          },
        },
      },
    ],
    now: [1, 1],
  },
];

describe('findUnchanged', () => {
  it.each(cases)('where $name: done by $doneBy', ({ past, now, settings, rewritten = [], doneBy }) => {
    const manifests = past.map(ranBefore);
    const path = '/out/facts.parquet';
    const records = rewritten.map(({ from, left }) => ({
      ...{ run_id: '', path, left: fileState(left), content_sha256: '' },
      from: { path, found: fileState(from) },
    }));
    const found = findUnchanged(load('a', now, settings), manifests.toReversed(), records);
    expect(found).toBe(doneBy === undefined ? null : manifests[doneBy]);
  });

  it('reads no further than it must', () => {
    const read: number[] = [];
    function* manifests() {
      for (const [index, past] of [first, first].entries()) {
        read.push(index);
        yield ranBefore(past);
      }
    }
    expect(findUnchanged(load('a', [1, 1]), manifests())).not.toBeNull();
    expect(read).toEqual([0]);
  });
});

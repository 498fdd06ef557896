import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readManifests } from '../../../src/pipeline/read-manifests.js';
import { withFolder } from '../../support/load-pair.js';

const state = { bytes: 1, mtime_ns: '1', footer_sha256: 'a' };

function manifest(runId: string): object {
  return {
    format: 1,
    run_id: runId,
    program_version: '1.0.0',
    versions: { etl1: '1.0.0' },
    host: 'here',
    started_at: '2025-08-01T00:00:00.000Z',
    finished_at: '2025-08-01T00:00:00.000Z',
    payer: 'a',
    state: 'GA',
    period: '202508',
    settings: {
      state: 'GA',
      payer_slug_override: null,
      providers: 'required',
      empty_pos_set: '',
      provider_group_scope: 'payer',
      dimension_conflict: 'fill',
      mode: 'upsert',
      max_reject_ratio: 0.1,
    },
    resolved_settings: { state: { value: 'GA', origin: 'default' } },
    inputs: { rates: [{ path: '/a', ...state, rows: 1 }], providers: [] },
    outputs: { fact_rate: { path: '/b', found: null, left: state, content_sha256: 'b', rows: 1 } },
    summary: {
      status: 'published',
      run_id: runId,
      payer: 'a',
      state: 'GA',
      period: '202508',
      data_root: '/',
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
  };
}

/** What is read of files in `runs`, the first written first. */
async function read(files: Readonly<Record<string, string>>) {
  return withFolder((root) => {
    mkdirSync(join(root, 'runs'));
    for (const [index, [name, content]] of Object.entries(files).entries()) {
      const path = join(root, 'runs', name);
      writeFileSync(path, content);
      utimesSync(path, index + 1, index + 1);
    }
    return readRoot(root);
  });
}

async function readRoot(root: string) {
  const problems: string[] = [];
  const manifests = [...readManifests(root, (problem) => problems.push(problem))];
  return { runs: manifests.map(({ run_id }) => run_id), manifests, problems };
}

const written = (runId: string, changes: object = {}) => JSON.stringify({ ...manifest(runId), ...changes });

describe('readManifests', () => {
  it('gives the last written first, whatever the names', async () => {
    const { runs, problems } = await read({
      'b.json': written('1'),
      'c.json': written('2'),
      'a.json': written('3'),
    });
    expect(runs).toEqual(['3', '2', '1']);
    expect(problems).toEqual([]);
  });

  it('finds none where there is no folder', async () => {
    await withFolder(async (root) => {
      expect(await readRoot(root)).toMatchObject({ runs: [], problems: [] });
    });
  });

  it('complains where the folder is a file', async () => {
    await withFolder(async (root) => {
      writeFileSync(join(root, 'runs'), '');
      expect(await readRoot(root)).toMatchObject({
        runs: [],
        problems: [expect.stringContaining('ENOTDIR')],
      });
    });
  });

  it('passes over files that wait for their names, and files of others', async () => {
    const { runs, problems } = await read({ '.a.json.part': '{', 'notes.txt': 'x', 'a.json': written('1') });
    expect(runs).toEqual(['1']);
    expect(problems).toEqual([]);
  });

  it.each([
    ['is cut short', written('2').slice(0, 100)],
    ['is empty', ''],
    ['is something else', '[]'],
    ['lacks a key', written('2', { outputs: undefined })],
    ['has a mode that is not known', written('2', { settings: { mode: 'other' } })],
    ['has a format of its own', written('2', { format: 2 })],
    ['has no time', written('2', { finished_at: 'yesterday' })],
  ])('leaves out one that %s, and says so', async (_, content) => {
    const { runs, problems } = await read({
      'a.json': written('1'),
      'broken.json': content,
      'c.json': written('3'),
    });
    expect(runs).toEqual(['3', '1']);
    expect(problems).toEqual([expect.stringMatching(/broken\.json: not the record of a run: /)]);
  });

  it('takes what a later version adds', async () => {
    const { summary, ...rest } = z.looseObject({ summary: z.looseObject({}) }).parse(manifest('1'));
    const later = JSON.stringify({ ...rest, cluster: 'a', summary: { ...summary, cost: 1 } });
    const { runs, problems } = await read({ 'a.json': later });
    expect(problems).toEqual([]);
    expect(runs).toEqual(['1']);
  });
});

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { findUnchanged } from '../../../src/pipeline/find-unchanged.js';
import { locate } from '../../../src/pipeline/locate.js';
import { makePlan } from '../../../src/pipeline/plan.js';
import { readManifests } from '../../../src/pipeline/read-manifests.js';
import { recordRun } from '../../../src/pipeline/record-run.js';
import { takeSnapshot } from '../../../src/pipeline/snapshot.js';
import type { Summary } from '../../../src/pipeline/summary.js';
import { plainProvidersColumns, plainRatesColumns, writeRows } from '../../support/fixture.js';
import { withFolder } from '../../support/load-pair.js';

function summaryOf(dataRoot: string): Summary {
  return {
    status: 'published',
    run_id: 'one',
    payer: 'acme',
    state: 'GA',
    period: '202508',
    data_root: dataRoot,
    processed_rates: 2,
    processed_providers: 1,
    tables: {},
    rejects: { rates: {}, providers: {} },
    rejects_folder: null,
    warnings: {},
    seconds: 1,
    steps: { rates: 1, providers: 1, merge: 1, publish: 1 },
    peak_rss_mb: 1,
  };
}

/** A load of two rates and one provider that has its outputs, but no manifest yet. */
async function loadIn(dataRoot: string) {
  const input = (source: string) => join(dataRoot, 'input', `202508_acme_ga_${source}.parquet`);
  mkdirSync(join(dataRoot, 'input'));
  await writeRows(input('rates'), [{}, {}], { columns: plainRatesColumns });
  await writeRows(input('providers'), [{}], { columns: plainProvidersColumns });
  const { settings } = loadConfig({
    flags: { data_root: dataRoot },
    environment: { settings: new Map(), configFile: undefined, noColor: true },
    file: '/dev/null',
  });
  const request = { payer: 'acme', settings };
  const location = locate(request);
  const look = () => takeSnapshot(location, settings);
  const snapshot = look();
  const plan = await makePlan(request, location);
  for (const folder of ['dims', 'xrefs', 'gold']) mkdirSync(join(dataRoot, folder));
  for (const { path } of location.outputs) writeFileSync(path, '');
  const record = () => recordRun(snapshot, plan, summaryOf(dataRoot));
  return { look, record };
}

const ignore = () => {};

describe('recordRun', () => {
  it('leaves one manifest, by which the same load is found to be done', async () => {
    await withFolder(async (dataRoot) => {
      const { look, record } = await loadIn(dataRoot);
      expect(findUnchanged(look(), readManifests(dataRoot, ignore))).toBeNull();
      await record();
      expect(readdirSync(join(dataRoot, 'runs'))).toEqual(['one.json']);
      const found = findUnchanged(look(), readManifests(dataRoot, ignore));
      expect(found).toMatchObject({
        run_id: 'one',
        inputs: { rates: [{ rows: 2 }], providers: [{ rows: 1 }] },
        outputs: { fact_rate: { found: null, left: { bytes: 0 } } },
      });
    });
  });

  it('says that outputs are in place where it cannot, and leaves nothing behind', async () => {
    await withFolder(async (dataRoot) => {
      const { record } = await loadIn(dataRoot);
      mkdirSync(join(dataRoot, 'runs/one.json/taken'), { recursive: true });
      await expect(record()).rejects.toMatchObject({
        kind: 'output',
        step: 'recording the run',
        message: expect.stringContaining('one.json: cannot be written'),
        hint: expect.stringContaining('the outputs are in place'),
      });
      expect(readdirSync(join(dataRoot, 'runs'))).toEqual(['one.json']);
    });
  });
});

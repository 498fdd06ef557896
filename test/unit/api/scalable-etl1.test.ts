import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import pl from 'nodejs-polars';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig, type RunEvent, ScalableETL1, type SettingInputs } from '../../../src/index.js';
import { readTable } from '../../support/fixture.js';
import { useOwnTemporaryFolder } from '../../support/own-temporary.js';
import { project } from '../docs/markdown.js';

const scratch = mkdtempSync(join(tmpdir(), 'etl1-api-'));
const input = join(scratch, 'input');
let roots = 0;

beforeAll(() => cpSync(join(project, 'data/input'), input, { recursive: true }));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A pipeline over the sample, with a data root of its own. */
async function makePipeline(overrides: SettingInputs = {}) {
  roots += 1;
  const dataRoot = join(scratch, `root ${roots}`);
  const settings = { data_root: dataRoot, input_dir: input, chunk_size: 5_000, ...overrides };
  return { dataRoot, etl: new ScalableETL1(await loadConfig(settings, { file: null, env: {} })) };
}

/** What a process has that others in it would notice a change of. */
function processState() {
  return {
    environment: { ...process.env },
    listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
    exitCode: process.exitCode,
    folder: process.cwd(),
    canCollect: runInNewContext('typeof gc'),
  };
}

describe('ScalableETL1', () => {
  it('plans, loads, and has nothing to do the second time', async () => {
    const { dataRoot, etl } = await makePipeline();
    const plan = await etl.planPipeline('aetna');
    expect(plan.sources.rates).toMatchObject({ rows: 20_000, chunks: 4 });
    expect(existsSync(dataRoot)).toBe(false);

    const events: RunEvent[] = [];
    const summary = await etl.runPipeline('aetna', { onProgress: (event) => events.push(event) });
    expect(summary).toMatchObject({
      status: 'published',
      payer: 'aetna',
      processed_rates: 20_000,
      processed_providers: 2_000,
    });
    expect(summary.tables['fact_rate']).toMatchObject({ inserted: 10_028, total: 10_028 });
    expect(events.filter(({ type }) => type === 'chunk-started')).toHaveLength(5);

    const again = await etl.runPipeline('aetna');
    expect(again).toMatchObject({ status: 'unchanged', run_id: summary.run_id, seconds: expect.any(Number) });
    expect(again.tables['fact_rate']).toMatchObject({ inserted: 0, kept: 10_028 });
    const forced = await etl.runPipeline('aetna', { force: true });
    expect(forced).toMatchObject({
      status: 'published',
      tables: { fact_rate: { inserted: 0, kept: 10_028 } },
    });
    await etl.close();
  });

  it('does nothing to its process: no output, no handlers, no variables, no exit code', async () => {
    const written = vi.spyOn(process.stdout, 'write');
    const complained = vi.spyOn(process.stderr, 'write');
    const before = processState();
    try {
      await using pipeline = (await makePipeline({ threads: 1 })).etl;
      await pipeline.runPipeline('aetna');
      await expect(pipeline.runPipeline('nobody')).rejects.toMatchObject({ kind: 'input' });
      expect(processState()).toEqual(before);
      expect([...written.mock.calls, ...complained.mock.calls]).toEqual([]);
    } finally {
      written.mockRestore();
      complained.mockRestore();
    }
  });

  it('stops when its signal is aborted, whatever with, and goes on from there', async () => {
    const { dataRoot, etl } = await makePipeline();
    const stop = new AbortController();
    const onProgress = (event: RunEvent) => {
      if (event.type === 'chunk-started' && event.source === 'providers') stop.abort('enough');
    };
    const stopped = etl.runPipeline('aetna', { signal: stop.signal, onProgress });
    await expect(stopped).rejects.toMatchObject({ kind: 'interrupted', cause: 'enough' });
    expect(existsSync(join(dataRoot, 'gold'))).toBe(false);

    const { resumed_chunks: resumed, processed_rates: rates } = await etl.runPipeline('aetna');
    expect({ isResumed: resumed > 0, rates }).toEqual({ isResumed: true, rates: 20_000 });
    await expect(
      etl.runPipeline('aetna', { force: true, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ kind: 'interrupted', cause: { name: 'AbortError' } });
    await etl.close();
  });

  it('stops for an error of the callback, and takes no row for failed', async () => {
    const { dataRoot, etl } = await makePipeline();
    const cause = new RangeError('of the caller');
    const failing = etl.runPipeline('aetna', {
      onProgress: ({ type }) => {
        if (type === 'chunk-started') throw cause;
      },
    });
    await expect(failing).rejects.toMatchObject({ kind: 'interrupted', cause });
    expect(existsSync(join(dataRoot, 'gold'))).toBe(false);
    expect(await etl.runPipeline('aetna')).toMatchObject({ failed_chunks: [], processed_rates: 20_000 });
    await etl.close();
  });

  it('stops and waits for what is at work when it is closed, and does nothing afterwards', async () => {
    const { dataRoot, etl } = await makePipeline();
    const running = etl.runPipeline('aetna');
    const ended = expect(running).rejects.toMatchObject({ kind: 'interrupted' });
    await etl.close();
    await ended;
    expect(existsSync(join(dataRoot, 'gold'))).toBe(false);
    for (const ask of [
      () => etl.runPipeline('aetna'),
      () => etl.planPipeline('aetna'),
      () => etl.processRatesChunk(pl.DataFrame()),
      () => etl.memoryEfficientUpsert(pl.DataFrame({ a: [1] }), join(dataRoot, 'a.parquet'), ['a'], 'a'),
    ]) {
      await expect(ask()).rejects.toMatchObject({ kind: 'usage', message: 'this pipeline was closed' });
    }
    await etl.close();
  });

  it('lets one of two runs of the same load go on, and tells the other', async () => {
    const { etl } = await makePipeline();
    const ends = await Promise.allSettled([etl.runPipeline('aetna'), etl.runPipeline('aetna')]);
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const [refused] = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(refused).toMatchObject({ kind: 'busy' });
    await etl.close();
  });

  it('takes files by name', async () => {
    const { etl } = await makePipeline({ input_dir: 'nowhere' });
    const named = (source: string) => join(input, `202508_aetna_ga_${source}.parquet`);
    const options = { ratesFile: named('rates'), providersFile: named('providers') };
    expect((await etl.planPipeline('any', options)).sources.rates.rows).toBe(20_000);
    await etl.close();
  });

  it('refuses what it cannot do anything with', async () => {
    const { etl } = await makePipeline();
    await expect(etl.runPipeline('../aetna')).rejects.toMatchObject({ kind: 'usage' });
    const notFrames: unknown[] = [null, 'a', {}, [{ npi: '1' }]];
    for (const frame of notFrames) {
      const processed: unknown = Reflect.apply(etl.processRatesChunk, etl, [frame]);
      await expect(processed).rejects.toMatchObject({ kind: 'usage' });
    }
    const make = (config: object) => () => Reflect.construct(ScalableETL1, [config]);
    expect(make({ chunk_size: 5 })).toThrow(expect.objectContaining({ kind: 'config' }));
    await etl.close();
  });

  it('gives chunks back as they came, with more columns, and says what is wrong with one', async () => {
    const { etl } = await makePipeline();
    const rates = pl.readParquet(join(input, '202508_aetna_ga_rates.parquet')).head(1_000);
    const chunk = await etl.processRatesChunk(rates);
    expect(chunk.height).toBe(1_000);
    expect(chunk.columns.slice(0, rates.columns.length)).toEqual(rates.columns);
    const untouched = rates.columns.filter((name) => name.startsWith('billing_code'));
    expect(chunk.select(...untouched).toRecords()).toEqual(rates.select(...untouched).toRecords());
    await expect(etl.processProvidersChunk(rates.drop('provider_reference_id'))).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringContaining('required column missing: provider_group_id or provider_reference_id'),
    });
    const ids = rates.withColumns(pl.lit(true).alias('negotiated_rate'));
    await expect(etl.processRatesChunk(ids)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringContaining('column negotiated_rate holds boolean'),
    });
    await etl.close();
  });

  it('gives a chunk of no rows back with all columns', async () => {
    const { etl } = await makePipeline();
    const file = (source: string) => join(input, `202508_aetna_ga_${source}.parquet`);
    const rates = await etl.processRatesChunk(pl.readParquet(file('rates')).head(0));
    const providers = await etl.processProvidersChunk(pl.readParquet(file('providers')).head(0));
    expect([rates.height, providers.height]).toEqual([0, 0]);
    expect(rates.columns).toEqual(expect.arrayContaining(['fact_uid', 'pos_members', 'reject_reason']));
    expect(providers.columns).toEqual(expect.arrayContaining(['pg_uid', 'npi', 'reject_reason']));
    await etl.close();
  });

  it('leaves nothing behind in the folder for temporary files', async () => {
    const { dataRoot, etl } = await makePipeline();
    const temporary = useOwnTemporaryFolder(dataRoot);
    const frame = pl.DataFrame({ id: ['a', 'b'] });
    const path = join(dataRoot, 'own', 'table.parquet');
    await etl.memoryEfficientUpsert(frame, path, ['id'], 'mine');
    await expect(etl.processRatesChunk(frame)).rejects.toMatchObject({ kind: 'data' });
    expect(readdirSync(temporary)).toEqual([]);
    expect((await readTable(path)).rows).toHaveLength(2);
    await etl.close();
  });
});

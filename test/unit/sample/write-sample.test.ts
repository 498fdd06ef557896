import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSample } from '../../../src/sample/write-sample.js';
import { readLayout, readRows } from './read-sample.js';

const defaults = { payer: 'aetna', state: 'GA', period: '202508', rates: 20_000, providers: 2_000, seed: 1 };
const text = 'BYTE_ARRAY UTF8';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'etl1-sample-'));
});
afterAll(() => rm(root, { recursive: true }));

describe('writeSample', () => {
  it('names the files, counts them, leaves nothing else, and cuts several row groups', async () => {
    const directory = join(root, 'deep', 'er');
    const { rates, providers } = await writeSample({ ...defaults, directory });
    expect(rates).toMatchObject({ path: join(directory, '202508_aetna_ga_rates.parquet'), rows: 20_000 });
    expect(providers).toMatchObject({
      path: join(directory, '202508_aetna_ga_providers.parquet'),
      rows: 2_000,
    });
    expect((await readdir(directory)).length).toBe(2);
    expect((await readFile(rates.path)).byteLength).toBe(rates.bytes);
    expect(rates.bytes + providers.bytes).toBeLessThan(700_000);
    expect((await readLayout(rates.path)).rowGroups).toEqual([5_000, 5_000, 5_000, 5_000]);
  });

  it('writes the same bytes for the same seed, also over an older file, and other rows for another', async () => {
    const write = async (seed: number) => {
      const written = await writeSample({ ...defaults, directory: join(root, 'seeds'), seed });
      return Promise.all([readFile(written.rates.path), readFile(written.providers.path)]);
    };
    const first = await write(1);
    const other = await write(2);
    expect(await write(1)).toEqual(first);
    expect(other[0].equals(first[0])).toBe(false);
    expect(other[1].equals(first[1])).toBe(false);
  });

  it('makes the rows of the committed sample', async () => {
    const written = await writeSample({ ...defaults, directory: join(root, 'committed') });
    for (const { path } of [written.rates, written.providers]) {
      const committed = join(import.meta.dirname, '../../../data/input', basename(path));
      expect(await readRows(path)).toEqual(await readRows(committed));
    }
  });

  it('writes the whole schema with no rows, and more rows than one frame holds', async () => {
    const empty = await writeSample({ ...defaults, directory: join(root, 'empty'), rates: 0, providers: 0 });
    const large = await writeSample({ ...defaults, directory: join(root, 'large'), rates: 50_001 });
    expect(await readRows(empty.rates.path)).toEqual([]);
    expect(await readRows(empty.providers.path)).toEqual([]);
    expect((await readRows(large.rates.path)).length).toBe(50_001);
    const { columns } = await readLayout(empty.rates.path);
    expect(columns).toEqual((await readLayout(large.rates.path)).columns);
    expect(columns).toMatchObject({
      provider_reference_id: 'INT64',
      negotiated_rate: 'DOUBLE',
      service_codes: `list of ${text}`,
      billing_code_modifier: `list of ${text}`,
      billing_code: text,
      last_updated_on: text,
    });
    const members = (await readLayout(empty.providers.path)).columns;
    expect(members).toEqual((await readLayout(large.providers.path)).columns);
    expect(members).toMatchObject({ provider_group_id: 'INT64', npi: text, tin_value: text });
  });

  it.each([
    [1, 0],
    [0, 1],
    [3, 9],
    [500, 79],
    [500, 81],
  ])('writes exactly %i rates and %i providers', async (rates, providers) => {
    const written = await writeSample({ ...defaults, directory: join(root, 'small'), rates, providers });
    expect((await readRows(written.rates.path)).length).toBe(rates);
    expect((await readRows(written.providers.path)).length).toBe(providers);
  });

  it('names the publisher and the month after the options', async () => {
    const options = { ...defaults, payer: 'blue-cross', period: '202601', rates: 1, providers: 1 };
    const written = await writeSample({ ...options, directory: join(root, 'named') });
    for (const { path } of [written.rates, written.providers]) {
      expect(await readRows(path)).toMatchObject([
        { reporting_entity_name: 'Blue Cross Health Plan', last_updated_on: '2026-01-01', version: '1.0.0' },
      ]);
    }
  });

  it('says what it cannot write, and leaves nothing half-written', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    await expect(writeSample({ ...defaults, directory: join(file, 'below') })).rejects.toMatchObject({
      kind: 'output',
      message: expect.stringContaining(`cannot make the folder ${join(file, 'below')}`),
    });
    const taken = join(root, 'taken', '202508_aetna_ga_rates.parquet');
    await mkdir(taken, { recursive: true });
    await expect(writeSample({ ...defaults, directory: join(root, 'taken') })).rejects.toMatchObject({
      kind: 'output',
      message: expect.stringContaining(`cannot write ${taken}`),
    });
    expect(await readdir(join(root, 'taken'))).toEqual(['202508_aetna_ga_rates.parquet']);
  });
});

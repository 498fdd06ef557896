import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDigitOf } from '../../../src/sample/npi.js';
import { writeSample } from '../../../src/sample/write-sample.js';
import { readRows } from './read-sample.js';

type Rows = Awaited<ReturnType<typeof readRows>>;

let directory: string;
let rates: Rows;
let providers: Rows;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'etl1-sample-'));
  const written = await writeSample({
    directory,
    payer: 'aetna',
    state: 'ga',
    period: '202508',
    rates: 20_000,
    providers: 2_000,
    seed: 1,
  });
  rates = await readRows(written.rates.path);
  providers = await readRows(written.providers.path);
});
afterAll(() => rm(directory, { recursive: true }));

const count = (rows: Rows, test: (row: Rows[number]) => boolean) => rows.filter(test).length;
const distinct = (rows: Rows, column: string) => new Set(rows.map((row) => row[column]));
const isRejected = (row: Rows[number]) =>
  row['negotiated_rate'] === null || Number.isNaN(row['negotiated_rate']) || !row['billing_code'];

describe('rates of the sample', () => {
  it('hold a handful of rows to reject, of each kind', () => {
    expect(count(rates, (row) => row['negotiated_rate'] === null)).toBe(4);
    expect(count(rates, (row) => Number.isNaN(row['negotiated_rate']))).toBe(3);
    expect(count(rates, (row) => row['billing_code'] === '')).toBe(3);
    expect(count(rates, (row) => row['billing_code'] === null)).toBe(3);
    expect(count(rates, isRejected)).toBe(13);
  });

  it('hold a few zero, huge and percentage rates, and blank names', () => {
    expect(count(rates, (row) => row['negotiated_rate'] === 0)).toBe(90);
    expect(count(rates, (row) => Number(row['negotiated_rate']) > 1_000_000)).toBe(19);
    expect(count(rates, (row) => row['negotiated_type'] === 'percentage')).toBe(465);
    expect(count(rates, (row) => !row['name'])).toBe(578);
  });

  it('hold every kind of value that etl1 tells apart', () => {
    expect(distinct(rates, 'negotiated_type')).toEqual(
      new Set(['negotiated', 'fee schedule', 'derived', 'percentage', 'per diem']),
    );
    expect(distinct(rates, 'billing_class')).toEqual(new Set(['professional', 'institutional']));
    expect(distinct(rates, 'billing_code_type')).toEqual(new Set(['CPT', 'HCPCS', 'MS-DRG', 'RC']));
    expect(distinct(rates, 'negotiation_arrangement')).toEqual(new Set(['ffs', 'bundle']));
    expect(distinct(rates, 'expiration_date')).toEqual(new Set(['9999-12-31', '2025-12-31', '2026-06-30']));
  });

  it('give places of service as none, an empty list, one code, several, and twenty', () => {
    const sizes = new Set(
      rates.map(({ service_codes: places }) => (Array.isArray(places) ? places.length : null)),
    );
    expect(sizes).toEqual(new Set([null, 0, 1, 2, 3, 20]));
  });

  it('list each code in one place', () => {
    const listed = rates.filter((row) => row['billing_code']).map((row) => row['billing_code']);
    const runs = listed.filter((code, index) => code !== listed[index - 1]);
    expect(runs.length).toBe(new Set(listed).size);
  });

  it('give a fact one to four times, each time with another modifier', () => {
    const copies = new Map<string, string[]>();
    for (const { billing_code_modifier, name: _, ...fact } of rates.filter((row) => !isRejected(row))) {
      const key = JSON.stringify(fact);
      copies.set(key, [...(copies.get(key) ?? []), JSON.stringify(billing_code_modifier)]);
    }
    const sizes = [...copies.values()].map((found) => found.length);
    expect(new Set(sizes)).toEqual(new Set([1, 2, 3, 4]));
    expect([...copies.values()].every((found) => new Set(found).size === found.length)).toBe(true);
  });

  it('price an office visit plausibly, in every group', () => {
    const visits = rates.filter((row) => row['billing_code'] === '99213' && !isRejected(row));
    expect(distinct(visits, 'provider_reference_id').size).toBe(250);
    const prices = visits.map((row) => Number(row['negotiated_rate']));
    expect(Math.min(...prices)).toBeGreaterThan(60);
    expect(Math.max(...prices)).toBeLessThan(160);
  });
});

describe('providers of the sample', () => {
  it('have NPIs that pass the check, or 0', () => {
    const npis = providers.map((row) => String(row['npi']));
    expect(npis.filter((npi) => npi === '0').length).toBe(38);
    for (const npi of npis.filter((found) => found !== '0')) {
      expect(npi).toMatch(/^\d{10}$/);
      expect(checkDigitOf(npi.slice(0, 9))).toBe(Number(npi.at(9)));
    }
  });

  it('have tax numbers of nine digits, or their own NPI, or none', () => {
    expect(count(providers, (row) => row['tin_value'] === null)).toBe(5);
    for (const { npi, tin_type, tin_value } of providers.filter((row) => row['tin_value'] !== null)) {
      if (tin_type === 'ein') expect(tin_value).toMatch(/^\d{9}$/);
      else expect([tin_type, tin_value]).toEqual(['npi', npi]);
    }
  });

  it('repeat rows, and belong to groups that have prices, but for a couple each way', () => {
    expect(new Set(providers.map((row) => JSON.stringify(row))).size).toBe(1_948);
    const priced = distinct(rates, 'provider_reference_id');
    const staffed = distinct(providers, 'provider_group_id');
    expect([...priced].filter((id) => !staffed.has(id)).length).toBe(2);
    expect([...staffed].filter((id) => !priced.has(id)).length).toBe(2);
    expect([...priced].filter((id) => staffed.has(id)).length).toBe(248);
  });
});

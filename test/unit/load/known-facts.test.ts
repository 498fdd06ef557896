import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InputRow } from '../../model/input-value.js';
import { tablesOf } from '../../support/compare-load.js';
import { quoteText } from '../../support/fixture-database.js';
import { pathOf, readOutputs, withFolder } from '../../support/load-pair.js';
import { writeQueries } from '../../support/write-outputs.js';
import { countsOf, loadRounds, type Round } from './load-rounds.js';

const price: InputRow = {
  reporting_entity_name: 'Payer',
  last_updated_on: '2025-08-01',
  version: '1.0.0',
  provider_reference_id: '222',
  billing_class: 'professional',
  billing_code_type: 'CPT',
  billing_code: '33216',
  negotiated_type: 'negotiated',
  negotiation_arrangement: 'ffs',
  negotiated_rate: 752.23,
  expiration_date: '9999-12-31',
  service_codes: ['11', '22'],
};

/** What a key is made of, otherwise than above. */
const others: readonly InputRow[] = [
  { last_updated_on: '2025-09-01' },
  { last_updated_on: null },
  { reporting_entity_name: 'Other' },
  { billing_class: 'institutional' },
  { billing_class: null },
  { billing_code_type: 'HCPCS' },
  { billing_code: '33217' },
  { version: '2.0.0' },
  { version: null },
  { provider_reference_id: '223' },
  { provider_reference_id: null },
  { service_codes: ['11'] },
  { service_codes: [] },
  { negotiated_type: null },
  { negotiation_arrangement: 'bundle' },
  { expiration_date: '2026-01-01' },
  { expiration_date: null },
  { negotiated_rate: 752.2301 },
  { negotiated_rate: -752.23 },
  { negotiated_rate: 0 },
];

/** Loads rounds one after the other; gives how many facts the last one brought. */
async function insertedLast(...rounds: Round[]): Promise<number | undefined> {
  const results = await withFolder((folder) => loadRounds(folder, rounds));
  const last = results.at(-1);
  return last && countsOf(last, 'fact_rate')['inserted'];
}

const many = Array.from({ length: 50 }, (_, index) => ({ ...price, negotiated_rate: (index + 1) / 4 }));

describe('facts that are there', () => {
  it('are known when they come in again, with what is new beside them', async () => {
    const rates = [...many, ...others.map((other) => ({ ...price, ...other }))];
    expect(await insertedLast({ rates }, { rates: [...rates, price] })).toBe(1);
    expect(await insertedLast({ rates: [...rates, price] }, { rates })).toBe(0);
  });

  it('do not hide those that differ in one column of their key', async () => {
    const different = others.map((other) => ({ ...many[7], ...other }));
    expect(await insertedLast({ rates: many }, { rates: [...many, ...different] })).toBe(others.length);
  });

  it('of another state are others', async () => {
    expect(
      await insertedLast({ rates: many, settings: { state: 'TX' } }, { rates: many }, { rates: many }),
    ).toBe(0);
    expect(await insertedLast({ rates: many }, { rates: many, settings: { state: 'TX' } })).toBe(50);
  });

  it('under an empty set of another name are others', async () => {
    const rates = many.map((row) => ({ ...row, service_codes: [] }));
    expect(await insertedLast({ rates }, { rates, settings: { emptyPosSet: 'none' } })).toBe(50);
  });

  it('with groups of a month are known', async () => {
    const settings = { providerGroupScope: 'month' } as const;
    expect(await insertedLast({ rates: many, settings }, { rates: many, settings })).toBe(0);
    expect(await insertedLast({ rates: many }, { rates: many, settings })).toBe(50);
  });

  it('have their key by the four decimals of their rate', async () => {
    const longer = many.map((row) => ({ ...row, negotiated_rate: row.negotiated_rate + 0.00001 }));
    expect(await insertedLast({ rates: longer }, { rates: many })).toBe(0);
    expect(await insertedLast({ rates: many }, { rates: longer })).toBe(0);
    const below = many.map((row) => ({ ...row, negotiated_rate: row.negotiated_rate - 0.00001 }));
    // of minus zero the text has a sign
    const zero = { ...price, negotiated_rate: 0 };
    expect(
      await insertedLast(
        { rates: [...below, { ...zero, negotiated_rate: -0.00001 }] },
        { rates: [...many, zero] },
      ),
    ).toBe(1);
  });

  it('are counted once where their rates differ beyond four decimals', async () => {
    const rates = [
      ...many,
      ...many.map((row) => ({ ...row, negotiated_rate: row.negotiated_rate + 0.00001 })),
    ];
    expect(await insertedLast({ rates }, { rates })).toBe(0);
  });

  it('have their key by texts that may hold its separator', async () => {
    const barred = (rows: readonly InputRow[]) => rows.map((row) => ({ ...row, negotiated_type: 'a|b' }));
    expect(await insertedLast({ rates: barred(many) }, { rates: barred(many) })).toBe(0);
    expect(
      await insertedLast({ rates: barred(many) }, { rates: [...many, ...barred(many.slice(0, 3))] }),
    ).toBe(50);
  });

  it('go by their keys where something else wrote them', async () => {
    await withFolder(async (folder) => {
      await loadRounds(folder, [{ rates: many }]);
      const path = pathOf(join(folder, 'data'), 'fact_rate');
      const others = `SELECT * REPLACE (md5(fact_uid) AS fact_uid) FROM read_parquet(${quoteText(path)})`;
      await writeQueries({ [`${path}.other`]: others });
      await rename(`${path}.other`, path);
      // who wrote it is not known without
      await rm(join(folder, 'data', 'runs'), { recursive: true });
      const there = tablesOf(await readOutputs(join(folder, 'data')));
      const [again, oncemore] = await loadRounds(folder, [{ rates: many }, { rates: many }], there);
      expect(again && countsOf(again, 'fact_rate')).toMatchObject({ inserted: 50, kept: 50 });
      expect(oncemore && countsOf(oncemore, 'fact_rate')).toMatchObject({ inserted: 0, kept: 100 });
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { OutputRow, TableName } from '../../model/tables.js';
import { type Comparing, compareQueries } from '../../support/compare-roots.js';
import { selectRows } from '../../support/write-outputs.js';

const compareRows = (
  name: TableName,
  left: readonly OutputRow[],
  right: readonly OutputRow[],
  comparing?: Comparing,
) => compareQueries(name, selectRows(name, left), selectRows(name, right), comparing);

const code = (text: string, description: string | null = null, name: string | null = null) => ({
  code_type: 'CPT',
  code: text,
  code_description: description,
  code_name: name,
});

const fact = (uid: string, rate: number, more: OutputRow = {}): OutputRow => ({
  fact_uid: uid,
  state: 'GA',
  payer_slug: 'aetna',
  code_type: 'CPT',
  code: '99213',
  negotiated_rate: rate,
  provider_group_id_raw: '7',
  reporting_entity_name: 'Aetna',
  ...more,
});

describe('rows of a dimension', () => {
  it('pair by their key, and are told apart by column', async () => {
    const left = [code('1', 'one', 'a'), code('2', 'two'), code('3', 'three')];
    const right = [code('2', 'two', 'b'), code('3', 'THREE'), code('1', 'one', 'a'), code('4')];
    expect(await compareRows('dim_code', left, right)).toMatchObject({
      status: 'different',
      left: { rows: 3, duplicates: 0 },
      right: { rows: 4, duplicates: 0 },
      only_left: 0,
      only_right: 1,
      different: 2,
      columns: {
        code_description: { rows: 1, examples: [{ left: code('3', 'three'), right: code('3', 'THREE') }] },
        code_name: { rows: 1, examples: [{ left: code('2', 'two'), right: code('2', 'two', 'b') }] },
      },
      examples: { only_left: [], only_right: [code('4')] },
    });
  });

  it('are one where their key is, and each column has its smallest value that is not blank', async () => {
    const left = [code('1', 'b'), code('1', 'a'), code('1', ' ', 'n'), code('2', 'c'), code('2', 'c')];
    const right = [code('1', 'a', 'n'), code('2', 'c')];
    expect(await compareRows('dim_code', left, right)).toMatchObject({
      status: 'equal',
      left: { rows: 5, duplicates: 3, conflicts: 1 },
      right: { rows: 2, duplicates: 0, conflicts: 0 },
    });
  });

  it('are not called duplicates where the other side has just the same', async () => {
    const rows = [code('1', 'a'), code('1', 'a'), code('1', 'b')];
    const same = await compareRows('dim_code', rows, rows.toReversed());
    expect(same).toMatchObject({ status: 'equal', left: { rows: 3, duplicates: 0 } });
    const other = await compareRows('dim_code', rows, [...rows, code('1', 'a')]);
    expect(other).toMatchObject({
      status: 'equal',
      left: { duplicates: 2, conflicts: 1 },
      right: { duplicates: 3, conflicts: 1 },
    });
  });

  it('may have nothing but their key', async () => {
    const pair = (npi: string) => ({ pg_uid: 'a', npi });
    expect(await compareRows('xref_pg_npi', [pair('1'), pair('2'), pair('2')], [pair('2')])).toMatchObject({
      only_left: 1,
      only_right: 0,
      different: 0,
      left: { duplicates: 1, conflicts: 0 },
      examples: { only_left: [pair('1')] },
    });
  });

  it('do not swap values unseen', async () => {
    const left = Array.from({ length: 500 }, (_, index) => code(`${index}`, `${index}`, `${index}`));
    const right = left.map((row, index) => ({ ...row, code_name: `${499 - index}` }));
    expect(await compareRows('dim_code', left, right)).toMatchObject({ different: 500 });
  });
});

describe('facts', () => {
  it('pair by all of their key but the rate: another rate is a difference, and not two rows', async () => {
    const left = fact('a', 10);
    const right = fact('b', 12);
    expect(await compareRows('fact_rate', [left], [right])).toMatchObject({
      only_left: 0,
      only_right: 0,
      different: 1,
      columns: {
        negotiated_rate: {
          rows: 1,
          examples: [
            { left: { fact_uid: 'a', negotiated_rate: 10 }, right: { fact_uid: 'b', negotiated_rate: 12 } },
          ],
        },
      },
    });
  });

  it('of several rates first meet their like, then pair in order of rate', async () => {
    const left = [fact('a', 10), fact('b', 20), fact('c', 30)];
    const right = [fact('d', 5), fact('c', 30), fact('b', 20), fact('e', 40)];
    const { columns, ...rest } = await compareRows('fact_rate', left, right);
    expect(rest).toMatchObject({ only_left: 0, only_right: 1, different: 1 });
    expect(columns['negotiated_rate']?.examples).toMatchObject([
      { left: { negotiated_rate: 10 }, right: { negotiated_rate: 5 } },
    ]);
    expect(rest.examples.only_right).toMatchObject([{ fact_uid: 'e', negotiated_rate: 40 }]);
  });

  it('differ in their key where nothing that it is made of does', async () => {
    const { columns } = await compareRows('fact_rate', [fact('a', 10)], [fact('b', 10)]);
    expect(columns).toMatchObject({ fact_uid: { rows: 1 } });
  });

  it('of one key are one: the whole row of the smallest rate, then of the smallest name', async () => {
    const named = (rate: number, name: string) => fact('a', rate, { reporting_entity_name: name });
    const left = [named(10.00002, 'A'), named(10.00001, 'C'), named(10.00001, 'B')];
    expect(await compareRows('fact_rate', left, [named(10.00001, 'B')])).toMatchObject({
      status: 'equal',
      left: { duplicates: 2, conflicts: 1 },
    });
  });

  it.each([
    [0.01, 100, 100.01, 'equal'],
    [0.01, 100, 100.0101, 'different'],
    [0.1, 3_000_000.2, 3_000_000.3, 'equal'],
    [0, 100, 100.00000000000001, 'different'],
    [5, -1, 4, 'equal'],
  ] as const)('with a tolerance of %d call %d and %d %s', async (tolerance, left, right, status) => {
    const rows = [[fact('a', left)], [fact('b', right)]] as const;
    const compared = await compareRows('fact_rate', ...rows, { tolerance });
    expect(compared).toMatchObject({ status, within_tolerance: status === 'equal' ? 1 : 0 });
  });

  it('are not excused by a tolerance for what else differs', async () => {
    const right = fact('b', 10.001, { reporting_entity_name: 'Aetna Inc' });
    expect(await compareRows('fact_rate', [fact('a', 10)], [right], { tolerance: 0.01 })).toMatchObject({
      different: 1,
      within_tolerance: 0,
      columns: { reporting_entity_name: { rows: 1 } },
    });
  });

  it('of several rates within the tolerance pair one to one', async () => {
    const left = [fact('a', 10), fact('b', 20)];
    const right = [fact('c', 20.004), fact('d', 10.004)];
    const compared = await compareRows('fact_rate', left, right, { tolerance: 0.01 });
    expect(compared).toMatchObject({ status: 'equal', within_tolerance: 2 });
  });

  it('show as many examples as are asked for', async () => {
    const left = Array.from({ length: 9 }, (_, index) => fact(`${index}`, index, { code: `${index}` }));
    const { examples, only_left } = await compareRows('fact_rate', left, [], { examples: 2 });
    expect([only_left, examples.only_left.length]).toEqual([9, 2]);
    const none = await compareRows('fact_rate', left, [fact('x', 100, { code: '1' })], { examples: 0 });
    expect(none).toMatchObject({ columns: { negotiated_rate: { rows: 1, examples: [] } } });
  });
});

describe('files of another make', () => {
  const facts = selectRows('fact_rate', [fact('a', 10), fact('b', 20, { provider_group_id_raw: null })]);

  it('hold ids as numbers and lists as text', async () => {
    const retyped = `SELECT * REPLACE (provider_group_id_raw::BIGINT AS provider_group_id_raw) FROM (${facts})`;
    expect(await compareQueries('fact_rate', facts, retyped)).toMatchObject({
      status: 'equal',
      left: { retyped_columns: {} },
      right: { retyped_columns: { provider_group_id_raw: 'BIGINT' } },
    });
    const printed = `SELECT 'p' AS pos_set_id, '[''22'', ''11'']' AS pos_members`;
    const right = selectRows('dim_pos_set', [{ pos_set_id: 'p', pos_members: ['11'] }]);
    expect(await compareQueries('dim_pos_set', printed, right)).toMatchObject({
      left: { retyped_columns: { pos_members: 'VARCHAR' } },
      columns: {
        pos_members: { examples: [{ left: { pos_members: '11 22' }, right: { pos_members: '11' } }] },
      },
    });
  });

  it('hold a rate that JSON has no word for', async () => {
    const rates = (rate: string) => `SELECT * REPLACE (${rate} AS negotiated_rate) FROM (${facts})`;
    const { columns } = await compareQueries('fact_rate', rates(`'-inf'::DOUBLE`), facts, { examples: 1 });
    expect(columns['negotiated_rate']).toMatchObject({
      rows: 2,
      examples: [{ left: { negotiated_rate: '-Infinity' } }],
    });
  });

  it('have columns in another order, some more, and some not', async () => {
    const other = `SELECT 'x' AS extra, * EXCLUDE (state, year_month, fact_uid), fact_uid FROM (${facts})`;
    const compared = await compareQueries('fact_rate', facts, other);
    expect(compared).toMatchObject({
      right: { extra_columns: ['extra'], missing_columns: ['state', 'year_month'] },
      only_left: 0,
      only_right: 0,
      different: 2,
    });
    // the months were null in both
    expect(Object.keys(compared.columns)).toEqual(['state']);
  });

  it('may hold a fact by its key alone', async () => {
    const compared = await compareQueries(
      'fact_rate',
      facts,
      "SELECT fact_uid FROM (VALUES ('a')) t(fact_uid)",
    );
    expect(compared).toMatchObject({ only_left: 1, only_right: 0, different: 1 });
  });

  it('keep a byte order mark that a text begins with', async () => {
    const named = (name: string) => selectRows('dim_code', [code('1', null, name)]);
    const { columns } = await compareQueries('dim_code', named('\ufeffa'), named('a'));
    expect(columns['code_name']?.examples).toMatchObject([
      { left: { code_name: '\ufeffa' }, right: { code_name: 'a' } },
    ]);
  });

  it('are refused without the key of their table', async () => {
    await expect(compareQueries('fact_rate', 'SELECT 1 AS "state"', facts)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(
        /fact_rate\.parquet: not a fact_rate: its key fact_uid is missing; found state$/,
      ),
    });
  });
});

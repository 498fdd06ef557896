import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SettingName } from '../../../src/config/settings.js';
import { EtlError } from '../../../src/errors.js';
import { type CheckName, checkNamed, checks } from '../../../src/tables/checks.js';
import type { TableName } from '../../../src/tables/tables.js';
import { validationReportSchema } from '../../../src/validate/report.js';
import { pgUidOf, posSetIdOf } from '../../model/keys.js';
import { type OutputValue, tableNames } from '../../model/tables.js';
import { quoteText } from '../../support/fixture-database.js';
import { pathOf, withFolder } from '../../support/load-pair.js';
import { useOwnTemporaryFolder } from '../../support/own-temporary.js';
import {
  makeFact,
  type OutputRows,
  soundOutputs,
  validateOutputs,
  writeOutputs,
  writeQueries,
} from '../../support/sound-outputs.js';

interface Offence {
  readonly check: CheckName;
  readonly table: TableName;
  /** What is added to sound outputs, or put in the place of their rows. */
  readonly add?: Partial<OutputRows>;
  readonly put?: Partial<OutputRows>;
  readonly count: number;
  /** The first example, or a part of it. */
  readonly example: Readonly<Record<string, unknown>>;
}

const group = soundOutputs().dim_provider_group[0]?.['pg_uid'] ?? '';
const fact = makeFact();
const otherKey = 'f'.repeat(32);

/** A fact for each value of a column; an example shows that of one of them, whichever has the smallest key. */
function factsWith(column: string, values: readonly OutputValue[]) {
  const facts = values.map((value) => makeFact({ [column]: value }));
  const [first] = facts.toSorted((one, other) =>
    String(one['fact_uid']) < String(other['fact_uid']) ? -1 : 1,
  );
  const value = first?.[column] ?? null;
  const shown = typeof value === 'number' ? expect.stringMatching(/^-?[0-9.e+]+$/) : value;
  return {
    add: { fact_rate: facts },
    count: facts.length,
    example: { fact_uid: first?.['fact_uid'], [column]: shown },
  };
}

/** Codes that facts have, in their order. */
function codes(pairs: readonly (readonly [type: string, code: string])[]) {
  const rows = pairs.map(([code_type, code]) => ({ code_type, code }));
  return {
    add: { dim_code: rows, fact_rate: rows.map(makeFact) },
    count: rows.length,
    example: rows[0] ?? {},
  };
}

/** A group, under the key that it ought to have. */
function groupOf(payer_slug: string, id: string, month = '') {
  return {
    pg_uid: pgUidOf(payer_slug, '1.0', id, month),
    payer_slug,
    provider_group_id_raw: id,
    version: '1.0',
  };
}

const offences: readonly Offence[] = [
  {
    check: 'key_missing',
    table: 'fact_rate',
    add: { fact_rate: [{ ...makeFact({ negotiated_rate: 1 }), fact_uid: null }] },
    count: 1,
    example: { fact_uid: null },
  },
  {
    check: 'key_missing',
    table: 'xref_pg_npi',
    add: { xref_pg_npi: [{ pg_uid: group, npi: null }] },
    count: 1,
    example: { pg_uid: group, npi: null },
  },
  {
    check: 'key_duplicate',
    table: 'fact_rate',
    add: { fact_rate: [fact, fact] },
    count: 3,
    example: { fact_uid: fact['fact_uid'], rows: '3' },
  },
  {
    check: 'key_duplicate',
    table: 'dim_code',
    add: { dim_code: [{ code_type: 'CPT', code: '99213', code_description: 'another' }] },
    count: 2,
    example: { code_type: 'CPT', code: '99213', rows: '2' },
  },
  {
    check: 'key_wrong',
    table: 'fact_rate',
    put: { fact_rate: [{ ...fact, fact_uid: otherKey }] },
    count: 1,
    example: { fact_uid: otherKey },
  },
  {
    check: 'key_wrong',
    table: 'dim_provider_group',
    put: {
      dim_provider_group: [{ ...groupOf('acme', '7'), pg_uid: otherKey }],
      xref_pg_npi: [{ pg_uid: otherKey, npi: '1234567893' }],
      xref_pg_tin: [],
      fact_rate: [makeFact({ pg_uid: otherKey })],
    },
    count: 1,
    example: { pg_uid: otherKey },
  },
  {
    check: 'key_wrong',
    table: 'dim_pos_set',
    add: {
      dim_pos_set: [{ pos_set_id: posSetIdOf([], 'none'), pos_members: [] }],
      fact_rate: [makeFact({ pos_set_id: posSetIdOf([], 'none') })],
    },
    count: 1,
    example: { pos_set_id: posSetIdOf([], 'none'), pos_members: '[]' },
  },
  {
    check: 'code_not_found',
    table: 'fact_rate',
    add: { fact_rate: [makeFact({ code: '99214' }), makeFact({ code: '99214', negotiated_rate: 2 })] },
    count: 2,
    example: { code_type: 'CPT', code: '99214', rows: '2' },
  },
  {
    check: 'payer_not_found',
    table: 'fact_rate',
    add: { fact_rate: [makeFact({ payer_slug: 'other' })] },
    count: 1,
    example: { payer_slug: 'other', rows: '1' },
  },
  {
    check: 'group_not_found',
    table: 'fact_rate',
    add: { fact_rate: [makeFact({ pg_uid: null })] },
    count: 1,
    example: { pg_uid: null, rows: '1' },
  },
  {
    check: 'group_not_found',
    table: 'xref_pg_npi',
    add: { xref_pg_npi: [{ pg_uid: otherKey, npi: '1234567893' }] },
    count: 1,
    example: { pg_uid: otherKey, rows: '1' },
  },
  {
    check: 'group_not_found',
    table: 'xref_pg_tin',
    add: { xref_pg_tin: [{ pg_uid: otherKey, tin_type: 'ein', tin_value: '123456789' }] },
    count: 1,
    example: { pg_uid: otherKey, rows: '1' },
  },
  {
    check: 'pos_set_not_found',
    table: 'fact_rate',
    add: { fact_rate: [makeFact({ pos_set_id: otherKey })] },
    count: 1,
    example: { pos_set_id: otherKey, rows: '1' },
  },
  {
    check: 'without_facts',
    table: 'dim_code',
    add: { dim_code: [{ code_type: 'RC', code: '0450' }] },
    count: 1,
    example: { code_type: 'RC', code: '0450' },
  },
  {
    check: 'without_facts',
    table: 'dim_payer',
    add: { dim_payer: [{ payer_slug: 'other' }] },
    count: 1,
    example: { payer_slug: 'other' },
  },
  {
    check: 'without_facts',
    table: 'dim_provider_group',
    add: {
      dim_provider_group: [groupOf('acme', '8')],
      xref_pg_npi: [{ pg_uid: groupOf('acme', '8').pg_uid, npi: '1234567893' }],
    },
    count: 1,
    example: groupOf('acme', '8'),
  },
  {
    check: 'without_facts',
    table: 'dim_pos_set',
    add: { dim_pos_set: [{ pos_set_id: posSetIdOf(['22'], ''), pos_members: ['22'] }] },
    count: 1,
    example: { pos_set_id: posSetIdOf(['22'], '') },
  },
  {
    check: 'group_without_members',
    table: 'dim_provider_group',
    put: { xref_pg_npi: [], xref_pg_tin: [] },
    count: 1,
    example: { pg_uid: group, provider_group_id_raw: '7' },
  },
  {
    check: 'payer_slug_malformed',
    table: 'dim_payer',
    add: { dim_payer: [{ payer_slug: 'Acme--Two' }], fact_rate: [makeFact({ payer_slug: 'Acme--Two' })] },
    count: 1,
    example: { payer_slug: 'Acme--Two' },
  },
  {
    check: 'payer_slug_malformed',
    table: 'dim_provider_group',
    put: {
      dim_provider_group: [groupOf('-acme', '7')],
      xref_pg_npi: [{ pg_uid: groupOf('-acme', '7').pg_uid, npi: '1234567893' }],
      xref_pg_tin: [],
      fact_rate: [makeFact({ pg_uid: groupOf('-acme', '7').pg_uid })],
    },
    count: 1,
    example: { payer_slug: '-acme' },
  },
  { check: 'code_type_unknown', table: 'dim_code', ...codes([['cpt', '99213']]) },
  {
    check: 'code_malformed',
    table: 'dim_code',
    ...codes([
      ['APC', '501'],
      ['APR-DRG', '47'],
      ['CDT', 'A0120'],
      ['CPT', '9921'],
      ['EAPG', '47200X'],
      ['HCPCS', 'W0001'],
      ['HIPPS', '1AF'],
      ['ICD', '0D1607I'],
      ['MS-DRG', '0470'],
      ['NDC', '123456789'],
      ['RC', '45'],
    ]),
  },
  {
    check: 'pos_unknown',
    table: 'dim_pos_set',
    add: {
      dim_pos_set: [{ pos_set_id: posSetIdOf(['11', '28', 'l'], ''), pos_members: ['11', '28', 'l'] }],
      fact_rate: [makeFact({ pos_set_id: posSetIdOf(['11', '28', 'l'], '') })],
    },
    count: 1,
    example: { unknown: '[28, l]' },
  },
  {
    check: 'npi_invalid',
    table: 'xref_pg_npi',
    add: {
      xref_pg_npi: ['1234567890', '123456789', '3234567893', '12345678930', '123456789x'].map((npi) => ({
        pg_uid: group,
        npi,
      })),
    },
    count: 5,
    example: { npi: '123456789' },
  },
  {
    check: 'npi_invalid',
    table: 'xref_pg_tin',
    add: { xref_pg_tin: [{ pg_uid: group, tin_type: 'npi', tin_value: '1234567890' }] },
    count: 1,
    example: { tin_value: '1234567890' },
  },
  {
    check: 'ein_malformed',
    table: 'xref_pg_tin',
    add: { xref_pg_tin: [{ pg_uid: group, tin_type: 'ein', tin_value: '1-23456789' }] },
    count: 1,
    example: { tin_value: '1-23456789' },
  },
  {
    check: 'tin_type_unknown',
    table: 'xref_pg_tin',
    add: { xref_pg_tin: [{ pg_uid: group, tin_type: 'ssn', tin_value: '123456789' }] },
    count: 1,
    example: { tin_type: 'ssn' },
  },
  { check: 'state_malformed', table: 'fact_rate', ...factsWith('state', ['Ga', 'GAA', null]) },
  { check: 'year_month_missing', table: 'fact_rate', ...factsWith('year_month', [null]), example: {} },
  {
    check: 'year_month_malformed',
    table: 'fact_rate',
    ...factsWith('year_month', ['2025-13', '1999-08', '2025-8', '2025-08-01']),
  },
  { check: 'rate_zero', table: 'fact_rate', ...factsWith('negotiated_rate', [0]), example: {} },
  { check: 'rate_negative', table: 'fact_rate', ...factsWith('negotiated_rate', [-0.5, -1e9]) },
  { check: 'rate_huge', table: 'fact_rate', ...factsWith('negotiated_rate', [1_000_000.5, 2e12]) },
  {
    check: 'percentage_out_of_range',
    table: 'fact_rate',
    add: { fact_rate: [makeFact({ negotiated_type: 'percentage', negotiated_rate: 100.5 })] },
    count: 1,
    example: { negotiated_rate: '100.5' },
  },
  { check: 'billing_class_unknown', table: 'fact_rate', ...factsWith('billing_class', ['dental']) },
  { check: 'negotiated_type_unknown', table: 'fact_rate', ...factsWith('negotiated_type', ['Negotiated']) },
  {
    check: 'arrangement_unknown',
    table: 'fact_rate',
    ...factsWith('negotiation_arrangement', ['other', 'FFS']),
  },
];

describe('validate', () => {
  it('finds nothing in sound outputs, nor in outputs without rows', async () => {
    await withFolder(async (folder) => {
      await writeOutputs(folder, soundOutputs());
      const report = await validateOutputs(folder);
      expect(report).toMatchObject({ status: 'sound', findings: [], not_checked: [], data_root: folder });
      expect(report.tables['fact_rate']).toEqual({ path: pathOf(folder, 'fact_rate'), rows: 1 });
      const nothing = { dim_code: [], dim_payer: [], dim_provider_group: [], dim_pos_set: [] };
      await writeOutputs(folder, { ...nothing, xref_pg_npi: [], xref_pg_tin: [], fact_rate: [] });
      expect(await validateOutputs(folder)).toMatchObject({ status: 'sound', findings: [], not_checked: [] });
    });
  });

  it('takes codes, NPIs, EINs and places of service as they are published', async () => {
    const pairs = [
      ...['99213', '3074F', '0042T', '0001U', '0004M', '0011A', 'CSTM-00'].map(
        (code) => ['CPT', code] as const,
      ),
      ...['J1885', 'U0004', '99213', 'CSTM-00'].map((code) => ['HCPCS', code] as const),
      ...['0D16079', '3E0G3GC', 'E11.9', 'E119', 'S72.001A', '250.00', 'V58.1', 'E880.1'].map(
        (code) => ['ICD', code] as const,
      ),
      ...['0002-1433-80', '00021433080', '50242-040-62', '0002143380'].map((code) => ['NDC', code] as const),
      ...([
        ['CDT', 'D0120'],
        ['MS-DRG', '470'],
        ['APR-DRG', '560-2'],
        ['R-DRG', '4701'],
        ['APC', '5012'],
      ] as const),
      ...([
        ['EAPG', '00472'],
        ['HIPPS', '1AFNA'],
        ['RC', '0450'],
        ['RC', '450'],
      ] as const),
      ...([
        ['LOCAL', 'any code'],
        ['CSTM-ALL', 'CSTM-00'],
      ] as const),
    ];
    const places = ['02', '10', '27', '66', '99', 'CSTM-00'];
    await withFolder(async (folder) => {
      const { add } = codes(pairs);
      const rows = soundOutputs();
      rows.dim_code.push(...add.dim_code.slice(1));
      rows.dim_pos_set.push({ pos_set_id: posSetIdOf(places, ''), pos_members: places });
      rows.xref_pg_npi.push(...['1003000126', '2000000002'].map((npi) => ({ pg_uid: group, npi })));
      rows.xref_pg_tin.push(
        { pg_uid: group, tin_type: 'npi', tin_value: '1003000126' },
        { pg_uid: group, tin_type: null, tin_value: 'anything' },
      );
      rows.fact_rate.push(...add.fact_rate.slice(1), makeFact({ pos_set_id: posSetIdOf(places, '') }));
      rows.fact_rate.push(makeFact({ negotiated_type: 'percentage', negotiated_rate: 100 }));
      rows.fact_rate.push(
        makeFact({ negotiated_rate: 1_000_000, billing_class: null, expiration_date: null }),
      );
      await writeOutputs(folder, rows);
      expect((await validateOutputs(folder)).findings).toEqual([]);
    });
  });

  it.each(offences)('finds $check in $table', async ({ check, table, add, put, count, example }) => {
    await withFolder(async (folder) => {
      const rows = { ...soundOutputs(), ...put };
      for (const name of tableNames) rows[name] = [...rows[name], ...(add?.[name] ?? [])];
      await writeOutputs(folder, rows);
      const { findings, not_checked } = await validateOutputs(folder);
      const examples = expect.arrayContaining([expect.objectContaining(example)]);
      const { severity, finds } = checkNamed(check);
      expect(findings).toEqual([{ check, table, severity, finds, count, examples }]);
      expect(findings[0]?.examples.length).toBeLessThanOrEqual(3);
      expect(not_checked).toEqual([]);
    });
  });

  it('finds rates that no load lets in, and tells infinite ones as nothing else', async () => {
    const odd = ['NULL', `'NaN'`, `'inf'`, `'-inf'`, '1e15'];
    await withFolder(async (folder) => {
      await writeOutputs(folder, soundOutputs());
      const rows = odd.map(
        (rate) =>
          `SELECT * REPLACE (${rate}::DOUBLE AS negotiated_rate, md5(${quoteText(rate)}) AS fact_uid) FROM fact`,
      );
      const path = join(folder, 'fact.parquet');
      await rename(pathOf(folder, 'fact_rate'), path);
      const query = `WITH fact AS (FROM ${quoteText(path)}) ${rows.join(' UNION ALL ')}`;
      await writeQueries(folder, [['fact_rate', query]]);
      const { findings } = await validateOutputs(folder, { validate_severities: { key_wrong: 'off' } });
      expect(findings.map(({ check, count }) => [check, count])).toEqual([
        ['rate_unusable', 5],
        ['rate_huge', 1],
      ]);
      const shown = findings[0]?.examples.map((example) => example['negotiated_rate']);
      expect(shown).toHaveLength(3);
    });
  });
});

describe('a percentage below 0', () => {
  it('is out of range, and a rate below 0', async () => {
    await withFolder(async (folder) => {
      const odd = makeFact({ negotiated_type: 'percentage', negotiated_rate: -1 });
      await writeOutputs(folder, { ...soundOutputs(), fact_rate: [makeFact(), odd] });
      const { findings } = await validateOutputs(folder);
      expect(findings.map(({ check, count }) => [check, count])).toEqual([
        ['rate_negative', 1],
        ['percentage_out_of_range', 1],
      ]);
    });
  });
});

describe('files', () => {
  it('that are not there are errors, and are named with what could not be checked', async () => {
    await withFolder(async (folder) => {
      await writeOutputs(folder, soundOutputs());
      await rm(pathOf(folder, 'dim_code'));
      const { status, findings, not_checked, tables } = await validateOutputs(folder);
      expect(status).toBe('unsound');
      expect(findings).toMatchObject([
        {
          check: 'table_missing',
          table: 'dim_code',
          count: 1,
          examples: [{ path: pathOf(folder, 'dim_code') }],
        },
      ]);
      expect(tables['dim_code']?.rows).toBeNull();
      const reason = 'dim_code cannot be used';
      expect(not_checked).toContainEqual({ check: 'key_duplicate', table: 'dim_code', reason });
      expect(not_checked).toContainEqual({ check: 'code_not_found', table: 'fact_rate', reason });
      expect(not_checked).toContainEqual({ check: 'without_facts', table: 'dim_code', reason });
      expect(not_checked).not.toContainEqual(expect.objectContaining({ check: 'rate_zero' }));
    });
  });

  it('are an error of their own where none is there', async () => {
    await withFolder(async (folder) => {
      await expect(validateOutputs(folder)).rejects.toMatchObject({
        kind: 'input',
        message: expect.stringContaining(`no outputs in ${folder}`),
        hint: expect.stringContaining('etl1 --payer'),
      });
    });
  });

  it('that are no parquet, or damaged anywhere, cannot be read', async () => {
    await withFolder(async (folder) => {
      await writeOutputs(folder, soundOutputs());
      writeFileSync(pathOf(folder, 'dim_payer'), 'no parquet');
      const path = pathOf(folder, 'dim_code');
      const bytes = readFileSync(path);
      // the last column, which no check looks at
      const at = bytes.lastIndexOf('Office visit', bytes.indexOf('code_description'));
      expect(at).toBeGreaterThan(0);
      writeFileSync(path, bytes.fill(0xff, at - 20, at));
      const { findings } = await validateOutputs(folder);
      expect(findings.map(({ check, table }) => `${check} ${table}`)).toEqual([
        'table_unreadable dim_code',
        'table_unreadable dim_payer',
      ]);
      expect(findings[1]?.examples[0]?.['problem']).toMatch(
        /dim_payer\.parquet' too small to be a Parquet file$/,
      );
    });
  });

  it('of another make are told column by column, and checked no further', async () => {
    await withFolder(async (folder) => {
      await writeOutputs(folder, soundOutputs());
      await writeQueries(folder, [
        ['dim_payer', `SELECT 'acme' AS payer_slug, 1 AS version, '' AS reporting_entity_name`],
      ]);
      const { findings } = await validateOutputs(folder);
      expect(findings).toMatchObject([
        {
          check: 'columns_wrong',
          table: 'dim_payer',
          count: 2,
          examples: [
            { place: '2', found: 'version INTEGER', expected: 'reporting_entity_name VARCHAR' },
            { place: '3', found: 'reporting_entity_name VARCHAR', expected: 'version VARCHAR' },
          ],
        },
      ]);
    });
  });

  it('that are replaced meanwhile are no basis for an answer', async () => {
    await withFolder(async (folder) => {
      await writeOutputs(folder, soundOutputs());
      const observe = (stage: string) => {
        if (stage === 'references') writeFileSync(pathOf(folder, 'dim_payer'), 'another');
      };
      await expect(validateOutputs(folder, {}, { observe })).rejects.toMatchObject({
        kind: 'busy',
        message: expect.stringContaining(pathOf(folder, 'dim_payer')),
      });
    });
  });
});

describe('settings', () => {
  it('give severities, and what is too much', async () => {
    await withFolder(async (folder) => {
      await writeOutputs(folder, {
        ...soundOutputs(),
        fact_rate: [makeFact(), makeFact({ negotiated_type: 'percentage', negotiated_rate: 120 })],
      });
      const told = async (flags: Readonly<Partial<Record<SettingName, unknown>>>) => {
        const { status, findings } = await validateOutputs(folder, flags);
        return [status, ...findings.map(({ check, severity }) => `${severity} ${check}`)];
      };
      expect(await told({})).toEqual(['sound', 'warning percentage_out_of_range']);
      expect(await told({ validate_max_percentage: 120 })).toEqual(['sound']);
      expect(await told({ validate_max_rate: 100, validate_severities: { rate_huge: 'error' } })).toEqual([
        'unsound',
        'error rate_huge',
        'warning percentage_out_of_range',
      ]);
      expect(await told({ validate_severities: { percentage_out_of_range: 'off' } })).toEqual(['sound']);
    });
  });

  it('of the load say how keys are made', async () => {
    await withFolder(async (folder) => {
      const none = posSetIdOf([], 'none');
      const rows = soundOutputs();
      rows.dim_pos_set.push({ pos_set_id: none, pos_members: [] });
      rows.fact_rate.push(makeFact({ pos_set_id: none }));
      await writeOutputs(folder, rows);
      expect((await validateOutputs(folder, { empty_pos_set: 'none' })).findings).toEqual([]);
    });
  });
});

describe('a group with other members in another month', () => {
  const months = ['2025-07', '2025-08'].map((month) => ({ month, ...groupOf('acme', '7', month) }));

  it('is told by the tables where they keep months apart', async () => {
    await withFolder(async (folder) => {
      const rows = soundOutputs();
      rows.dim_provider_group = months.map(({ month, ...row }) => row);
      rows.fact_rate = months.map(({ month: year_month, pg_uid }) => makeFact({ year_month, pg_uid }));
      rows.xref_pg_npi = months.map(({ pg_uid }) => ({ pg_uid, npi: '1234567893' }));
      rows.xref_pg_tin = [];
      await writeOutputs(folder, rows);
      const same = await validateOutputs(folder, { provider_group_scope: 'month' });
      expect(same.findings).toEqual([]);
      expect(same.not_checked).toMatchObject([{ check: 'key_wrong', table: 'dim_provider_group' }]);
      rows.xref_pg_npi.push({ pg_uid: months[1]?.pg_uid ?? '', npi: '1003000126' });
      await writeOutputs(folder, rows);
      const { findings } = await validateOutputs(folder, { provider_group_scope: 'month' });
      expect(findings).toMatchObject([
        {
          check: 'group_members_changed',
          table: 'dim_provider_group',
          count: 1,
          examples: [{ payer_slug: 'acme', version: '1.0', provider_group_id_raw: '7', months: '2' }],
        },
      ]);
    });
  });

  it('is told by the records of runs where they add months up', async () => {
    await withFolder(async (folder) => {
      await writeOutputs(folder, soundOutputs());
      const gains = [3, 4].map((groups) => ({ runId: `run-${groups}`, groups }));
      const { findings } = await validateOutputs(folder, {}, { gains });
      expect(findings).toMatchObject([
        {
          check: 'group_members_changed',
          count: 7,
          examples: [{ run: 'run-3', groups: '3' }, { groups: '4' }],
        },
      ]);
    });
  });
});

describe('a validation', () => {
  it('that is stopped says so, and leaves nothing', async () => {
    await withFolder(async (folder) => {
      await writeOutputs(folder, soundOutputs());
      const temporary = useOwnTemporaryFolder(folder);
      const seen: string[][] = [];
      const stop = new AbortController();
      const observe = (stage: string) => {
        seen.push(readdirSync(temporary));
        if (stage === 'dim_pos_set') stop.abort(new EtlError('interrupted', 'stopped', { step: 'running' }));
      };
      await expect(validateOutputs(folder, {}, { signal: stop.signal, observe })).rejects.toMatchObject({
        kind: 'interrupted',
      });
      expect(seen.flat()).toContainEqual(expect.stringMatching(/^etl1-validate-/));
      expect(readdirSync(temporary)).toEqual([]);
    });
  });

  it('reports in the documented shape', async () => {
    await withFolder(async (folder) => {
      await writeOutputs(folder, { ...soundOutputs(), dim_payer: [] });
      const report = await validateOutputs(folder);
      expect(validationReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    });
  });

  it('makes every check that is documented, and each is tried above', () => {
    const elsewhere = [
      'table_missing',
      'table_unreadable',
      'columns_wrong',
      'rate_unusable',
      'group_members_changed',
    ];
    const tried = new Set<string>([...offences.map(({ check }) => check), ...elsewhere]);
    expect([...tried].sort()).toEqual(checks.map(({ name }) => name).sort());
  });
});

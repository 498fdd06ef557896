import { join } from 'node:path';
import { describe, it } from 'vitest';
import type { InputRow } from '../model/input-value.js';
import { settingsFor } from '../model/settings.js';
import { plainLayout } from '../support/arbitrary-pair.js';
import type { RandomTable } from '../support/arbitrary-table.js';
import { writeFiles } from '../support/compare-files.js';
import { expectLoad } from '../support/compare-load.js';
import type { Layout } from '../support/fixture.js';
import { withFolder } from '../support/load-pair.js';

const ratesColumns: Layout['columns'] = {
  provider_reference_id: 'int64',
  negotiated_rate: 'double',
  billing_code_type: 'text',
  billing_code: 'text',
  reporting_entity_name: 'text',
};

const providersColumns: Layout['columns'] = {
  provider_group_id: 'int64',
  npi: 'text',
  reporting_entity_name: 'text',
};

const rate: InputRow = {
  provider_reference_id: 7n,
  negotiated_rate: 100,
  billing_code_type: 'CPT',
  billing_code: '99213',
  reporting_entity_name: 'Acme Health',
};

const member: InputRow = { provider_group_id: 7n, npi: '1234567890', reporting_entity_name: 'Acme Health' };

interface Found {
  readonly what: string;
  /** One table for each file. */
  readonly rates: readonly RandomTable[];
  readonly providers?: RandomTable;
  readonly layout?: Omit<Layout, 'columns'>;
}

const table = (rows: readonly InputRow[], more: Layout['columns'] = {}): RandomTable => ({
  columns: { ...ratesColumns, ...more },
  rows,
});

/** The smallest inputs of what random ones have found. */
const found: readonly Found[] = [
  {
    what: 'two codes where neither description nor name is there',
    rates: [table([rate, { ...rate, billing_code: '99214' }])],
  },
  {
    what: 'runs of several payers and code types where most columns are null throughout',
    rates: [
      table(
        [
          { ...rate, provider_reference_id: null, reporting_entity_name: 'Zeta', billing_code_type: 'HCPCS' },
          { ...rate, provider_reference_id: null, negotiated_rate: 0 },
          { ...rate, billing_code_type: 'cpt', negotiated_rate: 0 },
          { ...rate, provider_reference_id: null, billing_code_type: 'HCPCS', negotiated_rate: 0 },
          { ...rate, reporting_entity_name: 'Zeta', billing_code_type: 'HCPCS', negotiated_rate: 0 },
        ],
        { name: 'null', last_updated_on: 'null' },
      ),
    ],
    layout: { writer: 'polars', rowGroupSize: 7, statistics: false },
  },
  {
    what: 'row groups of providers that tell no group at all',
    rates: [table([rate])],
    providers: {
      columns: { ...providersColumns, provider_group_id: 'null', provider_reference_id: 'null' },
      rows: [
        { ...member, provider_group_id: null },
        { ...member, provider_group_id: null },
      ],
    },
    layout: { writer: 'polars', rowGroupSize: 1 },
  },
  {
    what: 'row groups of providers, one of them without a payer',
    rates: [table([rate])],
    providers: {
      columns: providersColumns,
      rows: [member, { ...member, reporting_entity_name: '*' }],
    },
    layout: { writer: 'polars', rowGroupSize: 1 },
  },
  {
    what: 'providers of no payer, without any npi or tin',
    rates: [table([rate])],
    providers: {
      columns: { ...providersColumns, npi: 'null', tin_value: 'null' },
      rows: [{ ...member, npi: null, reporting_entity_name: '*' }],
    },
    layout: { writer: 'polars', rowGroupSize: 1 },
  },
  {
    what: 'names whose smallest and greatest differ by U+FEFF only',
    rates: [table(['', '\ufeff', 'Acme'].map((name) => ({ ...rate, reporting_entity_name: name })))],
  },
  {
    what: 'one code throughout, with U+FEFF at its start',
    rates: [table([{ ...rate, billing_code: '\ufeff99213' }])],
  },
  {
    what: 'one context throughout, with U+FEFF at the start of its texts',
    rates: [
      table([{ ...rate, negotiated_type: '\ufeffnegotiated', expiration_date: '\ufeff' }], {
        negotiated_type: 'text',
        expiration_date: 'text',
      }),
    ],
  },
  {
    what: 'ids of two files, of 32 and of 64 bits',
    rates: [
      table([rate], { provider_reference_id: 'int32' }),
      table([{ ...rate, provider_reference_id: 9_223_372_036_854_775_807n }]),
    ],
  },
  {
    what: 'an unsigned id beyond the signed ones',
    rates: [
      table([{ ...rate, provider_reference_id: 18_446_744_073_709_551_615n }], {
        provider_reference_id: 'uint64',
      }),
    ],
  },
  {
    what: 'rejects of two files, one with service codes as a list and one with text',
    rates: [
      table([{ ...rate, negotiated_rate: null, service_codes: ['11'] }], { service_codes: 'list' }),
      table([{ ...rate, negotiated_rate: null, service_codes: 'None' }], { service_codes: 'text' }),
    ],
  },
];

describe('what random input has found', () => {
  it.each(found)('$what', ({ rates, providers, layout: special }) =>
    withFolder(async (folder) => {
      const layout = { ...plainLayout, ...special };
      const files = await writeFiles(join(folder, 'input'), {
        rates: rates.map((one) => ({ table: one, layout })),
        providers: [{ table: providers ?? { columns: providersColumns, rows: [member] }, layout }],
      });
      await expectLoad({
        dataRoot: join(folder, 'data'),
        files,
        settings: settingsFor('GA'),
        chunkSize: 100,
      });
    }),
  );
});

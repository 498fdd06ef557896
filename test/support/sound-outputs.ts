import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { loadConfig } from '../../src/config/load.js';
import type { SettingName } from '../../src/config/settings.js';
import { layoutThere } from '../../src/pipeline/fact-layout.js';
import { outputsOf } from '../../src/pipeline/locate.js';
import type { Gain } from '../../src/validate/make-report.js';
import type { ValidationReport } from '../../src/validate/report.js';
import { type Stage, validate } from '../../src/validate/validate.js';
import { factUidOf, pgUidOf, posSetIdOf } from '../model/keys.js';
import { columnsOf, type OutputRow, type OutputValue, type TableName, tableNames } from '../model/tables.js';
import { quoteName, quoteText, withDatabase } from './fixture-database.js';
import { pathOf } from './load-pair.js';

export type OutputRows = Record<TableName, OutputRow[]>;

const group = pgUidOf('acme', '1.0', '7', '');
const office = posSetIdOf(['11'], '');

/** A fact with some values of its own, under the key that it ought to have. */
export function makeFact(values: OutputRow = {}): OutputRow {
  const fact: OutputRow = {
    state: 'GA',
    year_month: '2025-08',
    payer_slug: 'acme',
    billing_class: 'professional',
    code_type: 'CPT',
    code: '99213',
    pg_uid: group,
    pos_set_id: office,
    negotiated_type: 'negotiated',
    negotiation_arrangement: 'ffs',
    negotiated_rate: 95.5,
    expiration_date: '9999-12-31',
    provider_group_id_raw: '7',
    reporting_entity_name: 'Acme',
    ...values,
  };
  const text = (column: string) => String(fact[column] ?? '');
  const fact_uid = factUidOf({
    state: text('state'),
    yearMonth: text('year_month'),
    payerSlug: text('payer_slug'),
    billingClass: text('billing_class'),
    codeType: text('code_type'),
    code: text('code'),
    pgUid: text('pg_uid'),
    posSetId: text('pos_set_id'),
    negotiatedType: text('negotiated_type'),
    negotiationArrangement: text('negotiation_arrangement'),
    expirationDate: text('expiration_date'),
    rateText: Number(fact['negotiated_rate']).toFixed(4),
    providerId: text('provider_group_id_raw'),
  });
  return { fact_uid, ...fact };
}

/** Outputs of one fact, against which no check has anything. */
export function soundOutputs(): OutputRows {
  return {
    dim_code: [{ code_type: 'CPT', code: '99213', code_description: 'Office visit', code_name: null }],
    dim_payer: [{ payer_slug: 'acme', reporting_entity_name: 'Acme', version: '1.0' }],
    dim_provider_group: [{ pg_uid: group, payer_slug: 'acme', provider_group_id_raw: '7', version: '1.0' }],
    dim_pos_set: [{ pos_set_id: office, pos_members: ['11'] }],
    xref_pg_npi: [{ pg_uid: group, npi: '1234567893' }],
    xref_pg_tin: [{ pg_uid: group, tin_type: 'ein', tin_value: '12-3456789' }],
    fact_rate: [makeFact()],
  };
}

/** Writes rows as outputs, in the default places below a data root. */
export async function writeOutputs(dataRoot: string, rows: OutputRows): Promise<void> {
  await writeQueries(
    dataRoot,
    tableNames.map((table) => [table, queryOf(table, rows[table])]),
  );
}

/** Writes what queries give as outputs. */
export async function writeQueries(
  dataRoot: string,
  queries: readonly (readonly [TableName, string])[],
): Promise<void> {
  await withDatabase(async (connection) => {
    for (const [table, query] of queries) {
      const path = pathOf(dataRoot, table);
      await mkdir(dirname(path), { recursive: true });
      await connection.run(`COPY (${query}) TO ${quoteText(path)} (FORMAT PARQUET)`);
    }
  });
}

function queryOf(table: TableName, rows: readonly OutputRow[]): string {
  const select = (row: OutputRow) =>
    `SELECT ${columnsOf[table].map((name) => cell(name, row[name])).join(', ')}`;
  return rows.length > 0 ? rows.map(select).join(' UNION ALL ') : `${select({})} WHERE false`;
}

function cell(name: string, value: OutputValue | undefined): string {
  const type = { negotiated_rate: 'DOUBLE', pos_members: 'VARCHAR[]' }[name] ?? 'VARCHAR';
  return `CAST(${sqlOf(value ?? null)} AS ${type}) AS ${quoteName(name)}`;
}

function sqlOf(value: OutputValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'object') return `[${value.map(quoteText).join(', ')}]`;
  return quoteText(String(value));
}

interface Circumstances {
  readonly gains?: readonly Gain[];
  readonly observe?: (stage: Stage) => void;
  readonly signal?: AbortSignal;
}

/** Validates the outputs below a data root, by default settings but for some. */
export async function validateOutputs(
  dataRoot: string,
  flags: Readonly<Partial<Record<SettingName, unknown>>> = {},
  { gains = [], observe = () => {}, signal = new AbortController().signal }: Circumstances = {},
): Promise<ValidationReport> {
  const environment = { settings: new Map(), configFile: undefined, noColor: true };
  const config = loadConfig({ flags: { ...flags, data_root: dataRoot }, environment, file: '/dev/null' });
  const { settings } = config;
  const outputs = outputsOf(dataRoot, settings, layoutThere(dataRoot, settings));
  const budget = { databaseMb: 128, threads: 1 };
  return validate({ dataRoot, outputs, settings, budget, gains }, observe, signal);
}

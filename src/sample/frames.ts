import type { DataFrame, Series } from 'nodejs-polars';
import { pl } from '../polars.js';
import type { ProviderRow } from './providers.js';
import type { RateRow } from './rates.js';

/** Who published the files, and when: the same in every row. */
export interface Publication {
  readonly entityName: string;
  /** ISO date. */
  readonly lastUpdatedOn: string;
}

type Read<Row, Value> = (row: Row) => Value;
type Texts = readonly string[] | null;

/** Prices as the columns of a rates file; all of them, with their types, also where there are no rows. */
export function makeRatesFrame(rows: readonly RateRow[], publication: Publication): DataFrame {
  return pl.DataFrame([
    integer('provider_reference_id', rows, (row) => row.provider_reference_id),
    double('negotiated_rate', rows, (row) => row.negotiated_rate),
    text('negotiated_type', rows, (row) => row.negotiated_type),
    text('billing_class', rows, (row) => row.billing_class),
    text('expiration_date', rows, (row) => row.expiration_date),
    textList('service_codes', rows, (row) => row.service_codes),
    textList('billing_code_modifier', rows, (row) => row.billing_code_modifier),
    text('additional_information', rows, (row) => row.additional_information),
    text('billing_code', rows, (row) => row.billing_code),
    text('billing_code_type', rows, (row) => row.billing_code_type),
    text('billing_code_type_version', rows, () => publication.lastUpdatedOn.slice(0, 4)),
    text('description', rows, (row) => row.description),
    text('name', rows, (row) => row.name),
    text('negotiation_arrangement', rows, (row) => row.negotiation_arrangement),
    ...publicationColumns(rows, publication),
  ]);
}

/** Members of groups as the columns of a providers file, like the rates. */
export function makeProvidersFrame(rows: readonly ProviderRow[], publication: Publication): DataFrame {
  return pl.DataFrame([
    integer('provider_group_id', rows, (row) => row.provider_group_id),
    text('npi', rows, (row) => row.npi),
    text('tin_type', rows, (row) => row.tin_type),
    text('tin_value', rows, (row) => row.tin_value),
    text('network_name', rows, (row) => row.network_name),
    ...publicationColumns(rows, publication),
  ]);
}

function publicationColumns(rows: readonly unknown[], publication: Publication): Series[] {
  return [
    text('reporting_entity_name', rows, () => publication.entityName),
    text('reporting_entity_type', rows, () => 'health insurance issuer'),
    text('last_updated_on', rows, () => publication.lastUpdatedOn),
    text('version', rows, () => '1.0.0'),
  ];
}

function text<Row>(name: string, rows: readonly Row[], read: Read<Row, string | null>): Series {
  return pl.Series(name, rows.map(read), pl.Utf8);
}

function double<Row>(name: string, rows: readonly Row[], read: Read<Row, number | null>): Series {
  return pl.Series(name, rows.map(read), pl.Float64);
}

function integer<Row>(name: string, rows: readonly Row[], read: Read<Row, number>): Series {
  return pl.Series(name, rows.map(read), pl.Int64);
}

function textList<Row>(name: string, rows: readonly Row[], read: Read<Row, Texts>): Series {
  // Polars takes the list's type from its first text, so give it one and cut it off
  return pl.Series(name, [[''], ...rows.map(read)], pl.List(pl.Utf8)).slice(1, rows.length);
}

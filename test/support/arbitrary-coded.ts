import fc from 'fast-check';
import { type InputRow, type InputValue, isList } from '../model/input-value.js';
import { type Columns, few, ratesColumns } from './arbitrary-columns.js';
import type { RandomLayout } from './arbitrary-file.js';
import { badRates, goodRates, wholeIds } from './arbitrary-number.js';
import type { RandomTable } from './arbitrary-table.js';
import { blanks, entityNames, oddText, serviceLists, serviceTexts, updateTexts } from './arbitrary-text.js';
import type { Codec } from './fixture.js';

const separators = ['|', 'a|b', 'a', 'b|a', '|a'];

const anyText = (usual: readonly string[]) => few('text', usual, [...oddText, ...blanks, ...separators]);

/** Text that holds a letter or digit, and odd characters besides. */
const surelyText = (usual: readonly string[]) =>
  few('text', usual, [
    '\ufeffB',
    ' outer ',
    '\u212a1',
    'a|b',
    'b|',
    '😀2',
    '\u00a03\u3000',
    'null',
    'NaN',
    '0',
  ]);

const textId = surelyText(['7', '772', '772.0', '007', ' 772', 'A']);
const wholeId = few(
  'int64',
  wholeIds.filter((id) => id !== null),
);
const shortId = few('int32', [772n, 0n, 7n, -7n]);
const surelyId = fc.oneof(textId, wholeId, shortId);
const nothing = fc.constant({ stored: 'null' as const, values: [null] });
const absent = fc.constant(undefined);

/** The two columns of ids, the first of which that holds anything holds something in every row. */
const idColumns: fc.Arbitrary<Columns> = fc.oneof(
  fc.constant<Columns>({ provider_reference_id: surelyId }),
  fc.constant<Columns>({ provider_reference_id: nothing, provider_group_id: surelyId }),
  fc.constant<Columns>({ provider_reference_id: absent, provider_group_id: surelyId }),
  fc.constant<Columns>({
    provider_reference_id: surelyId,
    provider_group_id: few('text', ['8', '9'], blanks),
  }),
  fc.constant<Columns>({ provider_reference_id: surelyId, provider_group_id: few('int64', wholeIds) }),
);

/** Rates of which every row can be kept, and all text is text: they can be read as codes. */
export const codableColumns: fc.Arbitrary<Columns> = idColumns.map((ids) => ({
  ...ratesColumns,
  provider_group_id: absent,
  ...ids,
  reporting_entity_name: few('text', entityNames),
  last_updated_on: fc.oneof(few('text', updateTexts), few('text', updateTexts), nothing, absent),
  version: fc.oneof(anyText(['1.0.0', 'v2']), nothing, absent),
  billing_class: fc.oneof(anyText(['professional', 'institutional']), nothing, absent),
  billing_code_type: surelyText(['CPT', 'HCPCS', 'cpt']),
  billing_code: surelyText(['99213', 'J0129', '99213 ', '0250']),
  negotiated_type: fc.oneof(anyText(['negotiated', 'percentage', ' PERCENTAGE ']), nothing, absent),
  negotiation_arrangement: fc.oneof(anyText(['ffs', 'bundle']), absent),
  description: fc.oneof(anyText(['Visit', 'visit', 'Another visit']), nothing, absent),
  name: fc.oneof(anyText(['Office', 'office']), nothing, absent),
  negotiated_rate: fc.oneof(
    few('double', goodRates),
    few('double', [80, 80.5, 752.23]),
    few('int64', [100n, 0n, -5n, 1_000_001n, 999_999_999_999_999n]),
  ),
  expiration_date: fc.oneof(anyText(['9999-12-31', '12/31/9999']), nothing, absent),
  service_codes: fc.oneof(
    few('list', serviceLists),
    few('list', serviceLists),
    few('text', serviceTexts),
    nothing,
    absent,
  ),
}));

/** Rates that can be read as codes but for a row here and there. */
export const nearlyCodableColumns: fc.Arbitrary<Columns> = codableColumns.map((columns) => ({
  ...columns,
  negotiated_rate: few('double', goodRates, badRates),
}));

const recodable: readonly Codec[] = ['zstd', 'snappy', 'gzip', 'uncompressed'];
const foreign: readonly Codec[] = ['brotli', 'lz4'];

/**
 * Layouts whose text is in dictionaries that can be replaced. Polars gives dictionaries to all text, but for that in
 * lists. Row groups are few.
 */
export function codableLayout(hasLists: boolean, maxRows: number): fc.Arbitrary<RandomLayout> {
  const writers = hasLists ? (['duckdb'] as const) : (['duckdb', 'polars'] as const);
  return fc.record({
    writer: fc.constantFrom(...writers),
    dictionaries: fc.constant(true),
    codec: fc.constantFrom(...recodable),
    rowGroupSize: fc.integer({ min: Math.ceil(maxRows / 8), max: maxRows }),
    extra: fc.constantFrom<RandomLayout['extra']>({}, { note: 'text', row: 'text' }),
  });
}

/** The same layout in a codec in which no page is rewritten, so that rows are looked at one by one. */
export function uncodable(layout: RandomLayout, index: number): RandomLayout {
  return { ...layout, codec: foreign[index % foreign.length] ?? 'brotli' };
}

/** Whether a row group has no value of a column that has some in others: DuckDB gives it no dictionary then. */
export function hasHollowGroup({ columns, rows }: RandomTable, rowGroupSize: number): boolean {
  const groups = Array.from({ length: Math.ceil(rows.length / rowGroupSize) }, (_, index) =>
    rows.slice(index * rowGroupSize, (index + 1) * rowGroupSize),
  );
  return Object.keys(columns).some((name) => {
    const hasValue = (row: InputRow) => holdsValue(row[name] ?? null);
    return rows.some(hasValue) && groups.some((group) => !group.some(hasValue));
  });
}

function holdsValue(value: InputValue): boolean {
  return isList(value) ? value.some((element) => element !== null) : value !== null;
}

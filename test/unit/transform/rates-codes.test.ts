import pl, { type DataFrame } from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { compileResolution, type MetCodes, type TextsByCode } from '../../../src/transform/rates-codes.js';

const context = {
  reporting_entity_name: 'Acme Health',
  version: '1.0.0',
  last_updated_on: '2025-08-01',
  billing_class: 'professional',
  negotiated_type: 'negotiated',
  negotiation_arrangement: 'ffs',
  expiration_date: '9999-12-31',
};
const code = { billing_code_type: 'CPT', billing_code: '99213', description: null, name: null };

type Texts = Readonly<Record<string, string | null>>;

/** Texts under the codes 1, 2, 3 … */
const coded = (...texts: readonly Texts[]): TextsByCode =>
  new Map(texts.map((row, index) => [String(index + 1), row]));

const met: MetCodes = {
  contexts: coded(context),
  codes: coded(code),
  providers: coded({ provider_reference_id: '7' }),
  services: coded({ service_codes: '11|22' }),
};

const resolve = (
  changes: Partial<MetCodes>,
  rows: ReadonlyMap<string, number> = new Map(),
  override: string | null = null,
) => compileResolution({ payerSlugOverride: override })({ ...met, ...changes }, rows, 100);

/** What each code leads to, in the order of codes: the row of a dimension without its id. */
function rowsByCode(lookup: DataFrame, dimension: DataFrame, id: string) {
  const byId = new Map(dimension.toRecords().map(({ [id]: key, ...row }) => [String(key), row]));
  const ways = lookup
    .select(pl.col('code').cast(pl.Int64), pl.col('id').cast(pl.Int64))
    .sort('code')
    .toRecords();
  return ways.map((way) => byId.get(String(way['id'])));
}

describe('compileResolution', () => {
  it('normalises contexts, and leads codes that say the same to rows that say the same', async () => {
    const contexts = coded(
      context,
      { ...context, last_updated_on: '2025-08-31', version: ' ' },
      { ...context, reporting_entity_name: '\u212aaiser', last_updated_on: null, version: null },
    );
    const { star, lookups } = await resolve({ contexts });
    const { last_updated_on: _, ...kept } = context;
    const first = { ...kept, payer_slug: 'acme-health', year_month: '2025-08' };
    expect(rowsByCode(lookups.context_code, star.context, 'context_id')).toEqual([
      first,
      { ...first, version: '' },
      { ...first, version: '', reporting_entity_name: '\u212aaiser', payer_slug: 'kaiser', year_month: '' },
    ]);
  });

  it('takes the payer that is given', async () => {
    const contexts = coded({ ...context, reporting_entity_name: null });
    const { star } = await resolve({ contexts }, new Map(), 'given');
    expect(star.context.toRecords()).toMatchObject([{ payer_slug: 'given', reporting_entity_name: '' }]);
  });

  it('leads codes with several descriptions to one row with the smallest', async () => {
    const codes = coded(
      { ...code, description: 'b', name: ' ' },
      { ...code, description: 'B', name: null },
      { ...code, description: '\u3000', name: 'z' },
      { ...code, billing_code: '99213 ' },
    );
    const { star, lookups } = await resolve({ codes });
    const row = { code_type: 'CPT', code: '99213', code_description: 'B', code_name: 'z' };
    expect(rowsByCode(lookups.code_code, star.code, 'code_id')).toEqual([
      row,
      row,
      row,
      { code_type: 'CPT', code: '99213 ', code_description: '', code_name: '' },
    ]);
    expect(star.code.height).toBe(2);
  });

  it('keeps ids to the letter, and makes sets of service codes', async () => {
    const { star, lookups } = await resolve({
      providers: coded({ provider_reference_id: ' 772' }, { provider_reference_id: '772' }),
      services: coded(
        { service_codes: null },
        { service_codes: '22|11|22' },
        { service_codes: "['11', '22']" },
      ),
    });
    expect(rowsByCode(lookups.provider_code, star.provider, 'provider_id')).toEqual([
      { provider_group_id_raw: ' 772' },
      { provider_group_id_raw: '772' },
    ]);
    const sets = rowsByCode(lookups.service_code, star.pos_set, 'pos_id').map((row) => row?.['pos_members']);
    expect(sets).toEqual([[], ['11', '22'], ['11', '22']]);
  });

  it('numbers rows from the first id that is given', async () => {
    const { star } = await resolve({
      providers: coded({ provider_reference_id: '1' }, { provider_reference_id: '2' }),
    });
    const ids = star.provider.getColumn('provider_id').toArray().map(Number);
    expect(ids.toSorted((one, other) => one - other)).toEqual([100, 101]);
  });

  it('counts the rows of unusual contexts', async () => {
    const contexts = coded(
      context,
      { ...context, negotiated_type: ' PERCENTAGE\u00a0' },
      { ...context, negotiated_type: 'percentage', last_updated_on: 'soon' },
    );
    const rows = new Map([
      ['1', 1],
      ['2', 20],
      ['3', 300],
    ]);
    expect((await resolve({ contexts }, rows)).warnings).toEqual({
      rate_percentage: 320,
      year_month_missing: 300,
    });
  });

  it('keeps codes of all 64 bits apart', async () => {
    const services: TextsByCode = new Map([
      ['9223372036854775807', { service_codes: '1' }],
      ['9223372036854775806', { service_codes: '2' }],
      ['-9223372036854775808', { service_codes: '3' }],
    ]);
    const { lookups } = await resolve({ services });
    const codes = lookups.service_code.select(pl.col('code').cast(pl.Utf8)).toRecords();
    expect(codes.map((row) => row['code']).toSorted()).toEqual([...services.keys()].toSorted());
  });
});

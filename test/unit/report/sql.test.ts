import { describe, expect, it } from 'vitest';
import {
  countGroupSizes,
  countRates,
  selectRejectExamples,
  sizeLabels,
  spreadBy,
  viewRates,
} from '../../../src/report/sql.js';

const slice = { state: 'GA', payer_slug: `o'neil`, year_month: '2025-08' };

describe('the SQL of a report', () => {
  it('narrows facts by plain comparisons, by which partitions are left out', () => {
    expect(countRates([slice])).toContain(
      `WHERE (("state" = 'GA' AND "payer_slug" = 'o''neil' AND "year_month" = '2025-08'))`,
    );
    expect(countRates([{ ...slice, year_month: null }])).toContain(`"year_month" IS NULL`);
    expect(countRates([])).toMatch(/WHERE false$/);
    expect(countRates(null)).toMatch(/WHERE true$/);
  });

  it('has one condition for the months of a payer', () => {
    const [, ofAnyMonth = ''] = viewRates([slice, { ...slice, year_month: '2025-07' }]);
    expect(ofAnyMonth).toContain(`WHERE (("state" = 'GA' AND "payer_slug" = 'o''neil')) AND`);
  });

  it('cuts texts, and asks for as many rows as there is room for', () => {
    const query = spreadBy({ from: 'rate', by: 'billing_class' }, 20);
    expect(query).toContain(`left(coalesce(billing_class, ''), 100) || '…'`);
    expect(query).toMatch(/ORDER BY rates DESC, label LIMIT 20$/);
    expect(spreadBy({ from: 'rate_of_any_month', by: 'year_month' }, 60)).toMatch(
      /ORDER BY label DESC LIMIT 60$/,
    );
  });

  it('quotes the path of rejects', () => {
    expect(selectRejectExamples('rates', `/a'b/[x].parquet`, 3)).toContain(`'/a''b/[[]x].parquet'`);
  });

  it('has a name for each size of a group', () => {
    expect(sizeLabels).toEqual([
      '0',
      '1',
      '2–5',
      '6–10',
      '11–50',
      '51–100',
      '101–500',
      '501–1,000',
      'over 1,000',
    ]);
    expect(countGroupSizes([slice])).toContain(`"payer_slug" = 'o''neil'`);
  });
});

import { pl } from '../polars.js';
import { asRead } from './dimension.js';
import { yearMonth } from './month.js';
import { payerSlug } from './payer.js';
import { posMembers, serviceText } from './pos-set.js';
import { rateValue } from './rate.js';
import { ratesRejectReason, type TransformSettings } from './rates.js';
import { idColumns, rateColumn, serviceColumn } from './rates-coding.js';
import { compileRows, type RowsTransform } from './rows.js';
import { type ChunkShape, firstNonBlankOf, normalised, storedAs, storedColumn } from './shape.js';
import { blankToEmpty } from './text.js';

/** The outputs' texts that are an input's, by the input's name. */
const plainTexts: Readonly<Record<string, string>> = {
  reporting_entity_name: 'reporting_entity_name',
  version: 'version',
  billing_class: 'billing_class',
  billing_code_type: 'code_type',
  billing_code: 'code',
  description: 'code_description',
  name: 'code_name',
  negotiated_type: 'negotiated_type',
  negotiation_arrangement: 'negotiation_arrangement',
  expiration_date: 'expiration_date',
};
const monthColumn = 'last_updated_on';

/**
 * Makes the function that normalises rates row by row: all that the outputs have of a row but its keys, and
 * `reject_reason`. Text is empty where it is blank, the rate null where there is none.
 */
export function compileRatesRows(shape: ChunkShape, settings: TransformSettings): RowsTransform {
  const services = serviceText(storedColumn(shape, serviceColumn), storedAs(shape, serviceColumn));
  const rate = rateValue(storedColumn(shape, rateColumn), storedAs(shape, rateColumn));
  const plain = Object.entries(plainTexts).map(([column, name]) => [
    name,
    normalised(shape, column, asRead, blankToEmpty),
  ]);
  return compileRows(shape, {
    texts: [...Object.keys(plainTexts), monthColumn, ...idColumns],
    values: {
      [asRead(serviceColumn)]: services,
      [rateColumn]: rate,
      reject_reason: ratesRejectReason(shape, settings),
    },
    columns: {
      ...Object.fromEntries(plain),
      payer_slug: normalised(shape, 'reporting_entity_name', asRead, (name) =>
        payerSlug(name, settings.payerSlugOverride),
      ),
      year_month: normalised(shape, monthColumn, asRead, (text) =>
        yearMonth(text, storedAs(shape, monthColumn).kind),
      ),
      provider_group_id_raw: firstNonBlankOf(shape, idColumns, asRead),
      pos_members: posMembers(pl.col(asRead(serviceColumn))),
      [rateColumn]: pl.col(rateColumn),
      reject_reason: pl.col('reject_reason'),
    },
  });
}

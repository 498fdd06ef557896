import { pl } from '../polars.js';
import { asRead } from './dimension.js';
import { yearMonth } from './month.js';
import { payerSlug } from './payer.js';
import { idColumns, memberColumns, providersRejectReason, tinOnly } from './providers.js';
import type { TransformSettings } from './rates.js';
import { compileRows, type RowsTransform } from './rows.js';
import { type ChunkShape, firstNonBlankOf, normalised, storedAs } from './shape.js';
import { blankToEmpty } from './text.js';

const monthColumn = 'last_updated_on';

/**
 * Makes the function that normalises providers row by row: all that the outputs have of a row but its key, and
 * `reject_reason`. Text is empty where it is blank; so is an NPI that stands for none.
 */
export function compileProvidersRows(shape: ChunkShape, settings: TransformSettings): RowsTransform {
  const text = (column: string) => normalised(shape, column, asRead, blankToEmpty);
  const npi = text('npi');
  return compileRows(shape, {
    texts: ['reporting_entity_name', 'version', monthColumn, ...idColumns, ...memberColumns],
    values: { reject_reason: providersRejectReason(shape, settings) },
    columns: {
      payer_slug: normalised(shape, 'reporting_entity_name', asRead, (name) =>
        payerSlug(name, settings.payerSlugOverride),
      ),
      version: text('version'),
      year_month: normalised(shape, monthColumn, asRead, (month) =>
        yearMonth(month, storedAs(shape, monthColumn).kind),
      ),
      provider_group_id_raw: firstNonBlankOf(shape, idColumns, asRead),
      npi: pl
        .when(npi.neq(pl.lit(tinOnly)))
        .then(npi)
        .otherwise(pl.lit('')),
      tin_type: text('tin_type'),
      tin_value: text('tin_value'),
      reject_reason: pl.col('reject_reason'),
    },
  });
}

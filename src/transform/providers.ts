import pl, { type DataFrame } from 'nodejs-polars';
import { asRead, compileDimension } from './dimension.js';
import { yearMonth } from './month.js';
import { payerSlug } from './payer.js';
import type { TransformSettings } from './rates.js';
import { compileRejects } from './rejects.js';
import { type ChunkShape, exponentSpeller, storedAs, textOf, varyingOf } from './shape.js';
import { blankToEmpty, firstNonBlank, isEmpty } from './text.js';

/**
 * A chunk of providers as a small star; text is normalised, and empty where it is blank.
 *
 * - `provider_group` group_id, payer_slug, version, year_month, provider_group_id_raw
 * - `npi` group_id, npi
 * - `tin` group_id, tin_type, tin_value
 */
export type ProvidersStar = Readonly<Record<'provider_group' | 'npi' | 'tin', DataFrame>>;

export interface TransformedProviders {
  readonly star: ProvidersStar;
  /** Rejected rows as read, with `row` (from 0 within the chunk) and `reject_reason`; null where there are none. */
  readonly rejects: DataFrame | null;
  /** How many accepted rows give no NPI or no TIN row. */
  readonly warnings: Readonly<Record<string, number>>;
}

/**
 * Normalises a chunk of providers, splits off its rejects and reduces the rest to distinct rows.
 * `firstRow` is the number of the frame's first row in the whole logical input: it keeps surrogate keys apart.
 */
export type ProvidersTransform = (frame: DataFrame, firstRow: number) => Promise<TransformedProviders>;

const entityColumns = ['reporting_entity_name', 'version', 'last_updated_on'];
const idColumns = ['provider_group_id', 'provider_reference_id'];
const memberColumns = ['npi', 'tin_type', 'tin_value'];

/** CMS's mark for a provider that is known by its TIN only. */
const tinOnly = '0';

/** Makes the transform of all chunks of one shape. */
export function compileProviders(shape: ChunkShape, settings: TransformSettings): ProvidersTransform {
  const splitRejects = compileRejects(shape, rejectReason(shape, settings));
  const membersOf = compileMembers(shape);
  const group = groupDimension(shape, settings);
  const hasNpi = isEmpty(pl.col('npi'))
    .or(pl.col('npi').eq(pl.lit(tinOnly)))
    .not();
  const hasTin = isEmpty(pl.col('tin_value')).not();
  const npiColumns = ['group_id', 'npi'].map((name) => pl.col(name));
  const tinColumns = ['group_id', 'tin_type', 'tin_value'].map((name) => pl.col(name));

  return async (frame, firstRow) => {
    const { accepted, rejects } = await splitRejects(frame);
    const members = await membersOf(accepted);
    const groups = await group.make(group.distinct(members), firstRow);
    const referring = await group.referTo(members.lazy(), groups).collect();
    const [withNpi, withTin] = await Promise.all([
      referring
        .lazy()
        .filter(hasNpi)
        .select(...npiColumns)
        .collect(),
      referring
        .lazy()
        .filter(hasTin)
        .select(...tinColumns)
        .collect(),
    ]);
    return {
      star: { provider_group: groups.rows, npi: withNpi.unique(), tin: withTin.unique() },
      rejects: rejects.height > 0 ? rejects : null,
      warnings: {
        npi_missing: members.height - withNpi.height,
        tin_missing: members.height - withTin.height,
      },
    };
  };
}

function rejectReason(shape: ChunkShape, { payerSlugOverride }: TransformSettings) {
  return pl
    .when(isEmpty(payerSlug(textOf(shape, 'reporting_entity_name'), payerSlugOverride)))
    .then(pl.lit('payer_missing'))
    .when(isEmpty(firstNonBlank(idColumns.map((column) => textOf(shape, column)))))
    .then(pl.lit('group_missing'))
    .otherwise(pl.lit(''));
}

/** What tells groups apart, as read, and the members of each row, normalised. */
function compileMembers(shape: ChunkShape) {
  const read = varyingOf(shape, [...entityColumns, ...idColumns]);
  const columns = [...read, ...memberColumns];
  const nameOf = (column: string) => (memberColumns.includes(column) ? column : asRead(column));
  const texts = columns.map((column) => textOf(shape, column).alias(nameOf(column)));
  const spellOut = exponentSpeller(shape, columns, nameOf);
  const normal = memberColumns.map((column) => blankToEmpty(pl.col(column)));
  return async (frame: DataFrame): Promise<DataFrame> => {
    const members = await spellOut(
      await frame
        .lazy()
        .select(...texts)
        .collect(),
    );
    return members
      .lazy()
      .withColumns(...normal)
      .collect();
  };
}

function groupDimension(shape: ChunkShape, { payerSlugOverride }: TransformSettings) {
  const on = varyingOf(shape, [...entityColumns, ...idColumns]);
  const read = (column: string) => (on.includes(column) ? pl.col(asRead(column)) : textOf(shape, column));
  return compileDimension({
    id: 'group_id',
    on,
    columns: {
      payer_slug: payerSlug(read('reporting_entity_name'), payerSlugOverride),
      version: blankToEmpty(read('version')),
      year_month: yearMonth(read('last_updated_on'), storedAs(shape, 'last_updated_on').kind),
      provider_group_id_raw: firstNonBlank(idColumns.map(read)),
    },
  });
}

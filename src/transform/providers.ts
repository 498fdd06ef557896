import type { DataFrame, Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import { asRead, compileDimension } from './dimension.js';
import { yearMonth } from './month.js';
import { payerSlug } from './payer.js';
import type { TransformSettings } from './rates.js';
import { compileRejects } from './rejects.js';
import { separately } from './separately.js';
import {
  type ChunkShape,
  exponentSpeller,
  firstNonBlankOf,
  normalised,
  storedAs,
  textOf,
  varyingOf,
} from './shape.js';
import { blankToEmpty, firstNonBlank, isEmpty } from './text.js';

/**
 * A chunk of providers as a small star; text is normalised, and empty where it is blank.
 *
 * - `provider_group` group_id, payer_slug, version, year_month, provider_group_id_raw
 * - `npi` group_id, npi
 * - `tin` group_id, tin_type, tin_value
 * - `incomplete_group` group_id, npi_missing, tin_missing: groups of rows that give no NPI or no TIN row; absent where none do
 */
export type ProvidersStar = Readonly<Record<'provider_group' | 'npi' | 'tin', DataFrame>> & {
  readonly incomplete_group?: DataFrame;
};

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
export const idColumns = ['provider_group_id', 'provider_reference_id'];
export const memberColumns = ['npi', 'tin_type', 'tin_value'];

/** CMS's mark for a provider that is known by its TIN only. */
export const tinOnly = '0';

/** Makes the transform of all chunks of one shape. */
export function compileProviders(shape: ChunkShape, settings: TransformSettings): ProvidersTransform {
  const splitRejects = compileRejects('providers', shape, providersRejectReason(shape, settings));
  const reduce = compileReduction(shape, settings);
  return async (frame, firstRow) => {
    const { accepted, rejects } = await splitRejects(frame);
    if (accepted.height > 0 || rejects === null) return { ...(await reduce(accepted, firstRow)), rejects };
    // the library does not reduce nothing at all to nothing: literals stay one row high
    const { star } = await reduce(frame, firstRow);
    const { provider_group: group, npi, tin } = star;
    const none = { provider_group: group.head(0), npi: npi.head(0), tin: tin.head(0) };
    return { star: none, warnings: { npi_missing: 0, tin_missing: 0 }, rejects };
  };
}

function compileReduction(shape: ChunkShape, settings: TransformSettings) {
  const membersOf = compileMembers(shape);
  const group = groupDimension(shape, settings);
  const hasNpi = isEmpty(pl.col('npi'))
    .or(pl.col('npi').eq(pl.lit(tinOnly)))
    .not();
  const hasTin = isEmpty(pl.col('tin_value')).not();
  const isIncomplete = hasNpi.and(hasTin).not();
  const missing = [pl.col('group_id'), hasNpi.not().alias('npi_missing'), hasTin.not().alias('tin_missing')];
  const npiColumns = ['group_id', 'npi'].map((name) => pl.col(name));
  const tinColumns = ['group_id', 'tin_type', 'tin_value'].map((name) => pl.col(name));
  const incompleteIn = (referring: DataFrame) =>
    referring
      .lazy()
      .filter(isIncomplete)
      .select(...missing)
      .unique()
      .collect(separately);
  return async (frame: DataFrame, firstRow: number) => {
    const members = await membersOf(frame);
    const groups = await group.make(group.distinct(members), firstRow);
    const referring = await group.referTo(members.lazy(), groups).collect(separately);
    const [withNpi, withTin] = await Promise.all([
      referring
        .lazy()
        .filter(hasNpi)
        .select(...npiColumns)
        .collect(separately),
      referring
        .lazy()
        .filter(hasTin)
        .select(...tinColumns)
        .collect(separately),
    ]);
    const isComplete = withNpi.height === members.height && withTin.height === members.height;
    const star = { provider_group: groups.rows, npi: withNpi.unique(), tin: withTin.unique() };
    return {
      star: isComplete ? star : { ...star, incomplete_group: await incompleteIn(referring) },
      warnings: {
        npi_missing: members.height - withNpi.height,
        tin_missing: members.height - withTin.height,
      },
    };
  };
}

/** Why a row cannot be kept, in the order of the data contract (section 5); empty where it can. */
export function providersRejectReason(shape: ChunkShape, { payerSlugOverride }: TransformSettings) {
  return pl
    .when(isEmpty(payerSlug(textOf(shape, 'reporting_entity_name'), payerSlugOverride)))
    .then(pl.lit('payer_missing'))
    .when(isEmpty(firstNonBlank(idColumns.map((column) => textOf(shape, column)))))
    .then(pl.lit('group_missing'))
    .otherwise(pl.lit(''));
}

/** What tells groups apart, as read, and the members of each row, normalised. */
function compileMembers(shape: ChunkShape) {
  const groups = varyingOf(shape, [...entityColumns, ...idColumns]);
  const members = varyingOf(shape, memberColumns);
  const nameOf = (column: string) => (memberColumns.includes(column) ? column : asRead(column));
  const texts = [...groups, ...members].map((column) => textOf(shape, column).alias(nameOf(column)));
  const spellOut = exponentSpeller(shape, [...groups, ...members], nameOf);
  const normal = memberColumns.map((column) => normalised(shape, column, nameOf, blankToEmpty).alias(column));
  return async (frame: DataFrame): Promise<DataFrame> => {
    const read = await spellOut(
      await frame
        .lazy()
        .select(...texts)
        .collect(separately),
    );
    return read
      .lazy()
      .withColumns(...normal)
      .collect(separately);
  };
}

function groupDimension(shape: ChunkShape, { payerSlugOverride }: TransformSettings) {
  const normal = (column: string, normalise: (text: Expr) => Expr) =>
    normalised(shape, column, asRead, normalise);
  const monthKind = storedAs(shape, 'last_updated_on').kind;
  return compileDimension({
    id: 'group_id',
    on: varyingOf(shape, [...entityColumns, ...idColumns]),
    columns: {
      payer_slug: normal('reporting_entity_name', (name) => payerSlug(name, payerSlugOverride)),
      version: normal('version', blankToEmpty),
      year_month: normal('last_updated_on', (text) => yearMonth(text, monthKind)),
      provider_group_id_raw: firstNonBlankOf(shape, idColumns, asRead),
    },
  });
}

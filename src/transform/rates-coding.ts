import type { Layout, ValueKind } from '../sources/sources.js';

/** How a column's texts become codes. Codes of the columns of one sum stand side by side in its 63 bits. */
export interface Coding {
  readonly kind: 'number' | 'fingerprint';
  readonly shift: number;
  readonly bits: number;
  readonly accepts?: (text: string) => boolean;
}

/** The columns whose codes add up to the code of a context, and of a billing code. */
export const contextSum = [
  'reporting_entity_name',
  'version',
  'last_updated_on',
  'billing_class',
  'negotiated_type',
  'negotiation_arrangement',
  'expiration_date',
];
export const codeSum = ['billing_code_type', 'billing_code', 'description', 'name'];
export const rateColumn = 'negotiated_rate';
export const serviceColumn = 'service_codes';
export const idColumns = ['provider_reference_id', 'provider_group_id'];

/** Texts that no rule takes for blank: rows with any other are left to the transform that looks at rows. */
const isSurelyText = (text: string) => /[\x21-\x7e]/.test(text);

/** A name whose slug is surely not empty. */
const hasSurelySlug = (text: string) => /[a-z0-9]/i.test(text);

const number = (shift: number, bits: number, accepts?: Coding['accepts']): Coding => ({
  kind: 'number',
  shift,
  bits,
  ...(accepts && { accepts }),
});

/** Contexts hardly vary, and of codes with their descriptions there are at most some hundred thousand. */
const codings: Readonly<Record<string, Coding>> = {
  reporting_entity_name: number(0, 9, hasSurelySlug),
  version: number(9, 9),
  last_updated_on: number(18, 9),
  billing_class: number(27, 9),
  negotiated_type: number(36, 9),
  negotiation_arrangement: number(45, 9),
  expiration_date: number(54, 9),
  billing_code_type: number(0, 6, isSurelyText),
  billing_code: number(6, 19, isSurelyText),
  description: number(25, 19),
  name: number(44, 19),
  provider_reference_id: number(0, 62, isSurelyText),
  provider_group_id: number(0, 62, isSurelyText),
  service_codes: number(0, 62),
};

/** How each column of text is coded, in files of the given layout. */
export function codingsOf(layout: Layout): Map<string, Coding> {
  const all = new Map(Object.entries(codings));
  // a number is its own code
  for (const column of idColumns) if (layout.get(column)?.kind !== 'text') all.delete(column);
  const isList = layout.get(serviceColumn)?.kind === 'list';
  return isList ? all.set(serviceColumn, { kind: 'fingerprint', shift: 0, bits: 64 }) : all;
}

/** What footers say of some rows of a rates file. */
export interface RowsAtHand {
  readonly layout: Layout;
  /** Columns that hold one text, or null, throughout the file. */
  readonly constants: ReadonlyMap<string, string | null>;
  /** Columns that have no null in these rows. */
  readonly withoutNulls: ReadonlySet<string>;
  /** Columns that have no value in these rows. */
  readonly withoutValues: ReadonlySet<string>;
}

/** What is read of rows to have them coded. */
export interface CodedReading {
  readonly columns: readonly string[];
  /** Those of them that are read as codes; the others are numbers. */
  readonly coded: readonly string[];
  /** The column that identifies the provider group. */
  readonly idColumn: string;
  /** The columns of which no value may be null, whatever the footer says of them. */
  readonly needed: readonly string[];
}

/**
 * Which columns to read so that rows can be reduced as codes; null where they have to be looked at one by one: what
 * has to be text is not, or there could be a reason to reject a row.
 */
export function planCodedReading(rows: RowsAtHand, isPayerGiven: boolean): CodedReading | null {
  const { layout, constants, withoutNulls, withoutValues } = rows;
  const isNothing = (column: string) =>
    !layout.has(column) || constants.get(column) === null || withoutValues.has(column);
  const idColumn = idColumns.find((column) => !isNothing(column));
  if (idColumn === undefined) return null;
  const texts = [...contextSum, ...codeSum, serviceColumn, idColumn];
  const read = texts.filter((column) => !isNothing(column) && !constants.has(column));
  const numbers = isKind(layout, idColumn, ['integer']) ? [idColumn, rateColumn] : [rateColumn];
  const coded = read.filter((column) => !numbers.includes(column));
  const needed = [
    ...['billing_code_type', 'billing_code', idColumn, rateColumn],
    ...(isPayerGiven ? [] : ['reporting_entity_name']),
  ];
  const isCodable =
    coded.every((column) => isKind(layout, column, column === serviceColumn ? ['text', 'list'] : ['text'])) &&
    isKind(layout, rateColumn, ['float', 'integer']) &&
    needed.every((column) => (constants.has(column) ? !isNothing(column) : withoutNulls.has(column)));
  return isCodable ? { columns: [...coded, ...numbers], coded, idColumn, needed } : null;
}

function isKind(layout: Layout, column: string, kinds: readonly ValueKind[]): boolean {
  const kind = layout.get(column)?.kind;
  return kind !== undefined && kinds.includes(kind);
}

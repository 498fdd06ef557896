/** What a cell of an input file may hold, with its kind: the kind decides how it is read as text. */
export type InputValue =
  | null
  /** text */
  | string
  /** integer */
  | bigint
  /** float */
  | number
  | DecimalValue
  | DateValue
  | TimestampValue
  /** list of text */
  | readonly (string | null)[];

/** The number unscaled / 10^scale. */
export interface DecimalValue {
  readonly kind: 'decimal';
  readonly unscaled: bigint;
  readonly scale: number;
}

/** A day, counted from 1970-01-01. */
export interface DateValue {
  readonly kind: 'date';
  readonly days: number;
}

/** An instant, in microseconds since 1970-01-01T00:00:00Z. */
export interface TimestampValue {
  readonly kind: 'timestamp';
  readonly micros: bigint;
}

/** An absent column is a column of nulls. */
export type InputRow = Readonly<Record<string, InputValue>>;

/** A decimal as it is written: `decimal('222.00000')` has scale 5. */
export function decimal(text: string): DecimalValue {
  const [whole = '', fraction = ''] = text.split('.');
  return { kind: 'decimal', unscaled: BigInt(whole + fraction), scale: fraction.length };
}

/** A date from `YYYY-MM-DD`. */
export function date(iso: string): DateValue {
  return { kind: 'date', days: Date.parse(`${iso}T00:00:00Z`) / 86_400_000 };
}

/** A timestamp from ISO text with a zone, such as `2025-08-01T00:00:00-05:00`. */
export function timestamp(iso: string): TimestampValue {
  return { kind: 'timestamp', micros: BigInt(Date.parse(iso)) * 1000n };
}

/** Whether a value is a list; `Array.isArray` alone does not narrow a readonly array. */
export function isList(value: InputValue): value is readonly (string | null)[] {
  return Array.isArray(value);
}

import type { ParquetType } from 'hyparquet';

/** What is to be known of a column to tell one of its values from the next. */
export interface ValueType {
  readonly type: ParquetType;
  /** Bytes of a value of type FIXED_LEN_BYTE_ARRAY. */
  readonly typeLength: number | undefined;
}

/** Bytes of a value if all take the same; else 0. */
export function bytesOf({ type, typeLength }: ValueType): number {
  return type === 'FIXED_LEN_BYTE_ARRAY' ? (typeLength ?? 0) : (fixedBytes[type] ?? 0);
}

const fixedBytes: Readonly<Partial<Record<ParquetType, number>>> = {
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
};

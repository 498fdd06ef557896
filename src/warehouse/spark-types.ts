import type { SchemaElement } from 'hyparquet';
import type { ColumnSchema } from '../parquet/schema.js';

/**
 * The type that Spark is to read a column as. It is told, and does not find out: else a column that no rule needs, of a type
 * that Spark does not know, would keep the whole file from being read. Null where there is no type for it.
 */
export function sparkTypeOf({ elements }: ColumnSchema): string | null {
  const [element, ...below] = elements;
  if (!element) return null;
  if (below.length === 0) return scalarType(element);
  const leaf = below.find((child) => !child.num_children);
  const inner = leaf ? scalarType(leaf) : null;
  return inner === null ? null : `ARRAY<${inner}>`;
}

function scalarType(element: SchemaElement): string | null {
  const { type = '', logical_type: logical, converted_type: converted, precision = 0, scale = 0 } = element;
  switch (logical?.type) {
    case 'TIMESTAMP':
      // Spark would count them in microseconds, and end where there are too many
      if (logical.unit !== 'MICROS') return 'BIGINT';
      return logical.isAdjustedToUTC ? 'TIMESTAMP' : 'TIMESTAMP_NTZ';
    case 'INTEGER':
      return integerTypes[`${logical.isSigned ? 'INT' : 'UINT'}_${logical.bitWidth}`] ?? null;
  }
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') return `DECIMAL(${precision}, ${scale})`;
  if (logical?.type === 'DATE' || converted === 'DATE') return 'DATE';
  if (converted === 'TIMESTAMP_MILLIS') return 'BIGINT';
  if (converted === 'TIMESTAMP_MICROS') return 'TIMESTAMP';
  return integerTypes[converted ?? ''] ?? physicalTypes[type] ?? null;
}

/** By the names that parquet has for them. */
const integerTypes: Readonly<Record<string, string>> = {
  INT_8: 'TINYINT',
  INT_16: 'SMALLINT',
  INT_32: 'INT',
  INT_64: 'BIGINT',
  UINT_8: 'SMALLINT',
  UINT_16: 'INT',
  UINT_32: 'BIGINT',
  UINT_64: 'DECIMAL(20, 0)',
};

const physicalTypes: Readonly<Record<string, string>> = {
  BOOLEAN: 'BOOLEAN',
  INT32: 'INT',
  INT64: 'BIGINT',
  INT96: 'TIMESTAMP',
  FLOAT: 'FLOAT',
  DOUBLE: 'DOUBLE',
  BYTE_ARRAY: 'STRING',
};

import type { ParquetType, SchemaElement } from 'hyparquet';
import type { Stored, ValueKind } from '../sources/sources.js';

/** A top-level column as a parquet schema has it: its element, then those below it. */
export interface ColumnSchema {
  readonly name: string;
  readonly elements: readonly SchemaElement[];
}

/** Top-level columns; the schema is a flat list in which each element is followed by its children. Throws `RangeError` where it ends too early. */
export function topLevelColumns(schema: readonly SchemaElement[]): ColumnSchema[] {
  const columns: ColumnSchema[] = [];
  for (let index = 1; index < schema.length; ) {
    const end = endOf(schema, index);
    columns.push({ name: schema[index]?.name ?? '', elements: schema.slice(index, end) });
    index = end;
  }
  return columns;
}

function endOf(schema: readonly SchemaElement[], index: number): number {
  const element = schema[index];
  if (!element) throw new RangeError('the schema has fewer columns than it says');
  const { name, num_children: count = 0 } = element;
  if (count < 0) throw new RangeError(`column ${name} has ${count} parts`);
  let end = index + 1;
  for (let children = count; children > 0; children -= 1) end = endOf(schema, end);
  return end;
}

/** A column that row groups have for a top-level one, or for a part of it. */
export interface SchemaLeaf {
  /** The names that lead to it. */
  readonly path: readonly string[];
  /** As which its values are stored. */
  readonly type: ParquetType | undefined;
}

/** The columns that row groups have for a top-level one. */
export function schemaLeaves({ elements }: ColumnSchema): SchemaLeaf[] {
  return leavesAt(elements, 0);
}

function leavesAt(elements: readonly SchemaElement[], index: number): SchemaLeaf[] {
  const { name, type, num_children: count = 0 } = elements[index] ?? { name: '' };
  if (count === 0) return [{ path: [name], type }];
  const leaves: SchemaLeaf[] = [];
  let child = index + 1;
  for (let left = count; left > 0; left -= 1) {
    leaves.push(...leavesAt(elements, child).map(({ path, type }) => ({ path: [name, ...path], type })));
    child = endOf(elements, child);
  }
  return leaves;
}

/** What a column holds, however it is stored. */
export function storedAs({ elements }: ColumnSchema): Stored {
  const [element, ...below] = elements;
  if (!element) return { kind: 'unsupported' };
  if (below.length > 0) return { kind: isPlainList(element, below) ? 'list' : 'unsupported' };
  if (element.repetition_type === 'REPEATED') return { kind: 'unsupported' };
  return scalarStored(element);
}

function scalarStored({
  logical_type: logical,
  converted_type: converted,
  type,
  scale = 0,
}: SchemaElement): Stored {
  switch (logical?.type) {
    case 'NULL':
      return { kind: 'null' };
    case 'TIMESTAMP':
      return { kind: 'timestamp', unit: timestampUnits[logical.unit], isZoned: logical.isAdjustedToUTC };
    case 'DECIMAL':
      return { kind: 'decimal', scale };
    case 'DATE':
      return { kind: 'date' };
    // Polars takes it for bytes
    case 'FLOAT16':
    case 'TIME':
    case 'UUID':
      return { kind: 'unsupported' };
  }
  switch (converted) {
    case 'TIMESTAMP_MILLIS':
      return { kind: 'timestamp', unit: 'ms' };
    case 'TIMESTAMP_MICROS':
      return { kind: 'timestamp', unit: 'us' };
    case 'DECIMAL':
      return { kind: 'decimal', scale };
    case 'DATE':
      return { kind: 'date' };
    case 'TIME_MILLIS':
    case 'TIME_MICROS':
    case 'INTERVAL':
      return { kind: 'unsupported' };
  }
  // in microseconds wherever it is read
  if (type === 'INT96') return { kind: 'timestamp', unit: 'us' };
  const kind = physicalKinds[type ?? ''] ?? 'unsupported';
  return kind === 'float' ? { kind, bits: type === 'FLOAT' ? 32 : 64 } : { kind };
}

const timestampUnits = { MILLIS: 'ms', MICROS: 'us', NANOS: 'ns' } as const;

const physicalKinds: Readonly<Record<string, ValueKind>> = {
  BOOLEAN: 'boolean',
  INT32: 'integer',
  INT64: 'integer',
  FLOAT: 'float',
  DOUBLE: 'float',
  BYTE_ARRAY: 'text',
};

/** A list of texts, whole numbers or nulls. A list of lists, a map and a struct are not. */
function isPlainList(element: SchemaElement, below: readonly SchemaElement[]): boolean {
  const isList = element.logical_type?.type === 'LIST' || element.converted_type === 'LIST';
  const [leaf, ...others] = below.filter((child) => !child.num_children);
  if (!isList || !leaf || others.length > 0 || below.length > 2) return false;
  return ['text', 'integer', 'null'].includes(scalarStored(leaf).kind);
}

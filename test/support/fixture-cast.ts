import type { InputRow, InputValue } from '../model/input-value.js';
import { date, decimal, isList, timestamp } from '../model/input-value.js';
import { textOfScalar } from '../model/text-of-scalar.js';
import type { Layout, StoredType } from './fixture-layout.js';

/** Rows as a file of the layout holds them: each value in its column's type, with the text that it had. */
export function castRows(rows: readonly InputRow[], columns: Layout['columns']): InputRow[] {
  const types = Object.entries(columns);
  return rows.map((row) =>
    Object.fromEntries(types.map(([name, type]) => [name, castValue(name, row[name] ?? null, type)])),
  );
}

function castValue(column: string, value: InputValue, type: StoredType): InputValue {
  if (value === null || isStoredAs(value, type)) return value;
  if (isList(value) || Number.isNaN(value)) throw misfit(column, value, type);
  const text = textOfScalar(value);
  if (text === '' && type !== 'text') return null;
  const stored = parseAs(text, type);
  if (stored === null || !isStoredAs(stored, type) || textOfScalar(stored) !== text)
    throw misfit(column, value, type);
  return stored;
}

function isStoredAs(value: InputValue, type: StoredType): boolean {
  if (value === null) return true;
  if (typeof value === 'string') return type === 'text';
  if (typeof value === 'number') return type === 'double';
  if (typeof value === 'bigint') {
    return (
      (type === 'int32' && BigInt.asIntN(32, value) === value) ||
      (type === 'int64' && BigInt.asIntN(64, value) === value) ||
      (type === 'uint64' && BigInt.asUintN(64, value) === value)
    );
  }
  if (isList(value)) return type === 'list';
  if (value.kind === 'date') return type === 'date';
  if (value.kind === 'timestamp') return type === 'timestamp' || type === 'zoned timestamp';
  if (typeof type === 'string' || type.scale !== value.scale) return false;
  return value.unscaled.toString().replace('-', '').length <= type.precision;
}

function parseAs(text: string, type: StoredType): InputValue {
  if (type === 'text') return text;
  if (type === 'int32' || type === 'int64' || type === 'uint64')
    return /^-?\d+$/.test(text) ? BigInt(text) : null;
  if (type === 'double') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
  if (type === 'date') return /^\d{4}-\d\d-\d\d$/.test(text) ? date(text) : null;
  if (type === 'timestamp' || type === 'zoned timestamp') {
    return /^\d{4}-\d\d-\d\d$/.test(text) ? timestamp(`${text}T00:00:00Z`) : null;
  }
  if (typeof type === 'string' || !/^-?\d+(\.\d+)?$/.test(text)) return null;
  const [whole = '', fraction = ''] = text.split('.');
  return decimal(type.scale === 0 ? text : `${whole}.${fraction.padEnd(type.scale, '0')}`);
}

function misfit(column: string, value: InputValue, type: StoredType): RangeError {
  const shown = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
  return new RangeError(`${column}: ${shown} cannot be stored as ${JSON.stringify(type)}`);
}

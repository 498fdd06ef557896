import { createHash } from 'node:crypto';
import type { OutputRow, OutputValue, TableName } from './tables.js';
import { columnsOf } from './tables.js';

/** The digest of a table's rows in any order, 16 hex digits. */
export function digestOf(name: TableName, rows: Iterable<OutputRow>): string {
  let digest = 0n;
  for (const row of rows) {
    digest ^= createHash('md5').update(rowTextOf(name, row), 'utf8').digest().readBigUInt64BE(0);
  }
  return digest.toString(16).padStart(16, '0');
}

/** A row as one text, the values in the order of the contract's columns. */
export function rowTextOf(name: TableName, row: OutputRow): string {
  return columnsOf[name].map((column) => valueTextOf(row[column] ?? null)).join('\u001f');
}

function valueTextOf(value: OutputValue): string {
  if (value === null) return '\u0000';
  // String(-0) is 0
  return typeof value === 'object' ? value.join('\u001e') : String(value);
}
